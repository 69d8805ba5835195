"""The pack in memory: diamonds as arrays, ready to be searched.

A *row* is one phrasing of a span (its situation, or an alternate), or, as the last row of a span
whose outcome says something, its situation and outcome together, or the outcome alone where that is
a label which several spans share (it counts as a phrasing). The rows of a span are neighbours, so
`row_starts` alone says which span a row belongs to. Arrays may be views of a file;
`vectors`, `quality` and the texts may be left in it (`far`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arenalab.encode.static import Correction
from arenalab.errors import DamagedFileError
from arenalab.pack.facets import Facets
from arenalab.pack.far import FarRows
from arenalab.pack.postings import Postings
from arenalab.pack.texts import Texts
from arenalab.span import Span

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.intp]

CLOSE = 1e-5  # how far from the mean a value may round to its other side


@dataclass(frozen=True)
class Pack:
    """All a tab needs to answer from a set of diamonds. R rows, S spans, D dimensions.

    meta         what the header says: name, encoder, counts, licences, kernel, calibration
    mean         (D,) float32: the mean row, taken off before signs are
    codes        (D / 64, R) uint64, one column of signs per 64 dimensions
    vectors      (R, D) int8: row r, made unit length, is a vector
    row_starts   (S + 1,) uint32: the rows of span s are `row_starts[s]:row_starts[s + 1]`
    answers      (S,) bool: whether the last row of the span is situation and outcome together
    outcomes     (S,) uint32: spans that say the same share an outcome
    signs        (S,) int8: +1 where the outcome worked, -1 where it failed
    denials      (Q, 2) uint32: spans, ascending, whose outcome worked, each with an outcome that
                 did not work there and that other spans have
    grades       (S,) uint8: the mean of the five grades, in units of 1 / 255
    quality      (S, 5) uint8: the five grades, in units of 1 / 255
    correction   adapts the static encoder that `meta["static"]` names to this pack's rows
    chosen_by    the facets of the spans, as bytes; empty: they stand in the texts alone
    constitution  the file of the pack's own principles, compiled for its encoder; empty: none
    checked      whether the bytes of vectors and quality are known to be as written
    """

    meta: Mapping[str, Any]
    mean: FloatArray
    codes: NDArray[np.uint64]
    vectors: NDArray[np.int8] | FarRows
    row_starts: NDArray[np.uint32]
    answers: NDArray[np.bool_]
    outcomes: NDArray[np.uint32]
    signs: NDArray[np.int8]
    grades: NDArray[np.uint8]
    quality: NDArray[np.uint8] | FarRows
    postings: Postings
    texts: Texts
    correction: Correction | None = None
    denials: NDArray[np.uint32] = field(default_factory=lambda: np.empty((0, 2), np.uint32))
    constitution: bytes = b""
    chosen_by: bytes = b""
    checked: bool = True

    @property
    def name(self) -> str:
        """What the pack is called."""
        return str(self.meta["name"])

    @property
    def row_count(self) -> int:
        """R, the number of rows."""
        return int(self.codes.shape[1])

    @property
    def span_count(self) -> int:
        """S, the number of diamonds."""
        return len(self.outcomes)

    @property
    def row_counts(self) -> IntArray:
        """(S,) intp: how many rows each span has."""
        starts = self.row_starts.astype(np.intp)
        return starts[1:] - starts[:-1]

    @cached_property
    def row_spans(self) -> NDArray[np.uint32]:
        """(R,) uint32: the span each row belongs to. For a few rows, `spans_of` needs less."""
        return np.repeat(np.arange(self.span_count, dtype=np.uint32), self.row_counts)

    @cached_property
    def answer_rows(self) -> NDArray[np.bool_]:
        """(R,) bool: the rows that are situation and outcome together; see `are_answers`."""
        told = np.zeros(self.row_count, np.bool_)
        told[self.row_starts[1:][self.answers] - 1] = True
        return told

    @cached_property
    def outcome_sizes(self) -> NDArray[np.uint32]:
        """(outcomes,) uint32: how many phrasings each outcome has."""
        phrasings = self.row_counts - self.answers
        return np.bincount(self.outcomes.astype(np.intp), phrasings).astype(np.uint32)

    @cached_property
    def facets(self) -> Facets:
        """What spans can be chosen by; read from all their texts where the file holds none."""
        return Facets.unpack(self.chosen_by) if self.chosen_by else Facets.of(self.texts)

    @cached_property
    def has_trajectories(self) -> bool:
        """Whether some span is known to go on from another; not looked for in the texts."""
        return bool(self.chosen_by) and bool((self.facets.previous >= 0).any())

    def spans_of(self, rows: IntArray) -> IntArray:
        """Return the span that each of `rows` belongs to."""
        if self.row_count == self.span_count:
            return rows
        after = np.searchsorted(self.row_starts, rows.astype(np.uint32), side="right")
        return after.astype(np.intp) - 1

    def are_answers(self, rows: IntArray) -> NDArray[np.bool_]:
        """Return whether each of `rows` is situation and outcome together, not a phrasing."""
        spans = self.spans_of(rows)
        last: NDArray[np.bool_] = self.row_starts[spans + 1] == rows + 1
        return last & self.answers[spans]

    def rows_of(self, spans: IntArray) -> IntArray:
        """Return the rows of `spans`, those of a span together, spans in the order given."""
        if self.row_count == self.span_count:
            return spans
        counts = self.row_counts_of(spans)
        before = np.cumsum(counts) - counts
        return np.repeat(self.row_starts[spans] - before, counts) + np.arange(counts.sum())

    def row_counts_of(self, spans: IntArray) -> IntArray:
        """Return how many rows each of `spans` has."""
        return (self.row_starts[spans + 1] - self.row_starts[spans]).astype(np.intp)

    def rows(self, rows: IntArray) -> FloatArray:
        """Return the unit vectors of `rows` as (len(rows), D) float32.

        Raises DamagedFileError where a row that was left in the file contradicts its signs.
        """
        vectors = unit_rows(np.asarray(self.vectors[rows], np.int8))
        if not self.checked:
            self._compare(vectors, self.codes[:, rows])
        return vectors

    def cosines(self, rows: IntArray, vector: FloatArray) -> FloatArray:
        """Return (len(rows),) cosines of `rows` with the unit (D,) `vector`. Raises as `rows`."""
        stored, lengths = measured(np.asarray(self.vectors[rows], np.int8))
        if not self.checked:
            self._compare(stored / lengths[:, None], self.codes[:, rows])
        found: FloatArray = np.einsum("nd,d->n", stored, vector)
        found /= lengths
        return found

    def _compare(self, vectors: FloatArray, codes: NDArray[np.uint64]) -> None:
        odd = (sign_codes(vectors, self.mean) != codes).any(axis=0)
        low = sign_codes(vectors[odd], self.mean + CLOSE)
        high = sign_codes(vectors[odd], self.mean - CLOSE)
        if ((low & ~codes[:, odd]) | (codes[:, odd] & ~high)).any():
            raise DamagedFileError(
                "the pack's vectors do not fit its sign codes; build or download it again"
            )

    def phrasing(self, row: int) -> str:
        """Return the phrasing that row `row` stands for, or belongs to."""
        number = int(self.spans_of(np.array([row]))[0])
        span: Span = self.texts[number]
        place = row - int(self.row_starts[number])
        if place < len(span.phrasings):
            return span.phrasings[place]
        return span.this if self.answers[number] else spoken(span.if_ok)

    def is_label(self, row: int) -> bool:
        """Return whether `row` is an outcome's own words, not a phrasing. Reads its text."""
        number = int(self.spans_of(np.array([row]))[0])
        beyond = row - int(self.row_starts[number]) >= len(self.texts[number].phrasings)
        return beyond and not bool(self.answers[number])


def spoken(label: str) -> str:
    """Return a label as one would say it: its words, whatever joins them."""
    return " ".join(re.sub(r"[_./-]+", " ", label).split())


def unit_rows(int8: NDArray[np.int8]) -> FloatArray:
    """Return (N, D) float32 unit rows of (N, D) stored ones; a row of zeros stays one."""
    rows, lengths = measured(int8)
    rows /= lengths[:, None]
    return rows


def measured(int8: NDArray[np.int8]) -> tuple[FloatArray, FloatArray]:
    """Return (N, D) stored rows as float32 and their (N,) lengths, 1 where a row is of zeros."""
    rows = int8.astype(np.float32)
    return rows, np.sqrt(np.maximum(np.einsum("nd,nd->n", rows, rows), 1))


def sign_codes(vectors: FloatArray, mean: FloatArray) -> NDArray[np.uint64]:
    """Return (D / 64, N) uint64: one bit a dimension, set where the centred value is positive."""
    bits = np.packbits(vectors > mean, axis=1, bitorder="little")
    return np.ascontiguousarray(bits.view("<u8").T)
