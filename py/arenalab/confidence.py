"""How likely the best outcome is the right one: a probability that means what it says.

Every row of a pack is asked as a question with itself left out. Where another row shares its
outcome, the prediction is right or wrong, and that is a labelled example; with its whole outcome
left out, it is a question the pack cannot answer. So a pack calibrates itself without held-out
data. The probability is a logistic function of what a prediction shows: how near the best match
is and by how much the best outcome leads. Its weights are the most probable ones under a Gaussian
prior around weights that fit other packs; a pack of few examples stays near those.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arenalab.match import match
from arenalab.outcome import Kernel, Prediction, predict
from arenalab.pack import Pack
from arenalab.pack.model import IntArray
from arenalab.search import Candidates, Query, candidates

Floats = NDArray[np.float64]

# Fitted on FAQ questions of one phrasing each, paraphrases of them, paraphrases whose question
# was taken away, and trivia: intercept, best resemblance, lead of the best outcome.
PRIOR_WEIGHTS = (-7.4, 9.7, 21.8)
PRIOR_PRECISION = 0.05  # of each weight: how strongly a pack's own examples must speak
UNANSWERABLE = 0.25  # weight of a question with its outcome left out, against one without
SAMPLE = 600  # rows asked; more cost time and move nothing
NEWTON_STEPS = 30

WORDS = ((0.9, "certain"), (0.7, "likely"), (0.4, "unsure"), (0.0, "unknown"))


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict on a prediction.

    `probability` that the best outcome is right, in [0, 1], and the same in a `word`; the
    `plausible` outcomes, best first; `answers` when the best one may be said.
    """

    probability: float
    word: str
    plausible: tuple[int, ...]
    answers: bool


@dataclass(frozen=True, slots=True)
class Calibration:
    """What turns a prediction into a probability; part of a pack's header.

    weights    of `features`, in their order
    threshold  the least probability at which the best outcome is said
    floor      the least probability at which outcomes are offered at all
    sample     how many of the pack's own rows it rests on
    """

    weights: tuple[float, ...] = PRIOR_WEIGHTS
    threshold: float = 0.5
    floor: float = 0.12
    sample: int = 0

    @classmethod
    def from_meta(cls, meta: Mapping[str, Any]) -> "Calibration":
        """Read the calibration a pack's header holds; what it lacks has its default."""
        stored = dict(meta.get("calibration", {}))
        stored["weights"] = tuple(stored.get("weights", PRIOR_WEIGHTS))
        return cls(**{name: stored[name] for name in asdict(cls()) if name in stored})

    def judge(self, prediction: Prediction) -> Judgement:
        """Return the verdict on `prediction`."""
        p = float(_logistic(features(prediction) @ np.array(self.weights)))
        word = next(word for bar, word in WORDS if p >= bar)
        plausible = tuple(map(int, prediction.outcomes[:3])) if p >= self.floor else ()
        return Judgement(p, word, plausible, p >= self.threshold)


def features(prediction: Prediction) -> Floats:
    """Return (3,) float64: 1, best resemblance, lead of the best outcome over the second."""
    scores = prediction.scores
    if not len(scores):
        return np.array([1.0, 0.0, 0.0])
    second = max(float(scores[1]), 0.0) if len(scores) > 1 else 0.0
    return np.array([1.0, float(prediction.matches.resemblance[0]), float(scores[0]) - second])


def calibrate(
    pack: Pack, row_terms: Sequence[tuple[int, ...]], progress: Callable[[int, int], None]
) -> Pack:
    """Return `pack` with kernel constants and calibration in its header.

    `row_terms` are the BM25 terms of each row's phrasing.
    """
    kernel = Kernel.from_meta(pack.meta)
    rows = np.unique(np.linspace(0, pack.row_count - 1, SAMPLE).astype(np.int64))
    outcome_of = pack.outcomes[pack.row_spans]
    shared = np.bincount(outcome_of)[outcome_of] > 1
    examples: list[tuple[Floats, bool, float]] = []
    for done, row in enumerate(rows, 1):
        query = Query("", pack.rows(rows[done - 1 : done])[0], row_terms[int(row)])
        found = candidates(pack, query)
        truth = outcome_of[row]
        if shared[row]:
            itself = _leave_out(pack, kernel, found, found.rows == row)
            right = bool(len(itself.outcomes)) and int(itself.outcomes[0]) == int(truth)
            examples.append((features(itself), right, 1.0))
            without = _leave_out(pack, kernel, found, outcome_of[found.rows] == truth)
            examples.append((features(without), False, UNANSWERABLE))
        progress(done, len(rows))
    calibration = Calibration(sample=len(examples) // 2)
    if examples:
        x, y, w = (np.array(column) for column in zip(*examples, strict=True))
        calibration = replace(calibration, weights=tuple(map(float, fit_logistic(x, y, w))))
    meta = {**pack.meta, "kernel": asdict(kernel), "calibration": _plain(asdict(calibration))}
    return replace(pack, meta=meta)


def fit_logistic(x: Floats, y: NDArray[np.bool_], w: Floats) -> Floats:
    """Return the most probable weights (F,) of a logistic model of y (N,) given x (N, F).

    Newton's method on the weighted log-likelihood plus the Gaussian prior, which is concave, so
    every step solves a linear system and there is one optimum (Bishop 2006, section 4.3.3).
    """
    prior = np.array(PRIOR_WEIGHTS)
    precision = PRIOR_PRECISION * np.eye(x.shape[1])
    weights = np.zeros(x.shape[1])  # where the curvature is largest: Newton's safest start
    for _ in range(NEWTON_STEPS):
        p = _logistic(x @ weights)
        slope = x.T @ (w * (y - p)) - precision @ (weights - prior)
        curvature = (x * (w * p * (1 - p))[:, None]).T @ x + precision
        weights = weights + np.linalg.solve(curvature, slope)
    return weights


def _leave_out(
    pack: Pack, kernel: Kernel, found: Candidates, gone: NDArray[np.bool_]
) -> Prediction:
    kept = Candidates(found.rows[~gone], found.similarity[~gone], found.lexical[~gone])
    best = match(pack, kept, lexical_weight=kernel.lexical_weight, keep=kernel.neighbours)
    return predict(pack, best, kernel)


def _logistic(x: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(x, -40, 40)))


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    """Return `fields` with lists for tuples, as a file would give them back."""
    return {name: list(v) if isinstance(v, tuple) else v for name, v in fields.items()}
