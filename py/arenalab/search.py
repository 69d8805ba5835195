"""A question → its candidate rows: exact scan of sign codes, BM25, int8 rescoring.

The scan compares 384 signs a row by XOR and popcount over every row of the pack: no index to
build, and exact in the Hamming sense. What comes near is scored again with the int8 rows, whose
dot product with a unit query is the cosine to about 0.002. BM25 brings in rows that share rare
words with the question though their vectors differ.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arenalab.filter import Filter
from arenalab.pack import Pack, sign_codes
from arenalab.pack.model import FloatArray, IntArray
from arenalab.plan import Plan, plan

UNREACHED = np.iinfo(np.uint16).max  # the distance of a row that is not wanted


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the engine sees it: its text, (D,) unit vector, and token ids."""

    text: str
    vector: FloatArray
    tokens: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Phrasings that may match, nearest first. All arrays are (C,).

    rows        row numbers in the pack
    similarity  cosine of question and phrasing
    told        cosine of question and the diamond's situation and outcome together; the phrasing's
                own cosine where the diamond has no such row, 0 where no diamond of the pack has
    lexical     BM25 score of the diamond, as a share of the best that any could reach
    """

    rows: IntArray
    similarity: FloatArray
    told: FloatArray
    lexical: FloatArray

    def without(self, gone: NDArray[np.bool_]) -> "Candidates":
        """Return the candidates where `gone` (C,) is false."""
        kept = ~gone
        return Candidates(
            self.rows[kept], self.similarity[kept], self.told[kept], self.lexical[kept]
        )


def candidates(pack: Pack, query: Query, planned: Plan | None = None) -> Candidates:
    """Return the candidates of `query`, sorted by cosine; ties keep the pack's order.

    All of the pack is wanted where no plan says otherwise.
    """
    planned = planned or plan(pack, Filter(), neighbours=pack.row_count)
    lexical = bm25(pack, query.tokens)
    near = pack.row_spans[nearest_codes(pack, query.vector, planned.rescored, planned)]
    fit = lexical if planned.allowed is None else np.where(planned.allowed, lexical, 0)
    spans = np.union1d(near, best_spans(fit, planned.lexical))
    rows = pack.rows_of(spans)
    similarity = pack.rows(rows) @ query.vector
    is_answer = pack.answer_rows[rows]
    told = similarity.copy() if is_answer.any() else np.zeros_like(similarity)
    owner = np.searchsorted(spans, pack.row_spans[rows])
    of_span = np.full(len(spans), np.nan, np.float32)
    of_span[owner[is_answer]] = similarity[is_answer]
    known = ~np.isnan(of_span[owner])
    told[known] = of_span[owner[known]]
    order = np.argsort(-similarity, kind="stable")
    order = order[~is_answer[order]]
    rows = rows[order]
    return Candidates(rows, similarity[order], told[order], lexical[pack.row_spans[rows]])


def nearest_codes(
    pack: Pack, vector: FloatArray, count: int, planned: Plan | None = None
) -> IntArray:
    """Return the wanted rows nearest to (D,) `vector` by Hamming distance of sign codes.

    At least `count`, or all there are. Rows as far away as the last one are all included, so that
    the result does not depend on their order. Row numbers ascend.
    """
    rows = planned.rows if planned else None
    left_out = None
    if planned and planned.allowed is not None and rows is None:
        left_out = ~planned.allowed[pack.row_spans]
    scanned = pack.row_count if rows is None else len(rows)
    if scanned <= count:
        every = np.arange(pack.row_count) if rows is None else rows
        return every if left_out is None else every[~left_out]
    distance = np.zeros(scanned, np.uint16)
    for column, code in zip(pack.codes, sign_codes(vector[None, :], pack.mean), strict=True):
        distance += np.bitwise_count((column if rows is None else column[rows]) ^ code)
    if left_out is not None:
        distance[left_out] = UNREACHED
    reached = np.cumsum(np.bincount(distance, minlength=len(vector) + 1)[: len(vector) + 1])
    bar = min(int(np.searchsorted(reached, count)), len(vector))
    near = np.flatnonzero(distance <= bar)
    return near if rows is None else rows[near]


def bm25(pack: Pack, tokens: tuple[int, ...]) -> FloatArray:
    """Return (S,) float32 BM25 scores of the spans, as shares of the best reachable score."""
    scores, reachable = impacts(pack, tokens)
    return scores / np.float32(max(reachable, 1))


def impacts(pack: Pack, tokens: tuple[int, ...]) -> tuple[FloatArray, float]:
    """Return (S,) float32 BM25 scores in units of a posting, and what none of them can exceed."""
    postings = pack.postings
    scores = np.zeros(pack.span_count, np.float32)
    reachable = 0.0
    for token in sorted(set(tokens)):
        place = slice(int(postings.starts[token]), int(postings.starts[token + 1]))
        if place.start < place.stop:
            # A span stands once in a token's postings, so plain indexing adds all of it.
            scores[postings.spans[place]] += postings.impacts[place]
            reachable += float(postings.impacts[place].max())
    return scores, reachable


def best_spans(lexical: FloatArray, count: int) -> IntArray:
    """Return the spans of the `count` highest positive scores, ties included up to twice that."""
    if len(lexical) <= count:
        return np.flatnonzero(lexical > 0)
    bar = np.partition(lexical, -count)[-count]
    return np.flatnonzero((lexical >= bar) & (lexical > 0))[: 2 * count]
