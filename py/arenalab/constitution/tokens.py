"""The tokens of many texts in one array: thousands of examples are read in a few steps of NumPy."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of R texts, T in all, without the special ones at a text's ends.

    ids     (T,) int64 from 0, one text after another
    counts  (R,) intp of each text
    """

    ids: NDArray[np.int64]
    counts: NDArray[np.intp]

    @classmethod
    def of(cls, texts: Sequence[Sequence[int]]) -> Self:
        """Join the ids of R texts."""
        return cls(
            np.array([token for text in texts for token in text], np.int64),
            np.array([len(text) for text in texts], np.intp),
        )

    def cut(self, longest: int) -> Self:
        """Return these with at most `longest` tokens of a text."""
        begins = np.cumsum(self.counts) - self.counts
        place = np.arange(len(self.ids)) - np.repeat(begins, self.counts)
        return type(self)(self.ids[place < longest], np.minimum(self.counts, longest))

    def between(self, first: int, last: int) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
        """Return (T + 2 R,) ids, each text between `first` and `last`, and (R,) where it begins."""
        ends = np.cumsum(self.counts + 2)
        begins = ends - self.counts - 2
        inside = np.ones(len(self.ids) + 2 * len(self.counts), np.bool_)
        inside[begins] = inside[ends - 1] = False
        ids = np.empty(len(inside), np.int64)
        ids[begins], ids[ends - 1], ids[inside] = first, last, self.ids
        return ids, begins
