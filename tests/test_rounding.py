"""rounding: whole steps are near, and a product stays nearer than by rounding each number alone."""

import numpy as np
import pytest
from numpy.typing import NDArray

from arenalab.encode.quantise import from_8_bits
from arenalab.encode.rounding import LARGEST, Rounded, rounded


@pytest.fixture(scope="module")
def matrix() -> NDArray[np.float32]:
    """Return (40, 96) normal numbers, one of them far out."""
    matrix = np.random.default_rng(2).standard_normal((40, 96)).astype(np.float32)
    matrix[3, 5] = 60
    return matrix


@pytest.fixture(scope="module")
def inputs() -> NDArray[np.float64]:
    """Return (500, 96) inputs that are alike: a few causes, and noise."""
    random = np.random.default_rng(4)
    causes = random.standard_normal((500, 12)) @ random.standard_normal((12, 96))
    return causes + 0.3 * random.standard_normal((500, 96))


def steps(of: NDArray[np.float32], step: float) -> NDArray[np.float64]:
    """Return the same step for each row."""
    return np.full(len(of), step)


def test_numbers_are_within_half_a_step(matrix: NDArray[np.float32]) -> None:
    """Rounded alone, a number is at most half its row's step away, however large it is."""
    codes, scales = found = rounded(matrix, steps(matrix, 0.25))
    assert isinstance(found, Rounded)
    assert (codes.dtype, scales.dtype, scales.shape) == (np.int8, np.float16, (40, 1))
    assert np.abs(codes).max() <= LARGEST
    exact = scales.astype(np.float32)
    assert (np.abs(from_8_bits(codes, scales) - matrix) <= exact * 0.501).all()
    # The step is the one asked for, but where a number is out of reach of it.
    np.testing.assert_allclose(np.delete(exact, 3), 0.25, rtol=2e-3)
    assert exact[3] > 60 / 128


def test_a_product_stays_near(matrix: NDArray[np.float32], inputs: NDArray[np.float64]) -> None:
    """With the inputs' Gram matrix, what the matrix makes of them moves less than half as far."""

    def moved(found: Rounded) -> float:
        return float(np.square(inputs @ (from_8_bits(*found) - matrix).T).sum())

    alone = rounded(matrix, steps(matrix, 0.25))
    together = rounded(matrix, steps(matrix, 0.25), inputs.T @ inputs)
    assert moved(together) < 0.5 * moved(alone)
    np.testing.assert_array_equal(alone.scales, together.scales)


def test_zeros_stay_zeros() -> None:
    """Rows of zeros are zeros, with steps of any size, and with inputs that are always zero."""
    matrix = np.zeros((2, 8), np.float32)
    for gram in (None, np.diag([1.0] * 7 + [0.0])):
        codes, scales = rounded(matrix, np.array([0.0, 1.0]), gram)
        assert not codes.any()
        assert np.isfinite(scales).all()
        assert (scales > 0).all()
