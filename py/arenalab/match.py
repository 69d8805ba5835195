"""Candidates → ranked matches: how much each phrasing resembles the question, and why.

Resemblance is the cosine, raised by what BM25 sees: two texts that share rare words are closer
than their vectors say. Both parts stay visible, since a receipt shows them.
"""

from dataclasses import dataclass

import numpy as np

from arenalab.pack import Pack
from arenalab.pack.model import FloatArray, IntArray
from arenalab.search import Candidates


@dataclass(frozen=True, slots=True)
class Matches:
    """The K best matching rows, best first. All arrays are (K,).

    rows         row numbers in the pack
    spans        the span of each row
    resemblance  what ranks them, at most 1: `similarity`, raised by `lexical`
    similarity   cosine with the question
    lexical      BM25 score as a share of the best reachable
    """

    rows: IntArray
    spans: IntArray
    resemblance: FloatArray
    similarity: FloatArray
    lexical: FloatArray


def match(pack: Pack, found: Candidates, *, lexical_weight: float, keep: int) -> Matches:
    """Rank `found` and keep the best `keep` rows; ties keep the order of the cosine.

    `lexical_weight` in [0, 1) is how far BM25 alone could close the distance to a full match.
    """
    resemblance = found.similarity + lexical_weight * found.lexical * (1 - found.similarity)
    order = np.argsort(-resemblance, kind="stable")[:keep]
    rows = found.rows[order]
    return Matches(
        rows=rows,
        spans=pack.row_spans[rows],
        resemblance=resemblance[order],
        similarity=found.similarity[order],
        lexical=found.lexical[order],
    )
