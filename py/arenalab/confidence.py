"""How likely the best outcome is the right one: a probability that means what it says.

It is a product: how likely the pack knows the matter at all, and, if so, how likely the best
outcome is the one. A pack calibrates both itself, without held-out data. Every row is asked as a
question with itself left out: where another row shares its outcome, the best outcome is right or
wrong, and that is a labelled example. With its whole outcome left out, the same row is a question
that the pack cannot answer. Both factors are logistic functions of what a prediction shows; their
weights are the most probable ones under a Gaussian prior around weights that fit other packs, so
a pack of few examples stays near those.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arenalab.errors import DamagedFileError
from arenalab.match import match
from arenalab.outcome import Kernel, Prediction, predict
from arenalab.pack import Pack
from arenalab.search import Candidates, Query, candidates

Floats = NDArray[np.float64]

# Fitted on FAQ questions of one phrasing each, paraphrases of them, paraphrases whose question
# was taken away, and trivia.
PRIOR_KNOWN = (-7.7, 13.4, 5.8)  # of 1, nearness, best score
PRIOR_RIGHT = (4.9,)  # of how many e-folds the best score leads the second
LEAST_SHARE = 0.02  # a second outcome is never counted as further behind than this
PRIOR_PRECISION = 1.0  # of each weight: how strongly a pack's own examples must speak
PRIOR_BAR = 0.7
LEVEL = 0.9  # how often the conformal set is to hold the right outcome
FEWEST = 20  # examples below which what a pack says of itself would be chance
UNANSWERABLE = 0.33  # questions that cannot be answered, for each that can
SAMPLE = 600  # rows asked; more cost time and move nothing
NEWTON_STEPS = 30
KNOWN = 0.5  # the least probability of knowing at which anything is offered

WORDS = ((0.9, "certain"), (0.7, "likely"), (0.0, "unsure"))


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict on a prediction.

    `within` is how likely the pack knows the matter, `right` how likely the best outcome is the
    one if it does, `probability` their product, all in [0, 1]; `word` says it. `known` when the
    matter is taken to be known; `answers` when the best outcome may be said. `plausible` are the
    numbers of the outcomes in the conformal set, best first: among known matters it holds the
    right one as often as the calibration's level says.
    """

    within: float
    right: float
    word: str
    known: bool
    answers: bool
    plausible: tuple[int, ...]

    @property
    def probability(self) -> float:
        """How likely the best outcome is the right one."""
        return self.within * self.right


@dataclass(frozen=True, slots=True)
class Calibration:
    """What turns a prediction into a probability; part of a pack's header.

    known      weights of what tells whether the pack knows the matter
    right      weights of what tells whether the best outcome is the one
    threshold  the least probability at which the best outcome is said
    level      how often the conformal set is to hold the right outcome
    bar        the least share of the choice at which an outcome is in the conformal set
    sample     how many of the pack's own rows it rests on
    """

    known: tuple[float, ...] = PRIOR_KNOWN
    right: tuple[float, ...] = PRIOR_RIGHT
    threshold: float = 0.6
    level: float = LEVEL
    bar: float = PRIOR_BAR
    sample: int = 0

    @classmethod
    def from_meta(cls, meta: Mapping[str, Any]) -> "Calibration":
        """Read the calibration a pack's header holds; what it lacks has its default.

        Raises DamagedFileError when it does not fit the features of this version.
        """
        stored: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in meta.get("calibration", {}).items()
        }
        read = cls(**{name: stored[name] for name in asdict(cls()) if name in stored})
        if (len(read.known), len(read.right)) != (len(PRIOR_KNOWN), len(PRIOR_RIGHT)):
            raise DamagedFileError(
                f"the pack's calibration has {len(read.known)} and {len(read.right)} weights, not "
                f"{len(PRIOR_KNOWN)} and {len(PRIOR_RIGHT)}; build the pack again"
            )
        return read

    def judge(self, prediction: Prediction) -> Judgement:
        """Return the verdict on `prediction`."""
        nearness, contest = features(prediction)
        within = float(_logistic(nearness @ np.array(self.known)))
        right = float(_logistic(contest @ np.array(self.right)))
        known = within >= KNOWN
        p = within * right
        word = next(word for bar, word in WORDS if p >= bar) if known else "unknown"
        inside = choice(prediction, self.right[0]) >= self.bar
        plausible = tuple(int(outcome) for outcome in prediction.outcomes[inside])
        return Judgement(within, right, word, known, p >= self.threshold, plausible)


def features(prediction: Prediction) -> tuple[Floats, Floats]:
    """Return what tells of knowing, (3,), and what tells of being right, (1,); both float64.

    The first is 1, the nearness, the best score. The second is the logarithm of how often the
    best score holds the second, so that the odds of being right are a power of that quotient
    (Luce's choice rule): even between equals, whatever the power.
    """
    scores = np.maximum(prediction.scores, 0)
    if not len(scores) or scores[0] == 0:
        return np.array([1.0, 0.0, 0.0]), np.array([0.0])
    share = float(scores[1] / scores[0]) if len(scores) > 1 else 0.0
    lead = -np.log(max(share, LEAST_SHARE))
    return np.array([1.0, prediction.nearness, float(scores[0])]), np.array([lead])


def choice(prediction: Prediction, power: float) -> Floats:
    """Return (M,) float64, the share each outcome has of the choice: its score to `power`."""
    scores = np.maximum(prediction.scores, 0)
    odds = (scores / max(float(scores.max(initial=0)), 1e-12)) ** power
    return odds / max(float(odds.sum()), 1e-12)


def conformal_bar(shares: Floats, level: float) -> float:
    """Return the bar that the right outcome's share reaches as often as `level` says.

    `shares` (N,) are the right outcomes' shares over a calibration sample; the bar is their
    quantile with the finite-sample correction of split conformal prediction (Vovk et al. 2005;
    Angelopoulos and Bates 2021, section 1).
    """
    place = int(np.floor((1 - level) * (len(shares) + 1)))
    return float(np.sort(shares)[place - 1]) if place else 0.0


def calibrate(
    pack: Pack, row_terms: Sequence[tuple[int, ...]], progress: Callable[[int, int], None]
) -> Pack:
    """Return `pack` with kernel constants and calibration in its header.

    `row_terms` are the BM25 terms of each row's phrasing.
    """
    kernel = Kernel.from_meta(pack.meta)
    rows = np.unique(np.linspace(0, pack.row_count - 1, SAMPLE).astype(np.intp))
    outcome_of = pack.outcomes[pack.row_spans].astype(np.intp)
    shared = np.bincount(outcome_of)[outcome_of] > 1
    answerable: list[Floats] = []
    predictions: list[Prediction] = []
    right: list[bool] = []
    truths: list[int] = []
    unanswerable: list[Floats] = []
    for done, row in enumerate(rows, 1):
        progress(done, len(rows))
        truth = outcome_of[row]
        if not shared[row]:
            continue
        query = Query("", pack.rows(rows[done - 1 : done])[0], row_terms[int(row)])
        found = candidates(pack, query)
        itself = _leave_out(pack, kernel, found, found.rows == row)
        answerable.append(features(itself)[0])
        predictions.append(itself)
        truths.append(int(truth))
        right.append(bool(len(itself.outcomes)) and int(itself.outcomes[0]) == int(truth))
        without = _leave_out(pack, kernel, found, outcome_of[found.rows] == truth)
        unanswerable.append(features(without)[0])
    calibration = Calibration(sample=len(right))
    if len(right) >= FEWEST:
        contests = np.array([features(prediction)[1] for prediction in predictions])
        power = fit_logistic(contests, np.array(right), np.ones(len(right)), PRIOR_RIGHT)
        shares = [
            float(choice(prediction, power[0])[prediction.outcomes == truth].sum())
            for prediction, truth in zip(predictions, truths, strict=True)
        ]
        calibration = replace(
            calibration,
            known=_fit_known(np.array(answerable), np.array(unanswerable)),
            right=power,
            bar=conformal_bar(np.array(shares), calibration.level),
        )
    meta = {**pack.meta, "kernel": asdict(kernel), "calibration": _plain(asdict(calibration))}
    return replace(pack, meta=meta)


def _fit_known(answerable: Floats, unanswerable: Floats) -> tuple[float, ...]:
    x = np.concatenate([answerable, unanswerable])
    y = np.arange(len(x)) < len(answerable)
    return fit_logistic(x, y, np.where(y, 1.0, UNANSWERABLE), PRIOR_KNOWN)


def fit_logistic(
    x: Floats, y: NDArray[np.bool_], w: Floats, prior_weights: tuple[float, ...]
) -> tuple[float, ...]:
    """Return the F most probable weights of a logistic model of y (N,) given x (N, F).

    Newton's method on the log-likelihood, weighted by w (N,), plus the Gaussian prior; that is
    concave, so every step solves a linear system and there is one optimum (Bishop 2006, section
    4.3.3).
    """
    prior = np.array(prior_weights)
    precision = PRIOR_PRECISION * np.eye(x.shape[1])
    weights = np.zeros(x.shape[1])  # where the curvature is largest: Newton's safest start
    for _ in range(NEWTON_STEPS):
        p = _logistic(x @ weights)
        slope = x.T @ (w * (y - p)) - precision @ (weights - prior)
        curvature = (x * (w * p * (1 - p))[:, None]).T @ x + precision
        weights = weights + np.linalg.solve(curvature, slope)
    return tuple(map(float, weights))


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
