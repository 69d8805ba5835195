"""quantise: few bits come back as close as they can, and the same everywhere."""

from hashlib import sha256

import numpy as np
import pytest
from numpy.typing import NDArray

from arenalab.encode.quantise import (
    LEVELS,
    from_4_bits,
    from_8_bits,
    level_pairs,
    to_4_bits,
    to_8_bits,
)

PAIRS = level_pairs(np.array(LEVELS, np.float32))


@pytest.fixture(scope="module")
def matrix() -> NDArray[np.float32]:
    """Return normal numbers of very different size, some rows and groups of zeros."""
    random = np.random.default_rng(3)
    matrix = random.standard_normal((300, 64)) * 10.0 ** random.uniform(-3, 2, (300, 1))
    matrix[5] = 0
    matrix[6, :32] = 0
    return matrix.astype(np.float32)


def relative_error(found: NDArray[np.float32], matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the squared error of each row as a share of its energy."""
    error = np.square(found - matrix).sum(axis=1)
    return error / np.maximum(np.square(matrix).sum(axis=1), 1e-30)


def test_8_bits(matrix: NDArray[np.float32]) -> None:
    """Eight bits are within half a step; zeros stay zeros."""
    codes, scales = to_8_bits(matrix, 32)
    assert (codes.dtype, scales.dtype, scales.shape) == (np.int8, np.float16, (300, 2))
    found = from_8_bits(codes, scales)
    step = np.repeat(scales.astype(np.float32), 32, axis=1)
    assert (np.abs(found - matrix) <= step * 0.51 + np.abs(matrix) * 1e-3).all()
    assert not found[5].any()


def test_4_bits(matrix: NDArray[np.float32]) -> None:
    """Four bits keep all but 1 % of the energy, 0.6 % on average; zeros stay small."""
    packed, scales = to_4_bits(matrix, 32)
    assert (packed.dtype, packed.shape) == (np.uint8, (300, 32))
    assert (scales.dtype, scales.shape) == (np.float16, (300, 2))
    error = np.delete(relative_error(from_4_bits(packed, scales, PAIRS), matrix), [5, 6])
    assert error.max() < 0.012
    assert error.mean() < 0.0065


def test_4_bits_beat_even_steps(matrix: NDArray[np.float32]) -> None:
    """The levels lose less than fifteen even steps over the range would."""
    values = matrix[10:].reshape(-1, 32)
    step = np.abs(values).max(axis=1, keepdims=True) / 7
    even = np.rint(values / step) * step
    ours = from_4_bits(*to_4_bits(values, 32), PAIRS)
    assert relative_error(ours, values).mean() < 0.8 * relative_error(even, values).mean()


def test_rows_can_be_read_alone(matrix: NDArray[np.float32]) -> None:
    """Any choice of rows is unpacked to what the whole matrix has there."""
    packed, scales = to_4_bits(matrix, 32)
    rows = np.array([7, 0, 7, 299])
    whole = from_4_bits(packed, scales, PAIRS)
    np.testing.assert_array_equal(from_4_bits(packed[rows], scales[rows], PAIRS), whole[rows])


def test_every_code_survives() -> None:
    """Each of the sixteen levels is found again in its place, in both halves of a byte."""
    row = np.array([LEVELS + LEVELS[::-1]], np.float32) * 4
    found = from_4_bits(*to_4_bits(row, 32), PAIRS)
    np.testing.assert_allclose(found, row, atol=0.01)


def test_bytes_do_not_change() -> None:
    """The codes of a fixed matrix are these very bytes, on every platform."""
    random = np.random.Generator(np.random.MT19937(5))
    fixed = random.integers(-1000, 1000, (200, 64)).astype(np.float32) / 64
    digest = sha256()
    for array in (*to_4_bits(fixed, 32), *to_8_bits(fixed, 64)):
        digest.update(array.tobytes())
    expected = "8963dc1a193351b4bcf9ce8920cb3d8821f057e49ac4d68b589ce90ca7ed57d1"
    assert digest.hexdigest() == expected


def test_scales_that_do_not_fit_are_refused(matrix: NDArray[np.float32]) -> None:
    """Codes and scales of different matrices are not put together."""
    codes, _ = to_8_bits(matrix, 32)
    with pytest.raises(ValueError, match="reshape"):
        from_8_bits(codes, np.ones((299, 2), np.float16))
