"""How likely the best outcome is the right one: a probability that means what it says.

It is a product: how likely the pack knows the matter at all, and, if so, how likely the best
outcome is the one. Both factors are logistic functions of what a prediction shows. What a pack
learns of strangers from its own rows is how neighbouring matters look; what is foreign altogether
shows in a variance that known questions do not have, which weighs against knowing by itself. Where
one question has different answers in the pack, no lead makes an outcome much likelier than the
share of those answers that it was.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arenalab.errors import DamagedFileError, InputError
from arenalab.outcome import Prediction

Floats = NDArray[np.float64]

# How often a conformal set can be asked to hold the right outcome.
LEVELS = (0.8, 0.9, 0.95, 0.99)
LEVEL = 0.9  # unless another is asked for

# Fitted on FAQ questions of one phrasing each, paraphrases of them, paraphrases whose question
# was taken away, and trivia.
PRIOR_KNOWN = (-5.7, 9.0, 12.0)  # of 1, nearness, best score
PRIOR_RIGHT = (-0.9, 9.6, 0.0)  # of 1, root of the best score's lead over the second, lead
BEFORE_LEAD = 2  # weights of being right in packs of before the lead itself was one of its features
PRIOR_BARS = (0.75, 0.32, 0.12, 0.01)
PRIOR_USUAL = 1.0
STRANGE = 20.0  # how much a variance beyond the usual weighs against knowing
KNOWN = 0.5  # the least probability of knowing at which anything is offered
# Of the scores, in the shares that outcomes have of the choice. Sets are as small with any from 3
# to 6, and hold the right outcome as often with all.
POWER = 4

WORDS = ((0.9, "certain"), (0.7, "likely"), (0.0, "unsure"))


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict on a prediction.

    `within` is how likely the pack knows the matter, `right` how likely the best outcome is the
    one if it does, `probability` their product, all in [0, 1]; `word` says it. `known` when the
    matter is taken to be known; `answers` when the best outcome may be said. `plausible` are the
    numbers of the outcomes in the conformal set, best first: among known matters it holds the
    right one as often as the level asked for says.
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
    contest    weights of what tells whether the best outcome is the one
    threshold  the least probability at which the best outcome is said
    usual      the variance that 99 in 100 questions known to the pack do not exceed
    bars       for each of LEVELS, the least share of the choice at which an outcome is in the
               conformal set
    coverage   for each of LEVELS, how often the set held the right outcome of rows left out;
               empty where too few could be asked
    sample     how many of the pack's own rows it rests on
    """

    known: tuple[float, ...] = PRIOR_KNOWN
    contest: tuple[float, ...] = PRIOR_RIGHT
    usual: float = PRIOR_USUAL
    threshold: float = 0.6
    bars: tuple[float, ...] = PRIOR_BARS
    coverage: tuple[float, ...] = ()
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
        if len(stored.get("contest", ())) == BEFORE_LEAD:
            stored["contest"] = (*stored["contest"], 0.0)
        read = cls(**{name: stored[name] for name in asdict(cls()) if name in stored})
        for name, prior in (("known", PRIOR_KNOWN), ("contest", PRIOR_RIGHT), ("bars", PRIOR_BARS)):
            if len(getattr(read, name)) != len(prior):
                raise DamagedFileError(
                    f"the pack's calibration has {len(getattr(read, name))} numbers for {name}, "
                    f"not {len(prior)}; build the pack again"
                )
        return read

    def knows(self, knowing: Floats, variance: Floats | float) -> Floats:
        """Return how likely the matter is known, by (…, 3) features and (…) variance."""
        strange = STRANGE * np.maximum(0.0, np.asarray(variance) - self.usual)
        return logistic(knowing @ np.array(self.known) - strange)

    def hits(self, contest: Floats) -> Floats:
        """Return how likely the best outcome is the one, if any is, by (…, 3) features."""
        return logistic(contest @ np.array(self.contest))

    def judge(self, prediction: Prediction, level: float = LEVEL) -> Judgement:
        """Return the verdict on `prediction`, its conformal set that of `level`.

        Raises InputError for a level that is none of LEVELS.
        """
        if level not in LEVELS:
            raise InputError(
                f"a conformal set can be asked to hold the right outcome {LEVELS} of the time, "
                f"not {level}; choose one of those"
            )
        knowing, contest = features(prediction)
        within = float(self.knows(knowing, prediction.variance))
        right = min(float(self.hits(contest)), agreement(prediction))
        known = within >= KNOWN
        p = within * right
        word = in_a_word(p) if known else "unknown"
        inside = shares(prediction) >= self.bars[LEVELS.index(level)]
        plausible = tuple(int(outcome) for outcome in prediction.outcomes[inside])
        return Judgement(within, right, word, known, p >= self.threshold, plausible)


def in_a_word(probability: float) -> str:
    """Return what an answer of this probability is called."""
    return next(word for bar, word in WORDS if probability >= bar)


def features(prediction: Prediction) -> tuple[Floats, Floats]:
    """Return what tells of knowing, (3,), and what tells of being right, (3,); both float64.

    The first is 1, the nearness, and the best score. The second is 1, the root of how far the best
    score leads the second, and how far it does.
    """
    scores = np.maximum(prediction.scores[:2], 0)
    if not len(scores):
        return np.array([1.0, 0.0, 0.0]), np.array([1.0, 0.0, 0.0])
    best = float(scores[0])
    lead = best - (float(scores[1]) if len(scores) > 1 else 0.0)
    return np.array([1.0, prediction.nearness, best]), np.array([1.0, lead**0.5, lead])


def agreement(prediction: Prediction) -> float:
    """Return the share of the diamonds that ask the same which say the best outcome.

    All that else speaks for it, since it is the best, counts as one diamond more. Where none of
    them says it, they are overruled, which is often right.
    """
    said = [prediction.pooled.get(int(outcome), int(outcome)) for outcome in prediction.same]
    agreeing = said.count(int(prediction.outcomes[0])) if said else 0
    return (agreeing + 1) / (len(said) + 1) if agreeing else 1.0


def shares(prediction: Prediction) -> Floats:
    """Return (M,) float64, the share each outcome has of the choice (Luce): its score's power."""
    scores = np.maximum(prediction.scores, 0)
    odds = (scores / max(float(scores.max(initial=0)), 1e-12)) ** POWER
    return odds / max(float(odds.sum()), 1e-12)


def logistic(x: Floats) -> Floats:
    """Return 1 / (1 + e⁻ˣ), without overflow."""
    return 1 / (1 + np.exp(-np.clip(x, -40, 40)))
