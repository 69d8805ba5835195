"""What a threshold does: how many questions are then answered, and how many of those wrongly.

The risk-coverage curve of selective prediction (El-Yaniv and Wiener 2010), of examples that were
asked as if they were new.
"""

import numpy as np
from numpy.typing import NDArray

from arenalab.confidence.judge import Floats

BARS = tuple(step / 20 for step in range(20))

Row = tuple[float, float, float]


def coverage(probabilities: Floats, right: NDArray[np.bool_]) -> tuple[Row, ...]:
    """Return, for each of BARS: the bar, the share answered, the share of those that is wrong.

    `probabilities` (N,) are those of the best outcomes of N ≥ 1 questions that can be answered,
    `right` (N,) says which of these outcomes are the right ones. Nothing answered is nothing wrong.
    """
    rows = []
    for bar in BARS:
        answered = probabilities >= bar
        wrong = float((~right[answered]).mean()) if answered.any() else 0.0
        rows.append((bar, round(float(answered.mean()), 4), round(wrong, 4)))
    return tuple(rows)
