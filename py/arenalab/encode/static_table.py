"""Token vectors in one to three bits a number: planes of signs in a fitted basis.

Boundary: arrays in, arrays out; knows neither text nor files.

A vector is a row of coordinates times a basis. The basis holds the directions in which the vectors
of texts differ most (principal components), so the first few hundred of them suffice. A coordinate
is a sum of signs, each worth half of the one before: with one sign it is ±1, with two ±1 ± ½, and
so on, which is a uniform quantiser. How many signs a token has follows from how often it is used,
as rate-distortion theory asks (the error of a rare token is seldom seen): plane k, the k-th sign
of all coordinates, holds a prefix of the rows, and the rows are in order of falling frequency.
"""

from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# Step of the best uniform quantiser of a unit normal value, by number of bits
# (Max 1960, doi:10.1109/TIT.1960.1057548).
STEPS: Final = (1.596, 0.9957, 0.586, 0.3352)
# Steps to try for a row, as shares of that: rows are not quite normal.
SHARES: Final = (0.8, 1.0, 1.2)


@dataclass(frozen=True, slots=True)
class Table:
    """Vectors of R of the V tokens, width C of the coordinates, D dimensions.

    rows    (V,) row of each token, -1 for those that have none
    planes  plane k: (R_k, C / 8) uint8, bit set for +, R = R_0 ≥ R_1 ≥ …
    scales  (R,) float32, what the coordinates of a row are multiplied by
    basis   (C, D) float32
    """

    rows: NDArray[np.intp]
    planes: tuple[NDArray[np.uint8], ...]
    scales: Floats
    basis: Floats

    @classmethod
    def fit(
        cls, vectors: Floats, importance: NDArray[np.float64], width: int, limits: tuple[int, ...]
    ) -> Self:
        """Quantise (V, D) `vectors` to `width` coordinates; a vector of zeros gets no row.

        `importance` (V,) weighs the squared error of a token; it chooses the basis. Token t has a
        sign in plane 0, and in plane k ≥ 1 where t < limits[k - 1]; limits fall.
        """
        basis = _principal(vectors, importance)[:width]
        kept = np.flatnonzero(np.any(vectors != 0, axis=1))
        coordinates = vectors[kept] @ basis.T
        spread = np.sqrt(np.square(coordinates).mean(axis=0))
        ends = [len(kept), *np.searchsorted(kept, limits).tolist()]
        rows = np.full(len(vectors), -1, np.intp)
        rows[kept] = np.arange(len(kept))
        planes = [np.empty((end, width // 8), np.uint8) for end in ends]
        scales = np.empty(len(kept), np.float32)
        for bits, (start, end) in enumerate(zip([*ends[1:], 0], ends, strict=True), 1):
            codes, scales[start:end] = _quantise(coordinates[start:end] / spread, bits)
            for k in range(bits):
                signs = codes >> (bits - 1 - k) & 1
                planes[k][start:end] = np.packbits(signs, axis=1, bitorder="little")
        return cls(rows, tuple(planes), scales, basis * spread[:, np.newaxis])

    def weighted(self, weights: Floats) -> Self:
        """Return the table with the vector of each token multiplied by its entry of `weights`."""
        return replace(self, scales=self.scales * weights[self.rows >= 0])

    def coordinates(self, tokens: NDArray[np.intp]) -> Floats:
        """Return (N, C) coordinates of N token ids, zeros for those that have no row."""
        rows = self.rows[tokens]
        values = np.zeros((len(rows), len(self.basis)), np.float32)
        known = rows >= 0
        for k, plane in enumerate(self.planes):
            reached = np.flatnonzero(known & (rows < len(plane)))
            signs = np.unpackbits(plane[rows[reached]], axis=1, bitorder="little")
            worth = np.float32(0.5**k)
            values[reached] += signs * (worth + worth) - worth
        values *= self.scales[rows, np.newaxis]
        return values


def _principal(vectors: Floats, importance: NDArray[np.float64]) -> Floats:
    """Return (D, D): the principal directions as rows, the strongest first."""
    weighted = vectors * np.sqrt(importance)[:, np.newaxis].astype(np.float32)
    _, directions = np.linalg.eigh((weighted.T @ weighted).astype(np.float64))
    return np.ascontiguousarray(directions.T[::-1], np.float32)


def _quantise(values: Floats, bits: int) -> tuple[NDArray[np.uint8], Floats]:
    """Return codes (N, C) below 2^bits and scales (N,) for rows of about unit spread."""
    largest = 2**bits - 1
    spread = np.sqrt(np.square(values).mean(axis=1, keepdims=True)) + np.float32(1e-12)
    best_error = np.full(len(values), np.inf)
    best_codes = np.zeros(values.shape, np.uint8)
    best_scales = np.zeros(len(values), np.float32)
    for share in SHARES:
        step = spread * np.float32(STEPS[bits - 1] * share)
        codes = np.clip(np.floor(values / step) + (largest + 1) // 2, 0, largest)
        signs = (2 * codes - largest) / np.float32(2 ** (bits - 1))  # what `coordinates` adds up
        scales = (values * signs).sum(axis=1) / np.square(signs).sum(axis=1)
        error = np.square(values - signs * scales[:, np.newaxis]).sum(axis=1)
        better = error < best_error
        best_error[better] = error[better]
        best_codes[better] = codes[better].astype(np.uint8)
        best_scales[better] = scales[better]
    return best_codes, best_scales
