"""The vectors of a constitution's examples: kept in few bits, or summed up anew.

Those of a static encoder are sums of its token vectors, quick to make again when a page starts, and
a megabyte that need not be fetched. They stay in the coordinates of its table, of which there are
fewer than dimensions; the basis then meets each question instead of six thousand examples. Only
their lengths, for which it would be needed, come with the file.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from arenalab.constitution.tokens import Tokens
from arenalab.encode.quantise import LEVELS, from_4_bits, level_pairs, to_4_bits
from arenalab.encode.static import LONGEST, StaticEncoder
from arenalab.encode.transformer import product

FloatArray = NDArray[np.float32]
Sections = dict[str, NDArray[np.uint8] | NDArray[np.float16]]

PAIRS = level_pairs(np.array(LEVELS, np.float32))
AT_ONCE = 1024  # texts summed together: bounds the memory


class Vectors(Protocol):
    """R unit vectors of D dimensions."""

    @property
    def shape(self) -> tuple[int, int]:
        """R and D."""

    def cosines(self, vector: FloatArray) -> FloatArray:
        """Return the (R,) float32 cosines with a (D,) unit vector."""

    def gram(self) -> FloatArray:
        """Return the (R, R) float32 cosines of all with all."""

    def sections(self) -> Sections:
        """Return what a file holds of them."""


@dataclass(frozen=True)
class Packed:
    """Four bits a value, which cost no recall.

    codes   (R, D / 2) uint8 and
    scales  (R, 1) float16, as `quantise.to_4_bits` makes them
    """

    codes: NDArray[np.uint8]
    scales: NDArray[np.float16]

    @classmethod
    def of(cls, vectors: FloatArray) -> Self:
        """Pack (R, D) unit vectors."""
        width = vectors.shape[1]
        if not len(vectors):
            return cls(np.zeros((0, width // 2), np.uint8), np.zeros((0, 1), np.float16))
        return cls(*to_4_bits(vectors, width))

    @property
    def shape(self) -> tuple[int, int]:
        """R and D."""
        return len(self.codes), 2 * self.codes.shape[1]

    @cached_property
    def rows(self) -> FloatArray:
        """(R, D) float32, unpacked."""
        if not len(self.codes):
            return np.zeros(self.shape, np.float32)
        rows = from_4_bits(self.codes, self.scales, PAIRS)
        lengths = np.sqrt(np.square(rows).sum(axis=1, keepdims=True))
        rows /= np.where(lengths > 0, lengths, np.float32(1))
        return rows

    def cosines(self, vector: FloatArray) -> FloatArray:
        """As `Vectors` says."""
        found: FloatArray = product(vector[None, :], self.rows)[0]
        return found

    def gram(self) -> FloatArray:
        """As `Vectors` says."""
        return self.rows @ self.rows.T

    def sections(self) -> Sections:
        """As `Vectors` says."""
        return {"codes": self.codes, "scales": self.scales}


@dataclass(frozen=True)
class Summed:
    """Sums of token vectors.

    sums     (R, C) float32 coordinates of unit vectors
    basis    (C, D) float32, the table's
    lengths  (R, 1) float16 how long the vectors were before they were made unit length
    """

    sums: FloatArray
    basis: FloatArray
    lengths: NDArray[np.float16]

    @classmethod
    def of(
        cls,
        encoder: StaticEncoder,
        tokens: Tokens,
        lengths: NDArray[np.float16] | None = None,
    ) -> Self:
        """Sum up the tokens of R texts, as `encoder` would. Without `lengths` they are measured."""
        table = encoder.table
        first, last = encoder.tokenizer.ids("", 2)
        ids, begins = tokens.cut(LONGEST - 2).between(first, last)
        used, place = np.unique(ids, return_inverse=True)
        known = table.coordinates(used.astype(np.intp))
        sums = np.empty((len(begins), known.shape[1]), np.float32)
        for start in range(0, len(begins), AT_ONCE):
            some = begins[start : start + AT_ONCE]
            end = begins[start + AT_ONCE] if start + AT_ONCE < len(begins) else len(ids)
            sums[start : start + AT_ONCE] = np.add.reduceat(
                known[place[some[0] : end]], some - some[0]
            )
        if lengths is None:
            measured = np.sqrt(np.square(sums @ table.basis).sum(axis=1, keepdims=True))
            lengths = measured.astype(np.float16)
        sums /= np.where(lengths > 0, lengths, 1).astype(np.float32)
        return cls(sums, table.basis, lengths)

    @property
    def shape(self) -> tuple[int, int]:
        """R and D."""
        return len(self.sums), self.basis.shape[1]

    def cosines(self, vector: FloatArray) -> FloatArray:
        """As `Vectors` says."""
        found: FloatArray = product((self.basis @ vector)[None, :], self.sums)[0]
        return found

    def gram(self) -> FloatArray:
        """As `Vectors` says."""
        gram: FloatArray = self.sums @ (self.basis @ self.basis.T) @ self.sums.T
        return gram

    def sections(self) -> Sections:
        """As `Vectors` says."""
        return {"lengths": self.lengths}
