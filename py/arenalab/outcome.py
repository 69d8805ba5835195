"""Matches → a score for each outcome, by local kernel regression.

With K the kernel matrix of the matched rows, k their kernel with the question and Λ a diagonal of
observation noise, the weights `a = (K + Λ)⁻¹ k` are the Gaussian-process posterior mean written
as a sum over examples (Rasmussen and Williams 2006, equation 2.25): the score of an outcome is the
sum of the weights of the rows that had it, minus those where it failed. Each weight names a
diamond, so a receipt is exact. The kernel is `exp(β (cosine − 1))`. A diamond of lower quality is
a noisier observation: its entry of Λ is larger.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arenalab.encode.transformer import product
from arenalab.match import Matches
from arenalab.pack import Pack
from arenalab.pack.model import IntArray

NEAR = 10


@dataclass(frozen=True, slots=True)
class Kernel:
    """Constants of the regression; they belong to the pack, chosen by leave-one-out.

    beta            how fast resemblance fades with angle
    ridge           observation noise of a perfect diamond
    quality_noise   further noise of a diamond of quality 0
    neighbours      how many matched rows take part
    lexical_weight  how far BM25 closes the distance to a full match
    """

    beta: float = 3.0
    ridge: float = 0.2
    quality_noise: float = 0.1
    neighbours: int = 200
    lexical_weight: float = 0.2

    @classmethod
    def from_meta(cls, meta: Mapping[str, Any]) -> "Kernel":
        """Read the constants a pack's header holds; what it lacks has its default."""
        stored = meta.get("kernel", {})
        return cls(**{name: stored[name] for name in asdict(cls()) if name in stored})


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the matches say. K rows took part, M distinct outcomes among them.

    matches   the K rows, best match first
    weights   (K,) float64: the weight of each row, negative where its outcome failed
    outcomes  (M,) int64 outcome numbers, best first
    scores    (M,) float64: the sum of weights of each outcome's rows
    nearness  mean cosine of the NEAR best rows of the outcome that is nearest by that measure
    variance  predictive variance in [0, 1]: 1 where nothing known is near
    """

    matches: Matches
    weights: NDArray[np.float64]
    outcomes: IntArray
    scores: NDArray[np.float64]
    nearness: float
    variance: float


def predict(pack: Pack, matches: Matches, kernel: Kernel) -> Prediction:
    """Return the score of every outcome among `matches`; ties keep the order of the matches."""
    vectors = pack.rows(matches.rows)
    gram = np.exp(kernel.beta * (product(vectors, vectors) - 1).astype(np.float64))
    near = np.exp(kernel.beta * (matches.resemblance.astype(np.float64) - 1))
    quality = pack.quality[matches.spans].mean(axis=1) / 255
    noise = kernel.ridge + kernel.quality_noise * (1 - quality)
    solution = np.linalg.solve(gram + np.diag(noise), near) if len(near) else near
    weights = solution * pack.signs[matches.spans].astype(np.float64)
    outcomes, scores = pool(pack.outcomes[matches.spans].astype(np.intp), weights)
    return Prediction(
        matches=matches,
        weights=weights,
        outcomes=outcomes,
        scores=scores,
        nearness=nearness(pack.outcomes[matches.spans], matches.similarity),
        variance=float(np.clip(1 - near @ solution, 0, 1)),
    )


def nearness(outcomes: NDArray[np.uint32], similarity: NDArray[np.float32]) -> float:
    """Return the largest mean, over outcomes, of the NEAR highest cosines an outcome has.

    One row may be near by chance; ten rows of one outcome are not. An outcome of fewer rows
    counts by all it has. Tells questions of a foreign or neighbouring matter from known ones
    better than the best cosine or the predictive variance alone.
    """
    if not len(outcomes):
        return 0.0
    order = np.lexsort((-similarity, outcomes))
    _, first, count = np.unique(outcomes[order], return_index=True, return_counts=True)
    kept = np.minimum(count, NEAR)
    sums = np.concatenate([[0.0], np.cumsum(similarity[order], dtype=np.float64)])
    return float(((sums[first + kept] - sums[first]) / kept).max())


def pool(outcomes: IntArray, weights: NDArray[np.float64]) -> tuple[IntArray, NDArray[np.float64]]:
    """Sum `weights` by outcome; return distinct outcomes and their sums, best first."""
    distinct, first, group = np.unique(outcomes, return_index=True, return_inverse=True)
    scores = np.bincount(group, weights, minlength=len(distinct)).astype(np.float64)
    order = np.lexsort((first, -scores))
    return distinct[order], scores[order]
