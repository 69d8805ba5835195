"""What diamonds can be chosen by: tags, languages, hosts of their sources, and times.

A mark is a text such as `tag billing`, `lang en-GB` or `host docs.example.org`. Marks stand in
order, each with the spans that bear it, so that how many they are is known without counting.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from arenalab.span import Span

UNDATED = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Facets:
    """M marks over S spans.

    marks   M texts in code point order, all different
    starts  (M + 1,) uint32: the spans of mark m are `spans[starts[m]:starts[m + 1]]`, ascending
    spans   uint32 span numbers
    times   (S,) int64: seconds since 1970 (UTC), UNDATED where a span says none that can be read
    """

    marks: tuple[str, ...]
    starts: NDArray[np.uint32]
    spans: NDArray[np.uint32]
    times: NDArray[np.int64]

    @classmethod
    def of(cls, spans: Iterable[Span]) -> "Facets":
        """Read the facets of `spans`."""
        bearers: dict[str, list[int]] = {}
        times = []
        for number, span in enumerate(spans):
            times.append(seconds(span.when))
            for mark in dict.fromkeys(_marks(span)):
                bearers.setdefault(mark, []).append(number)
        marks = tuple(sorted(bearers))
        ends = np.cumsum([0, *(len(bearers[mark]) for mark in marks)])
        numbers = [number for mark in marks for number in bearers[mark]]
        return cls(
            marks,
            ends.astype(np.uint32),
            np.array(numbers, np.uint32),
            np.array(times, np.int64),
        )

    def bearing(self, mark: int) -> NDArray[np.uint32]:
        """Return the spans that bear mark number `mark`, ascending."""
        return self.spans[int(self.starts[mark]) : int(self.starts[mark + 1])]


def seconds(when: str | None) -> int:
    """Return the time an ISO 8601 text says, UTC where it names no zone; UNDATED if unreadable."""
    try:
        time = datetime.fromisoformat(when or "")
    except ValueError:
        return UNDATED
    return int((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp())


def host(address: str) -> str:
    """Return the host an address names, in lower case; "" where it names none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _marks(span: Span) -> Iterator[str]:
    for tag in span.metadata.tags:
        yield f"tag {tag.casefold()}"
    if span.metadata.lang:
        yield f"lang {span.metadata.lang.casefold()}"
    source = span.metadata.source
    if source and source.url and (name := host(source.url)):
        yield f"host {name}"
