"""The pack in memory: diamonds as arrays, ready to be searched.

A *row* is one phrasing of a span (its situation, or an alternate), or, as the last row of a span
whose outcome says something, its situation and outcome together. The rows of a span are
neighbours, so `row_starts` alone says which span a row belongs to. Arrays may be views of a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arenalab.encode.static import Correction
from arenalab.pack.facets import Facets
from arenalab.pack.texts import Texts
from arenalab.span import Span

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Postings:
    """BM25 in compressed rows: the spans that hold token t, and how much t counts in each.

    `starts` is (V + 1,) uint32; for token t, `spans[starts[t]:starts[t + 1]]` (uint32) are the
    spans and `impacts[...]` (uint8) their BM25 term scores, in units of `unit`.
    """

    starts: NDArray[np.uint32]
    spans: NDArray[np.uint32]
    impacts: NDArray[np.uint8]
    unit: float


@dataclass(frozen=True)
class Pack:
    """All a tab needs to answer from a set of diamonds. R rows, S spans, D dimensions.

    meta         what the header says: name, encoder, counts, licences, kernel, calibration
    mean         (D,) float32: the mean row, taken off before signs are
    codes        (D / 64, R) uint64, one column of signs per 64 dimensions
    vectors      (R, D) int8 and
    scales       (R,) float32: row r is about `vectors[r] * scales[r]`
    row_starts   (S + 1,) uint32: the rows of span s are `row_starts[s]:row_starts[s + 1]`
    answers      (S,) uint8: 1 where the last row of the span is situation and outcome together
    outcomes     (S,) uint32: spans that say the same share an outcome
    signs        (S,) int8: +1 where the outcome worked, -1 where it failed
    quality      (S, 5) uint8: the five grades, in units of 1 / 255
    correction   adapts the static encoder that `meta["static"]` names to this pack's rows
    """

    meta: Mapping[str, Any]
    mean: FloatArray
    codes: NDArray[np.uint64]
    vectors: NDArray[np.int8]
    scales: FloatArray
    row_starts: NDArray[np.uint32]
    answers: NDArray[np.uint8]
    outcomes: NDArray[np.uint32]
    signs: NDArray[np.int8]
    quality: NDArray[np.uint8]
    postings: Postings
    texts: Texts
    correction: Correction | None = None

    @property
    def name(self) -> str:
        """What the pack is called."""
        return str(self.meta["name"])

    @property
    def row_count(self) -> int:
        """R, the number of rows."""
        return len(self.scales)

    @property
    def span_count(self) -> int:
        """S, the number of diamonds."""
        return len(self.outcomes)

    @cached_property
    def row_spans(self) -> IntArray:
        """(R,) int64: the span each row belongs to."""
        starts = self.row_starts.astype(np.intp)
        return np.repeat(np.arange(self.span_count), starts[1:] - starts[:-1])

    @cached_property
    def answer_rows(self) -> NDArray[np.bool_]:
        """(R,) bool: whether a row is situation and outcome together, not a phrasing."""
        told = np.zeros(self.row_count, np.bool_)
        told[self.row_starts[1:].astype(np.intp)[self.answers > 0] - 1] = True
        return told

    @cached_property
    def outcome_sizes(self) -> IntArray:
        """(outcomes,) intp: how many phrasings each outcome has."""
        return np.bincount(self.outcomes[self.row_spans[~self.answer_rows]].astype(np.intp))

    @cached_property
    def facets(self) -> Facets:
        """What spans can be chosen by. Reads all their texts, once."""
        return Facets.of(self.texts)

    def rows_of(self, spans: IntArray) -> IntArray:
        """Return the rows of `spans`, those of a span together, spans in the order given."""
        starts = self.row_starts.astype(np.intp)
        counts = starts[spans + 1] - starts[spans]
        before = np.cumsum(counts) - counts
        return np.repeat(starts[spans] - before, counts) + np.arange(counts.sum())

    def rows(self, rows: IntArray) -> FloatArray:
        """Return the unit vectors of `rows` as (len(rows), D) float32, from their int8 form."""
        return self.vectors[rows].astype(np.float32) * self.scales[rows, None]

    def phrasing(self, row: int) -> str:
        """Return the phrasing that row `row` stands for, or belongs to."""
        number = int(self.row_spans[row])
        span: Span = self.texts[number]
        return span.this if self.answer_rows[row] else span.phrasings[row - self.row_starts[number]]
