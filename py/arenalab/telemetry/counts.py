"""Metrics for Prometheus without its library: what a page or an edge worker counts of itself.

Written in the text format 0.0.4, or OpenMetrics 1.0 for a caller that accepts it; both are tested
by the official parsers.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping

from arenalab.telemetry.exchange import Exchange
from arenalab.telemetry.families import BYTES, DIAMONDS, FAMILIES, Family, measures

PLAIN = "text/plain; version=0.0.4; charset=utf-8"
OPEN = "application/openmetrics-text; version=1.0.0; charset=utf-8"

Labels = tuple[str, ...]


class Counts:
    """Counts exchanges, for as long as the program runs."""

    def __init__(self) -> None:
        # Of a counter or gauge one number; of a histogram one for each bucket, its rest, its sum.
        self._values: dict[tuple[Family, Labels], list[float]] = {}

    def observe(self, exchange: Exchange) -> None:
        """Count one exchange."""
        for family, labels, value in measures(exchange):
            self._add(family, labels, value)

    def exposition(self, accept: str, packs: Mapping[str, tuple[int, int]]) -> tuple[bytes, str]:
        """Return the metrics in the format that an Accept header asks for, and its content type.

        `packs` is what is served at this moment: model → diamonds, bytes.
        """
        values = dict(self._values)
        for model, (diamonds, size) in packs.items():
            values[DIAMONDS, (model,)] = [diamonds]
            values[BYTES, (model,)] = [size]
        is_open = "application/openmetrics-text" in accept
        lines = [line for family in FAMILIES for line in _lines(family, values, is_open=is_open)]
        if is_open:
            lines.append("# EOF")
        return "".join(f"{line}\n" for line in lines).encode(), OPEN if is_open else PLAIN

    def _add(self, family: Family, labels: Labels, value: float) -> None:
        size = len(family.buckets)
        empty = [0.0] * (size + 2 if size else 1)
        numbers = self._values.setdefault((family, labels), empty)
        if size:
            numbers[bisect_left(family.buckets, value)] += 1
        numbers[-1] += value


def _lines(
    family: Family, values: Mapping[tuple[Family, Labels], list[float]], *, is_open: bool
) -> Iterator[str]:
    total = "_total" if family.kind == "counter" else ""
    named = family.name if is_open else family.name + total
    yield f"# HELP {named} {family.help}"
    yield f"# TYPE {named} {family.kind}"
    for (other, labels), numbers in values.items():
        if other is not family:
            continue
        pairs = list(zip(family.labels, labels, strict=True))
        if family.kind != "histogram":
            yield f"{family.name}{total}{_braces(pairs)} {numbers[0]}"
            continue
        below = 0.0
        for bound, number in zip((*family.buckets, "+Inf"), numbers, strict=False):
            below += number
            yield f"{family.name}_bucket{_braces([*pairs, ('le', str(bound))])} {below}"
        yield f"{family.name}_count{_braces(pairs)} {below}"
        yield f"{family.name}_sum{_braces(pairs)} {numbers[-1]}"


def _braces(pairs: Iterable[tuple[str, str]]) -> str:
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in pairs) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
