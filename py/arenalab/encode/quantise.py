"""Weights in few bits: 4 bits for token embeddings, 8 bits for matrices. Both ways, NumPy alone.

Boundary: arrays in, arrays out; knows neither files nor what the numbers mean.

Four bits: every group of consecutive columns shares one float16 scale; a value is `(code - 8) *
scale`, codes 0..15. The scale may be negative, so that the longer tail of a group gets the extra
step. It is chosen per group among a few shrunken ranges by squared error, then refitted in closed
form (least squares of the values on their codes). Eight bits: one float32 scale per row.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

# Shares of the full range to try: clipping a lone extreme value often costs less than it saves.
SHRINKS = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7)


def to_8_bits(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return codes (rows, columns) int8 and scales (rows, 1) float32: value = code * scale."""
    scales = (np.abs(matrix).max(axis=1, keepdims=True) / np.float32(127)).astype(np.float32)
    scales[scales == 0] = 1
    return np.rint(matrix / scales).astype(np.int8), scales


def from_8_bits(codes: NDArray[np.int8], scales: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the (rows, columns) float32 matrix of `to_8_bits`."""
    return np.multiply(codes, scales, dtype=np.float32)


def to_4_bits(
    matrix: NDArray[np.float32], group: int
) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """Return bytes (rows, columns / 2) and scales (rows, columns / group).

    Byte j of a row holds column j in its low half and column j + columns / 2 in its high half, so
    that a row is unpacked without interleaving. `group` must divide half the columns.
    """
    rows, columns = matrix.shape
    values = matrix.reshape(-1, group)
    best_scales = np.ones(len(values), np.float16)
    best_error = np.full(len(values), np.inf, np.float32)
    for scales in _candidates(values):
        error = np.square(values - _codes(values, scales) * _column(scales)).sum(axis=1)
        better = error < best_error
        best_error[better] = error[better]
        best_scales[better] = scales[better]
    codes = (_codes(values, best_scales) + 8).astype(np.uint8).reshape(rows, columns)
    half = columns // 2
    return codes[:, :half] | codes[:, half:] << 4, best_scales.reshape(rows, -1)


def from_4_bits(packed: NDArray[np.uint8], scales: NDArray[np.float16]) -> NDArray[np.float32]:
    """Return the (rows, columns) float32 matrix of `to_4_bits`, or any choice of its rows."""
    rows, half = packed.shape
    values = np.empty((rows, 2 * half), np.float32)
    np.bitwise_and(packed, 15, out=values[:, :half], casting="unsafe")
    np.right_shift(packed, 4, out=values[:, half:], casting="unsafe")
    values -= 8
    groups = values.reshape(rows, scales.shape[1], -1)
    groups *= scales.astype(np.float32)[:, :, np.newaxis]
    return values


def _candidates(values: NDArray[np.float32]) -> Iterator[NDArray[np.float16]]:
    """Yield scales (groups,) to try: the longer tail on -8, shrunken, each also refitted."""
    extreme = np.take_along_axis(values, np.abs(values).argmax(axis=1)[:, np.newaxis], axis=1)[:, 0]
    for steps in (-8, 7):
        for shrink in SHRINKS:
            scales = _nonzero(extreme * np.float32(shrink / steps))
            yield scales
            codes = _codes(values, scales)
            norm = np.square(codes).sum(axis=1)
            refitted = (values * codes).sum(axis=1) / np.where(norm == 0, 1, norm)
            yield _nonzero(refitted)


def _codes(values: NDArray[np.float32], scales: NDArray[np.float16]) -> NDArray[np.float32]:
    return np.clip(np.rint(values / _column(scales)), -8, 7)


def _column(scales: NDArray[np.float16]) -> NDArray[np.float32]:
    return scales.astype(np.float32)[:, np.newaxis]


def _nonzero(scales: NDArray[np.float32]) -> NDArray[np.float16]:
    small = scales.astype(np.float16)
    return np.where(small == 0, np.float16(1), small)
