"""Which diamonds may answer: by tag, language, domain, time and quality.

A filter is what a person writes down. `conditions` are what it demands of a pack, each with the
spans that meet it, so that what follows can count before it chooses how to go about it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from arenalab.errors import InputError, shorten
from arenalab.pack import Pack
from arenalab.pack.facets import UNDATED, seconds


@dataclass(frozen=True, slots=True)
class Filter:
    """What is wanted; what is empty demands nothing. All that is demanded must hold.

    tags         all of them are borne, whatever their case
    lang         a language range: `en` also means `en-GB` (RFC 4647, section 3.3.1)
    domain       a host of the source's address, or a part of it from a dot on
    since        the first, and
    until        the last moment of `when`: ISO 8601; a day alone means all of it
    min_quality  the least mean of the five grades, from 0 to 1

    Raises InputError for a value that cannot be meant.
    """

    tags: tuple[str, ...] = ()
    lang: str = ""
    domain: str = ""
    since: str = ""
    until: str = ""
    min_quality: float = 0.0

    def __post_init__(self) -> None:
        for tag in self.tags:
            if not tag.strip():
                raise InputError("a tag to filter by is empty; name a tag, or leave it out")
        for name, when in (("since", self.since), ("until", self.until)):
            if when and seconds(when) == UNDATED:
                raise InputError(
                    f"{name} is {shorten(when)}; write a date such as 2026-11-24, "
                    "or a time such as 2026-11-24T18:00:00Z"
                )
        if self.since and self.until and seconds(self.since) > _end(self.until):
            raise InputError(
                f"since {shorten(self.since)} is after until {shorten(self.until)}; exchange them"
            )
        if not 0 <= self.min_quality <= 1:
            raise InputError(f"min_quality is {self.min_quality}; choose a number from 0 to 1")
        if self.lang and not self.lang.strip():
            raise InputError(f"lang is {shorten(self.lang)}; name a language, such as en")
        host = self.domain.strip().strip(".")
        if self.domain and (not host or "/" in host or " " in host):
            raise InputError(
                f"domain is {shorten(self.domain)}; name a host alone, such as docs.example.org"
            )

    def conditions(self, pack: Pack) -> Iterator[tuple[str, NDArray[np.bool_]]]:
        """Yield what is demanded, in words, and which of the pack's spans meet it, (S,) bool."""
        for tag in self.tags:
            name = f"tag {tag.strip().casefold()}"
            yield name, _bearing(pack, name)
        if self.lang:
            name = f"lang {self.lang.strip().casefold()}"
            yield name, _bearing(pack, name, longer=f"{name}-")
        if self.domain:
            domain = self.domain.strip().strip(".").casefold()
            yield f"domain {domain}", _bearing(pack, f"host {domain}", within=f".{domain}")
        if self.since:
            yield f"since {self.since}", pack.facets.times >= seconds(self.since)
        if self.until:
            times = pack.facets.times
            yield f"until {self.until}", (times != UNDATED) & (times <= _end(self.until))
        if self.min_quality:
            least = round(self.min_quality * 255)
            yield f"quality at least {self.min_quality:g}", pack.grades >= least


def _end(until: str) -> int:
    """Return the last second that `until` means: a day alone means all of it."""
    try:
        return seconds(f"{date.fromisoformat(until)}T23:59:59")
    except ValueError:
        return seconds(until)


def _bearing(
    pack: Pack, name: str, *, longer: str | None = None, within: str | None = None
) -> NDArray[np.bool_]:
    """Return (S,) bool: which spans bear the mark `name`.

    Or a mark of its kind that begins with `longer`, or ends with `within`.
    """
    kind = name.split(" ", 1)[0] + " "
    bear = np.zeros(pack.span_count, np.bool_)
    for number, mark in enumerate(pack.facets.marks):
        fits = mark == name
        fits |= longer is not None and mark.startswith(longer)
        fits |= within is not None and mark.startswith(kind) and mark.endswith(within)
        if fits:
            bear[pack.facets.bearing(number)] = True
    return bear
