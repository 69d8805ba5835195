"""Numbers in few bits: 4 for token embeddings, 8 for the other matrices. Both ways, NumPy alone.

Boundary: arrays in, arrays out; knows neither files nor what the numbers mean.

Each group of consecutive columns in a row shares one float16 scale. With 8 bits a value is
`code * scale`. With 4 bits it is `LEVELS[code] * scale`, where the 16 levels lie as a Lloyd-Max
quantiser puts them (Lloyd 1982, doi:10.1109/TIT.1982.1056489) for groups of 32 normally distributed
values divided by the largest of them, sign included: an eighth less error than even steps. The
scale of a group is chosen among a few by squared error, each refitted once in closed form (least
squares of the values on their levels). The arithmetic is float64, so that the order of a sum,
which differs between processors, does not reach the codes.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

LEVELS: Final = (
    *(-0.876, -0.69, -0.545, -0.421, -0.311, -0.21, -0.114, -0.022),
    *(0.07, 0.164, 0.262, 0.367, 0.482, 0.614, 0.777, 1.0),
)
# Scales to try, as shares of a group's largest value.
SHARES: Final = (0.8, 0.85, 0.9, 0.95, 1.0, 1.05)
ROWS_AT_ONCE: Final = 2048  # keeps the float64 copies small


def to_8_bits(
    matrix: NDArray[np.float32], group: int
) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """Return codes (rows, columns) and scales (rows, columns / group)."""
    values = _grouped(matrix, group)
    scales = _nonzero(np.abs(values).max(axis=1, keepdims=True) / 127)
    codes = np.clip(np.rint(values / scales), -127, 127).astype(np.int8)
    return codes.reshape(matrix.shape), scales.reshape(len(matrix), -1)


def from_8_bits(codes: NDArray[np.int8], scales: NDArray[np.float16]) -> NDArray[np.float32]:
    """Return the (rows, columns) matrix of `to_8_bits`. Raises ValueError if they do not fit."""
    return _scaled(codes.astype(np.float32), scales)


def to_4_bits(
    matrix: NDArray[np.float32], group: int
) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """Return bytes (rows, columns / 2) and scales (rows, columns / group).

    Byte j of a row holds column 2j in its low half, column 2j + 1 in its high half.
    """
    parts = [
        _fit(_grouped(matrix[start : start + ROWS_AT_ONCE], group))
        for start in range(0, len(matrix), ROWS_AT_ONCE)
    ]
    codes = np.concatenate([codes for codes, _ in parts]).reshape(len(matrix), -1)
    scales = np.concatenate([scales for _, scales in parts]).reshape(len(matrix), -1)
    return codes[:, ::2] | codes[:, 1::2] << 4, scales


def from_4_bits(
    packed: NDArray[np.uint8], scales: NDArray[np.float16], pairs: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the (rows, columns) matrix of `to_4_bits`, or of any choice of its rows.

    `pairs` is what `level_pairs` returns. Raises ValueError if the shapes do not fit.
    """
    return _scaled(pairs[packed].reshape(len(packed), -1), scales)


def level_pairs(levels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (256, 2): the two values that a byte of `to_4_bits` stands for."""
    codes = np.arange(256)
    return np.stack([levels[codes & 15], levels[codes >> 4]], axis=1)


def _fit(values: NDArray[np.float64]) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """Return codes (groups, group) and scales (groups, 1) with the least squared error."""
    levels = np.array(LEVELS)
    middles = (levels[1:] + levels[:-1]) / 2
    largest = np.take_along_axis(values, np.abs(values).argmax(axis=1)[:, np.newaxis], axis=1)
    best_error = np.full((len(values), 1), np.inf)
    best_codes = np.zeros(values.shape, np.uint8)
    best_scales = np.ones((len(values), 1), np.float16)
    for share in SHARES:
        scales = _nonzero(largest * share)
        for _ in ("as given", "refitted"):
            codes = np.searchsorted(middles, values / scales).astype(np.uint8)
            found = levels[codes]
            error = np.square(found * scales - values).sum(axis=1, keepdims=True)
            better = error < best_error
            best_error = np.where(better, error, best_error)
            best_codes = np.where(better, codes, best_codes)
            best_scales = np.where(better, scales, best_scales)
            norm = np.square(found).sum(axis=1, keepdims=True)
            scales = _nonzero((values * found).sum(axis=1, keepdims=True) / norm)
    return best_codes, best_scales


def _grouped(matrix: NDArray[np.float32], group: int) -> NDArray[np.float64]:
    return matrix.astype(np.float64).reshape(-1, group)


def _scaled(values: NDArray[np.float32], scales: NDArray[np.float16]) -> NDArray[np.float32]:
    """Multiply each group of columns of `values` by its scale, in place."""
    groups = values.reshape(*scales.shape, -1)
    groups *= scales.astype(np.float32)[:, :, np.newaxis]
    return values


def _nonzero(scales: NDArray[np.float64]) -> NDArray[np.float16]:
    """Return float16 scales fit to divide by: a group of zeros gets 1."""
    small = scales.astype(np.float16)
    return np.where(small == 0, np.float16(1), small)
