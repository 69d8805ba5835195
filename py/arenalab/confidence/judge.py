"""How likely the best outcome is the right one: a probability that means what it says.

It is a product: how likely the pack knows the matter at all, and, if so, how likely the best
outcome is the one. Both factors are logistic functions of what a prediction shows.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arenalab.errors import DamagedFileError
from arenalab.outcome import Prediction

Floats = NDArray[np.float64]

# Fitted on FAQ questions of one phrasing each, paraphrases of them, paraphrases whose question
# was taken away, and trivia.
PRIOR_KNOWN = (-5.7, 9.0, 12.0)  # of 1, nearness, best score
PRIOR_RIGHT = (4.3,)  # of how many e-folds the best score leads the second
PRIOR_BAR = 0.75
LEVEL = 0.9  # how often the conformal set is to hold the right outcome
LEAST_SHARE = 0.02  # a second outcome is never counted as further behind than this
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
        within = float(logistic(nearness @ np.array(self.known)))
        right = float(logistic(contest @ np.array(self.right)))
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
    # A power below 0 would prefer the worst: such a fit means that scores tell nothing.
    odds = (scores / max(float(scores.max(initial=0)), 1e-12)) ** max(power, 0.0)
    return odds / max(float(odds.sum()), 1e-12)


def logistic(x: Floats) -> Floats:
    """Return 1 / (1 + e⁻ˣ), without overflow."""
    return 1 / (1 + np.exp(-np.clip(x, -40, 40)))
