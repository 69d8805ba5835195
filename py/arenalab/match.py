"""Candidates → ranked matches: how much each phrasing resembles the question, and why.

Resemblance is the cosine of question and phrasing, raised by the rare words they share. The less
any phrasing of the pack fits, the more it counts which diamond's situation and outcome together
are nearest: that decides between diamonds, and never brings a foreign question nearer. In a
conversation a diamond counts less, the less what came before it resembles what was said, and the
more it is about the topic alone and not about what was asked of it. All parts
stay visible, since a receipt shows them.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from arenalab.pack import Pack
from arenalab.pack.model import FloatArray, IntArray
from arenalab.search import Candidates

# How much what is nearer to the topic than to the question counts against a diamond, and from where
# on; chosen on half of the follow-ups in tests/vectors, see docs/decisions/0031.
LEANING, ALLOWED = 0.3, 0.5


@dataclass(frozen=True, slots=True)
class Kernel:
    """Constants of matching and regression; they belong to the pack and stand in its header.

    beta            how fast resemblance fades with angle
    ridge           observation noise of a perfect diamond
    quality_noise   further noise of a diamond of quality 0
    neighbours      how many matched rows take part
    told_weight     of the cosine with situation and outcome, where no phrasing fits
    lexical_weight  how far BM25 closes the distance between question and phrasing
    context_weight  of the cosine between what was said before the question and before the diamond
    """

    beta: float = 3.0
    ridge: float = 0.3
    quality_noise: float = 0.1
    neighbours: int = 200
    told_weight: float = 0.5
    lexical_weight: float = 0.2
    context_weight: float = 0.4

    @classmethod
    def from_meta(cls, meta: Mapping[str, Any]) -> "Kernel":
        """Read the constants a pack's header holds; what it lacks has its default."""
        stored = meta.get("kernel", {})
        return cls(**{name: stored[name] for name in asdict(cls()) if name in stored})


@dataclass(frozen=True, slots=True)
class Matches:
    """The K best matching rows, best first. All arrays are (K,).

    rows         row numbers in the pack
    spans        the span of each row
    resemblance  what ranks them
    similarity   cosine of question and phrasing
    told         cosine of question and the diamond's situation and outcome together
    lexical      BM25 score as a share of the best reachable
    """

    rows: IntArray
    spans: IntArray
    resemblance: FloatArray
    similarity: FloatArray
    told: FloatArray
    lexical: FloatArray


def match(pack: Pack, found: Candidates, kernel: Kernel) -> Matches:
    """Rank `found` and keep the kernel's neighbours; ties keep the order of the cosine."""
    similarity, told = found.similarity, found.told
    words = kernel.lexical_weight * found.lexical * (1 - similarity)
    unsaid = 1 - similarity.max(initial=0)
    answers = kernel.told_weight * (told - told.max(initial=0)) * unsaid
    context = kernel.context_weight * (found.context - found.context.max(initial=-1))
    leaning = LEANING * np.maximum(0, found.topical - ALLOWED)
    leaning -= leaning.min(initial=1)
    resemblance = (similarity + words + answers + context - leaning).astype(np.float32)
    order = np.argsort(-resemblance, kind="stable")[: kernel.neighbours]
    rows = found.rows[order]
    return Matches(
        rows=rows,
        spans=pack.spans_of(rows),
        resemblance=resemblance[order],
        similarity=found.similarity[order],
        told=found.told[order],
        lexical=found.lexical[order],
    )
