"""Matrices in whole steps, so that few different numbers remain and deflate makes them small.

Boundary: arrays in, arrays out; knows neither networks nor files.

A row is whole multiples of its own step. Even steps and a variable-length code come closer to the
numbers at the same size than a fixed number of bits with any levels (Gish and Pierce 1968,
doi:10.1109/TIT.1968.1054193): rare large numbers pay for their own length.

A matrix that is multiplied by known inputs is rounded column after column, and what rounding one
column does to the product is made up for by the columns still to come: the closed form of optimal
brain surgery (Hassibi and Stork 1993) as GPTQ orders it (Frantar et al. 2022, arXiv:2210.17323).
It needs the inputs' Gram matrix alone.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

LARGEST: Final = 127  # steps in a number
DAMPING: Final = 0.01  # added to the Gram matrix's diagonal, as a share of its mean
BLOCK: Final = 64  # columns whose effect on the rest is added up before it is applied


class Rounded(NamedTuple):
    """codes (rows, columns) int8 and scales (rows, 1) float16: value = code * scale."""

    codes: NDArray[np.int8]
    scales: NDArray[np.float16]


def rounded(
    matrix: NDArray[np.float32],
    steps: NDArray[np.floating],
    gram: NDArray[np.float64] | None = None,
) -> Rounded:
    """Round each row of `matrix` to multiples of its step of (rows,) `steps`.

    A step grows where a row's largest number would have more than 127 of them. `gram` (columns,
    columns) is XᵀX of the inputs X (N, columns) whose products X matrixᵀ are to be kept.
    """
    values = matrix.astype(np.float64)
    least = np.abs(values).max(axis=1) / LARGEST
    # Rounded up to float16, so that no number is out of reach of its own row.
    scales = np.nextafter(np.maximum(steps, least).astype(np.float16), np.float16(np.inf))
    exact = scales.astype(np.float64)[:, np.newaxis]
    codes = _whole(values / exact) if gram is None else _compensated(values / exact, gram)
    return Rounded(codes.astype(np.int8), scales[:, np.newaxis])


def _whole(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.clip(np.rint(values), -LARGEST, LARGEST)


def _compensated(values: NDArray[np.float64], gram: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `values`, in steps, rounded; the columns with the largest inputs come first."""
    size = len(gram)
    order = np.argsort(-np.diag(gram), kind="stable")
    damped = gram[np.ix_(order, order)] + np.eye(size) * DAMPING * np.trace(gram) / size
    # inverse = upperᵀ upper; row j of `upper` says how the columns after j make up for column j.
    upper = np.linalg.cholesky(np.linalg.inv(damped)).T
    left = values[:, order]
    codes = np.empty_like(left)
    for start in range(0, size, BLOCK):
        end = min(size, start + BLOCK)
        errors = np.empty((len(left), end - start))
        for j in range(start, end):
            codes[:, j] = _whole(left[:, j])
            error = (left[:, j] - codes[:, j]) / upper[j, j]
            errors[:, j - start] = error
            left[:, j + 1 : end] -= np.outer(error, upper[j, j + 1 : end])
        left[:, end:] -= errors @ upper[start:end, end:]
    back = np.empty_like(codes)
    back[:, order] = codes
    return back
