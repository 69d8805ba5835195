"""What diamonds can be chosen by: tags, languages, hosts, times, and what was said before them.

A mark is a text such as `tag billing`, `lang en-GB` or `host docs.example.org`. Marks stand in
order, each with the spans that bear it, so that how many they are is known without counting.
"""

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from arenalab.errors import DamagedFileError
from arenalab.span import Span

Numbers = NDArray[np.int64]
Places = NDArray[np.int32]

UNDATED = -(2**62)  # long before any date


@dataclass(frozen=True, slots=True)
class Facets:
    """M marks over S spans.

    marks     M texts in code point order, all different
    starts    (M + 1,) int64: the spans of mark m are `spans[starts[m]:starts[m + 1]]`, ascending
    spans     int32 span numbers
    times     (S,) int64: seconds since 1970 (UTC), UNDATED where a span says none that can be read
    previous  (S,) int32: the span before each in its trajectory, -1 where there is none
    """

    marks: tuple[str, ...]
    starts: Numbers
    spans: Places
    times: Numbers
    previous: Places

    @classmethod
    def of(cls, spans: Sequence[Span]) -> "Facets":
        """Read the facets of `spans`."""
        bearers: dict[str, list[int]] = {}
        times, befores, places = [], [], {}
        for number, span in enumerate(spans):
            times.append(seconds(span.when))
            befores.append([name for name in span.context.previous_spans if name != span.id])
            places[span.id] = number
            for mark in dict.fromkeys(_marks(span)):
                bearers.setdefault(mark, []).append(number)
        marks = tuple(sorted(bearers))
        return cls(
            marks,
            np.cumsum([0, *(len(bearers[mark]) for mark in marks)]),
            np.array([number for mark in marks for number in bearers[mark]], np.int32),
            np.array(times, np.int64),
            np.array([next((places[i] for i in b if i in places), -1) for b in befores], np.int32),
        )

    def pack(self) -> bytes:
        """Return the facets as bytes, compressed; as differences, since those repeat."""
        own = np.arange(len(self.times))
        before = np.where(self.previous < 0, 0, own - self.previous)
        sizes = [len(self.spans), len(self.times)]
        head = json.dumps([*sizes, self.marks, np.diff(self.starts).tolist()], ensure_ascii=False)
        numbers = [np.diff(part, prepend=0) for part in (self.spans, self.times)]
        body = b"".join(part.astype("<i8").tobytes() for part in (*numbers, before))
        return zlib.compress(head.encode("utf-8", "surrogatepass") + b"\n" + body, 9)

    @classmethod
    def unpack(cls, data: bytes) -> "Facets":
        """Read what `pack` wrote. Raises DamagedFileError."""
        try:
            body = zlib.decompress(data)
            end = body.index(b"\n")
            bearing, count, marks, counts = json.loads(body[:end].decode("utf-8", "surrogatepass"))
            # Views of `body`, and nothing of 8 bytes beside what is returned: there are millions.
            numbers = np.frombuffer(body, "<i8", offset=end + 1)
            spans, times, before = np.split(numbers, [bearing, bearing + count])
            spans, times = np.cumsum(spans), np.cumsum(times)
            starts = np.cumsum([0, *counts])
            fits = len(before) == count and starts[-1] == bearing and _below(count, spans)
            if not fits or before.max(initial=0) > count or before.min(initial=0) < -count:
                raise ValueError("they do not add up")
            previous = np.arange(count, dtype=np.int32) - before.astype(np.int32)
            if not _below(count, previous):
                raise ValueError("they do not add up")
            previous[before == 0] = -1
        except (zlib.error, ValueError, TypeError) as error:
            raise DamagedFileError(
                f"the pack's facets cannot be read ({error}); build or download it again"
            ) from error
        return cls(tuple(marks), starts, spans.astype(np.int32), times, previous)

    def bearing(self, mark: int) -> Places:
        """Return the spans that bear mark number `mark`, ascending."""
        return self.spans[int(self.starts[mark]) : int(self.starts[mark + 1])]


def _below(count: int, numbers: NDArray[np.integer]) -> bool:
    return bool(numbers.min(initial=0) >= 0 and numbers.max(initial=-1) < count)


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
