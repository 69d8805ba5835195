"""Kernel constants of a pack, chosen by leave-one-out in closed form.

With A = (K + Λ)⁻¹, what the regression says of row i without row i is `yᵢ − (A y)ᵢ / Aᵢᵢ`
(Rasmussen and Williams 2006, section 5.4.2), so one inverse asks every row of a neighbourhood. A
few neighbourhoods, evenly spread, stand for the pack; in each, the rows nearest to its centre are
asked, since those have their own neighbours around them.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product as combinations

import numpy as np
from numpy.typing import NDArray

from arenalab.match import Kernel
from arenalab.outcome import cosines, noise, resembling
from arenalab.pack import Pack
from arenalab.pack.model import IntArray
from arenalab.search import Query, candidates

BETAS = (2.0, 3.0, 5.0)
RIDGES = (0.1, 0.3, 1.0)
CENTRES = 24  # neighbourhoods looked at
ASKED = 100  # rows asked in each
SURE = 2.0  # standard errors by which constants must be better than those there are


def choose(pack: Pack, rows: IntArray, answerable: NDArray[np.bool_], kernel: Kernel) -> Kernel:
    """Return `kernel` with the β and the ridge that err least on rows that are left out.

    `rows` are those to begin at, `answerable` (R,) tells which can be asked. The error is squared,
    over all outcomes. Constants that are not surely better than those there are, which fit most
    packs, are not taken.
    """
    if len(rows) < CENTRES:
        return kernel
    tried = [replace(kernel, beta=b, ridge=r) for b, r in combinations(BETAS, RIDGES)]
    centres = rows[np.linspace(0, len(rows) - 1, CENTRES).astype(np.intp)]
    errors = np.array(
        [_errors(pack, int(row), answerable, [kernel, *tried]) for row in centres]
    )  # (centres, 1 + tried)
    behind = errors[:, 1:] - errors[:, :1]
    surely = behind.mean(axis=0) + SURE * behind.std(axis=0) / CENTRES**0.5
    best = int(np.argmin(surely))
    return tried[best] if surely[best] < 0 else kernel


def _errors(
    pack: Pack, centre: int, answerable: NDArray[np.bool_], kernels: Sequence[Kernel]
) -> list[float]:
    """Return the mean squared error of each of `kernels` around the row `centre`."""
    near = candidates(pack, Query("", pack.rows(np.array([centre]))[0], ())).rows
    near = near[: kernels[0].neighbours]
    asked = np.flatnonzero(answerable[near])[:ASKED]
    spans = pack.spans_of(near)
    _, outcome = np.unique(pack.outcomes[spans], return_inverse=True)
    truth = np.eye(int(outcome.max()) + 1)[outcome] * pack.signs[spans, None]
    cosine = cosines(pack, near)
    errors = []
    for kernel in kernels:
        said = left_out(resembling(cosine, kernel), noise(pack, spans, kernel), truth)
        errors.append(float((said.argmax(axis=1) != outcome)[asked].mean()))
    return errors


def left_out(
    gram: NDArray[np.float64], noise: NDArray[np.float64], truth: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return (K, M) what the regression on the other rows says of each row's M outcomes.

    gram   (K, K) kernel matrix
    noise  (K,) variance of each observation
    truth  (K, M) the observations
    """
    inverse = np.linalg.inv(gram + np.diag(noise))
    return truth - inverse @ truth / np.diag(inverse)[:, None]
