"""How likely the best outcome is the right one: a probability that means what it says.

Every row of a pack is asked as a question with itself left out. Where another row shares its
outcome, the prediction is right or wrong, and that is a labelled example; the pack calibrates
itself without held-out data. The probability is a logistic function of three things a prediction
shows: how near the best match is, how much it scores, and by how much it leads.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arenalab.match import match
from arenalab.outcome import Kernel, Prediction, predict
from arenalab.pack import Pack
from arenalab.search import Query, candidates

# How a FAQ behaves whose outcomes have one phrasing each, so that nothing can be left out of it.
DEFAULT_WEIGHTS = (-9.0, 12.0, 0.0, 4.0)
SAMPLE = 600
WORDS = ((0.9, "certain"), (0.7, "likely"), (0.5, "unsure"), (0.0, "unknown"))


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
    """What turns a prediction into a probability; part of a pack's header."""

    weights: tuple[float, ...] = DEFAULT_WEIGHTS
    threshold: float = 0.5
    sample: int = 0

    @classmethod
    def from_meta(cls, meta: Mapping[str, Any]) -> "Calibration":
        """Read the calibration a pack's header holds; what it lacks has its default."""
        stored = dict(meta.get("calibration", {}))
        stored["weights"] = tuple(stored.get("weights", DEFAULT_WEIGHTS))
        return cls(**{name: stored[name] for name in asdict(cls()) if name in stored})

    def judge(self, prediction: Prediction) -> Judgement:
        """Return the verdict on `prediction`."""
        p = float(1 / (1 + np.exp(-features(prediction) @ np.array(self.weights))))
        word = next(word for bar, word in WORDS if p >= bar)
        return Judgement(p, word, tuple(map(int, prediction.outcomes[:3])), p >= self.threshold)


def features(prediction: Prediction) -> NDArray[np.float64]:
    """Return (4,) float64: 1, best resemblance, best score, lead over the second outcome."""
    scores = prediction.scores
    if not len(scores):
        return np.array([1.0, 0, 0, 0])
    second = scores[1] if len(scores) > 1 else 0.0
    return np.array([1, prediction.matches.resemblance[0], scores[0], scores[0] - second])


def calibrate(pack: Pack, progress: Callable[[int, int], None]) -> Pack:
    """Return `pack` with kernel constants and calibration in its header."""
    return replace(
        pack,
        meta={
            **pack.meta,
            "kernel": asdict(Kernel.from_meta(pack.meta)),
            "calibration": asdict(Calibration()),
        },
    )
