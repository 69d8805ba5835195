"""A question → its candidate rows: exact scan of sign codes, BM25, int8 rescoring.

The scan compares 384 signs a row by XOR and popcount over every row of the pack: no index to
build, and exact in the Hamming sense. What comes near is scored again with the int8 rows, whose
dot product with a unit query is the cosine to about 0.002. BM25 brings in rows that share rare
words with the question though their vectors differ.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arenalab.pack import Pack, sign_codes
from arenalab.pack.model import FloatArray, IntArray

# Hamming distance ranks well but not exactly: this many rows are scored again. Measured on 49,399
# questions, 1,000 of them hold 99.7 % of the true ten nearest.
RESCORED = 1000
LEXICAL = 100


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the engine sees it: its text, (D,) unit vector, and token ids."""

    text: str
    vector: FloatArray
    tokens: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows that may match, nearest first: (C,) row numbers, cosines, and BM25 scores in [0, 1].

    A BM25 score is divided by the best that any span could reach on this question.
    """

    rows: IntArray
    similarity: FloatArray
    lexical: FloatArray


def candidates(pack: Pack, query: Query) -> Candidates:
    """Return the candidates of `query`, sorted by cosine; ties keep the pack's order."""
    lexical = bm25(pack, query.tokens)
    rows = np.union1d(
        nearest_codes(pack, query.vector, RESCORED), _rows_of_best(pack, lexical, LEXICAL)
    )
    similarity = pack.rows(rows) @ query.vector
    order = np.argsort(-similarity, kind="stable")
    rows = rows[order]
    return Candidates(rows, similarity[order], lexical[pack.row_spans[rows]])


def nearest_codes(pack: Pack, vector: FloatArray, count: int) -> IntArray:
    """Return at least `count` rows nearest to (D,) `vector` by Hamming distance of sign codes.

    Rows as far away as the last one are all included, so that the result does not depend on
    their order. Row numbers ascend.
    """
    if pack.row_count <= count:
        return np.arange(pack.row_count)
    distance = np.zeros(pack.row_count, np.uint16)
    for column, code in zip(pack.codes, sign_codes(vector[None, :], pack.mean), strict=True):
        distance += np.bitwise_count(column ^ code)
    reached = np.cumsum(np.bincount(distance, minlength=len(vector) + 1))
    return np.flatnonzero(distance <= np.searchsorted(reached, count))


def bm25(pack: Pack, tokens: tuple[int, ...]) -> FloatArray:
    """Return (S,) float32 BM25 scores of the spans, as shares of the best reachable score."""
    postings = pack.postings
    scores = np.zeros(pack.span_count, np.float32)
    reachable = 0.0
    for token in sorted(set(tokens)):
        place = slice(int(postings.starts[token]), int(postings.starts[token + 1]))
        impacts: NDArray[np.uint8] = postings.impacts[place]
        if len(impacts):
            # A span stands once in a token's postings, so plain indexing adds all of it.
            scores[postings.spans[place]] += impacts
            reachable += float(impacts.max())
    return scores / np.float32(max(reachable, 1))


def _rows_of_best(pack: Pack, lexical: FloatArray, count: int) -> IntArray:
    """Return every row of the `count` spans with the highest positive BM25 score."""
    if len(lexical) > count:
        bar = np.partition(lexical, -count)[-count]
        spans = np.flatnonzero((lexical >= bar) & (lexical > 0))[: 2 * count]
    else:
        spans = np.flatnonzero(lexical > 0)
    starts = pack.row_starts.astype(np.intp)
    return np.concatenate(
        [np.arange(starts[s], starts[s + 1]) for s in spans] or [np.empty(0, np.intp)]
    )
