"""The two fits of a calibration: logistic weights, and the bar of a conformal set."""

import numpy as np
from numpy.typing import NDArray

from arenalab.confidence.judge import Floats, logistic

PRIOR_PRECISION = 0.05  # of each weight: how strongly a pack's own examples must speak
NEWTON_STEPS = 30


def fit_logistic(
    x: Floats,
    y: NDArray[np.bool_],
    w: Floats,
    prior_weights: tuple[float, ...],
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
        p = logistic(x @ weights)
        slope = x.T @ (w * (y - p)) - precision @ (weights - prior)
        curvature = (x * (w * p * (1 - p))[:, None]).T @ x + precision
        weights = weights + np.linalg.solve(curvature, slope)
    return tuple(map(float, weights))


def conformal_bar(shares: Floats, level: float) -> float:
    """Return the bar that the right outcome's share reaches as often as `level` says.

    `shares` (N,) are the right outcomes' shares over a calibration sample; the bar is their
    quantile with the finite-sample correction of split conformal prediction (Vovk et al. 2005;
    Angelopoulos and Bates 2021, section 1).
    """
    place = int(np.floor((1 - level) * (len(shares) + 1)))
    return float(np.sort(shares)[place - 1]) if place else 0.0
