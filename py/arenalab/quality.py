"""The five-dimension grade of a span, each dimension a documented measure in [0, 1].

completeness  share of what a full span tells that this one tells: situation, outcome, actor,
              time, source, another phrasing
provenance    0.5 for a source, 0.2 for a licence, 0.3 for a confirmation by somebody
impact        how far the outcome can be relied on: completed 0.6, failed 0.5, pending 0.2, and
              0.2 for each confirmation, up to 1
uniqueness    share of the span's word trigrams that stand in no other span of the set
coherence     share of the situation's words, weighted by rarity, that the outcome takes up

A grade that the span itself declares (`metadata.quality`) takes the place of the measure: a
curator knows better. Measures read the spans alone; they know no vectors, no clock, no files.

Uniqueness and coherence compare a span with all others. What that needs is a `Survey`; surveys of
parts of a set can be made apart and put together, so that no part needs the others' texts.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arenalab.errors import SpanError, shorten
from arenalab.span import Span

DIMENSIONS = ("completeness", "provenance", "impact", "uniqueness", "coherence")

_WORD = re.compile(r"\w+")
_RELIABILITY = {"completed": 0.6, "failed": 0.5, "pending": 0.2}

Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Survey:
    """What a set of spans says, by hashes of its words and trigrams; hashes ascend.

    count    spans
    words    hashes of the words, and
    spread   uint32: in how many spans each stands
    once     hashes of the trigrams that stand in one span, and
    often    of those that stand in several
    """

    count: int
    words: Hashes
    spread: NDArray[np.uint32]
    once: Hashes
    often: Hashes


def survey(spans: Sequence[Span]) -> Survey:
    """Return the survey of `spans`."""
    said = _Said.of([f"{s.this} {s.if_ok} {s.if_not}" for s in spans])
    words, spread = np.unique(said.words().hashes, return_counts=True)
    trigrams, times = np.unique(said.trigrams().hashes, return_counts=True)
    return Survey(
        len(spans), words, spread.astype(np.uint32), trigrams[times == 1], trigrams[times > 1]
    )


def together(surveys: Iterable[Survey]) -> Survey:
    """Return the survey of all spans of several sets that share none."""
    parts = list(surveys)
    every = np.concatenate([part.words for part in parts])
    words, places = np.unique(every, return_inverse=True)
    spread = np.bincount(places, np.concatenate([part.spread for part in parts]), len(words))
    seen, times = np.unique(np.concatenate([part.once for part in parts]), return_counts=True)
    often = np.unique(np.concatenate([seen[times > 1], *(part.often for part in parts)]))
    once = np.setdiff1d(seen[times == 1], often, assume_unique=True)
    return Survey(sum(p.count for p in parts), words, spread.astype(np.uint32), once, often)


def grade(spans: Sequence[Span], among: Survey | None = None) -> NDArray[np.float64]:
    """Return (len(spans), 5) float64 grades in [0, 1], columns in the order of DIMENSIONS.

    `among` is the survey of the set they are part of, if they are not all of it. Raises SpanError
    when a span declares a grade that is not a number from 0 to 1.
    """
    among = among or survey(spans)
    grades = np.empty((len(spans), len(DIMENSIONS)))
    grades[:, 3] = _uniqueness(spans, among)
    grades[:, 4] = _coherence(spans, among)
    for index, span in enumerate(spans):
        grades[index, :3] = (
            _completeness(span),
            _provenance(span),
            min(1.0, _RELIABILITY[span.status] + 0.2 * len(span.confirmed_by)),
        )
        for name, value in (span.metadata.quality or {}).items():
            if name in DIMENSIONS:
                grades[index, DIMENSIONS.index(name)] = _declared(span, name, value)
    return grades


def _completeness(span: Span) -> float:
    told: tuple[Any, ...] = (
        span.this,
        span.if_ok or span.if_not,
        span.who,
        span.when,
        span.metadata.source,
        len(span.phrasings) > 1,
    )
    return sum(map(bool, told)) / len(told)


def _provenance(span: Span) -> float:
    source, license_ = bool(span.metadata.source), bool(span.metadata.license)
    return 0.5 * source + 0.2 * license_ + 0.3 * bool(span.confirmed_by)


def _uniqueness(spans: Sequence[Span], among: Survey) -> NDArray[np.float64]:
    own = _Said.of([f"{s.this} {s.if_ok} {s.if_not}" for s in spans]).trigrams()
    alone = ~np.isin(own.hashes, among.often)
    total = np.bincount(own.owners, minlength=len(spans))
    return np.bincount(own.owners, alone, len(spans)) / np.maximum(total, 1)


def _coherence(spans: Sequence[Span], among: Survey) -> NDArray[np.float64]:
    asked = _Said.of([s.this for s in spans]).words()
    told = _Said.of([f"{s.if_ok} {s.if_not}" for s in spans]).words()
    places = np.searchsorted(among.words, asked.hashes)
    weights = np.log(1 + among.count / among.spread[places])
    taken_up = np.isin(asked.mixed(), told.mixed())
    total = np.bincount(asked.owners, weights, len(spans))
    return np.bincount(asked.owners, weights * taken_up, len(spans)) / np.maximum(total, 1e-9)


@dataclass(frozen=True, slots=True)
class _Said:
    """Hashes (N,), and the numbers (N,) of the texts they come from, which ascend."""

    hashes: Hashes
    owners: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "_Said":
        """Return the words of `texts`, in their order."""
        known: dict[str, int] = {}
        words = [_WORD.findall(text.casefold()) for text in texts]
        numbers = [known.setdefault(word, len(known)) for own in words for word in own]
        hashes = b"".join(blake2b(w.encode(), digest_size=8).digest() for w in known)
        owners = np.repeat(np.arange(len(texts)), [len(own) for own in words])
        return cls(np.frombuffer(hashes, "<u8")[np.array(numbers, np.intp)], owners)

    def words(self) -> "_Said":
        """Return each text's distinct words."""
        return self._distinct(self.hashes, self.owners)

    def trigrams(self) -> "_Said":
        """Return each text's distinct trigrams; a shorter text is one gram of all its words."""
        grams = self.hashes.copy()
        left = np.full(len(grams), 2)  # words that the gram still lacks
        for step in (1, 2):
            same = np.zeros(len(grams), np.bool_)
            same[: len(grams) - step] = self.owners[step:] == self.owners[: len(grams) - step]
            grams[same] = _mix(grams[same], self.hashes[np.flatnonzero(same) + step])
            left -= same
        first = np.ones(len(grams), np.bool_)
        first[1:] = self.owners[1:] != self.owners[:-1]
        kept = (left == 0) | first
        return self._distinct(grams[kept], self.owners[kept])

    def mixed(self) -> Hashes:
        """Return hashes of each hash with its owner."""
        return _mix(self.hashes, self.owners.astype(np.uint64))

    @staticmethod
    def _distinct(hashes: Hashes, owners: NDArray[np.int64]) -> "_Said":
        order = np.lexsort((hashes, owners))
        hashes, owners = hashes[order], owners[order]
        new = np.ones(len(hashes), np.bool_)
        new[1:] = (hashes[1:] != hashes[:-1]) | (owners[1:] != owners[:-1])
        return _Said(hashes[new], owners[new])


def _mix(first: Hashes, second: Hashes) -> Hashes:
    """Return a hash of pairs of hashes; the order of a pair counts (Steele et al. 2014)."""
    mixed = first * np.uint64(0x9E3779B97F4A7C15) + second
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _declared(span: Span, name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise SpanError(
            f"span {shorten(span.id)}: quality.{name} is {shorten(value)}; "
            "write a number from 0 to 1"
        )
    return float(value)
