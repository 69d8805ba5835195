"""Matches → a score for each outcome, by local kernel regression.

With K the kernel matrix of the matched rows, k their kernel with the question and Λ a diagonal of
observation noise, the weights `a = (K + Λ)⁻¹ k` are the Gaussian-process posterior mean written
as a sum over examples (Rasmussen and Williams 2006, equation 2.25): the score of an outcome is the
sum of the weights of the rows that had it, minus those where it failed. Each weight names a
diamond, so a receipt is exact. The kernel is `exp(β (cosine − 1))`. A diamond of lower quality is
a noisier observation: its entry of Λ is larger.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from arenalab.encode.transformer import product
from arenalab.match import Kernel, Matches
from arenalab.pack import Pack
from arenalab.pack.model import FloatArray, IntArray
from arenalab.search import distinct

NEAREST = 0.1  # share of an outcome's phrasings that its nearness rests on
# Cosine at which two phrasings ask the same: "how do I …" and "how to …" reach it, "on Monday" and
# "on Tuesday" do not.
SAME = 0.98
DENIED = -1  # stands for the outcome of a diamond that failed


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the matches say. K rows took part, M distinct outcomes among them.

    matches   the K rows, best match first
    weights   (K,) float64: the weight of each row, negative where its outcome failed
    outcomes  (M,) intp outcome numbers, best first
    scores    (M,) float64: the sum of weights of each outcome's rows, less those of rows that
              deny it
    nearness  cosine with the outcome that is nearest; see `nearness`
    variance  predictive variance in [0, 1]: 1 where nothing known is near
    same      outcomes of the diamonds that ask what the best match does, one for each; DENIED where
              it failed
    pooled    outcomes that were counted to another one, which says all of them; by their number
    """

    matches: Matches
    weights: NDArray[np.float64]
    outcomes: IntArray
    scores: NDArray[np.float64]
    nearness: float
    variance: float
    same: IntArray
    pooled: Mapping[int, int] = field(default_factory=dict)


def predict(pack: Pack, matches: Matches, kernel: Kernel) -> Prediction:
    """Return the score of every outcome among `matches`; ties keep the order of the matches."""
    cosine = cosines(pack, matches.rows)
    gram = resembling(cosine, kernel)
    gram[np.diag_indices_from(gram)] += noise(pack, matches.spans, kernel)
    near = resembling(matches.resemblance, kernel)
    solution = np.linalg.solve(gram, near).astype(np.float64) if len(near) else near
    weights = solution * pack.signs[matches.spans].astype(np.float64)
    outcomes, scores = pool(*observed(pack, matches.spans, weights))
    return Prediction(
        matches=matches,
        weights=weights,
        outcomes=outcomes,
        scores=scores,
        nearness=nearness(pack, matches),
        variance=float(np.clip(1 - near @ solution, 0, 1)),
        same=asked_the_same(pack, matches, cosine),
    )


def asked_the_same(pack: Pack, matches: Matches, cosine: FloatArray) -> IntArray:
    """Return the outcomes of the diamonds that ask the same as the best match, itself among them.

    `cosine` (K, K) is that of the rows. What was said before counts: where it tells two diamonds
    apart, they do not ask the same.
    """
    if not len(matches.rows):
        return np.zeros(0, np.intp)
    near = matches.resemblance >= matches.resemblance[0] - (1 - SAME)
    spans = distinct(matches.spans[near & (cosine[0] >= SAME)])
    return np.where(pack.signs[spans] > 0, pack.outcomes[spans].astype(np.intp), DENIED)


def observed(
    pack: Pack, spans: IntArray, weights: NDArray[np.float64]
) -> tuple[IntArray, NDArray[np.float64]]:
    """Return the outcomes that `spans` (K,) speak of, and what each observation adds to them.

    A span that worked, and tells of another span's outcome that did not, is an observation of both:
    it takes its weight off that one.
    """
    outcomes = pack.outcomes[spans].astype(np.intp)
    if not len(pack.denials):
        return outcomes, weights
    deniers, denied = pack.denials.astype(np.intp).T
    row, denial = np.nonzero(spans[:, None] == deniers[np.isin(deniers, spans)])
    spoken_of = denied[np.isin(deniers, spans)][denial]
    matched = np.isin(spoken_of, outcomes)
    return (
        np.concatenate([outcomes, spoken_of[matched]]),
        np.concatenate([weights, -weights[row[matched]]]),
    )


def cosines(pack: Pack, rows: IntArray) -> FloatArray:
    """Return (K, K) float32, the cosines of `rows` with each other."""
    vectors = pack.rows(rows)
    return product(vectors, vectors)


def resembling(cosine: FloatArray, kernel: Kernel) -> NDArray[np.float64]:
    """Return the kernel at `cosine`."""
    return np.exp(kernel.beta * (cosine.astype(np.float64) - 1))


def noise(pack: Pack, spans: IntArray, kernel: Kernel) -> NDArray[np.float64]:
    """Return the variance of what each of `spans` says, as an observation."""
    return kernel.ridge + kernel.quality_noise * (1 - pack.grades[spans] / 255)


def nearness(pack: Pack, matches: Matches) -> float:
    """Return the largest mean, over outcomes, of the highest cosines an outcome has.

    The best tenth of an outcome's phrasings counts, at least one: a single phrasing may be near by
    chance where there are many, ten of one outcome are not. Tells questions of a foreign or
    neighbouring matter from known ones better than the best cosine or the predictive variance.
    """
    if not len(matches.rows):
        return 0.0
    outcomes = pack.outcomes[matches.spans].astype(np.intp)
    order = np.lexsort((-matches.similarity, outcomes))
    distinct, first, count = np.unique(outcomes[order], return_index=True, return_counts=True)
    tenth = np.maximum(np.rint(pack.outcome_sizes[distinct] * NEAREST).astype(np.intp), 1)
    kept = np.minimum(count, tenth)
    sums = np.concatenate([[0.0], np.cumsum(matches.similarity[order], dtype=np.float64)])
    unmatched = (tenth - kept) * float(matches.similarity.min())  # no nearer than the last match
    return float(((sums[first + kept] - sums[first] + unmatched) / tenth).max())


def pool(outcomes: IntArray, weights: NDArray[np.float64]) -> tuple[IntArray, NDArray[np.float64]]:
    """Sum `weights` by outcome; return distinct outcomes and their sums, best first."""
    distinct, first, group = np.unique(outcomes, return_index=True, return_inverse=True)
    scores = np.bincount(group, weights, minlength=len(distinct)).astype(np.float64)
    order = np.lexsort((first, -scores))
    return distinct[order], scores[order]
