"""Texts → unit vectors without a network: the sum of their tokens' vectors, made unit length.

A text costs a fraction of a millisecond, and its vector lies in the space of the transformer that
the table was fitted to (`static_fit`), so both can ask the same pack. A `Correction` adapts the
table to the texts of one pack, and adds vectors of pairs of tokens, for words that mean another
thing together ("top up", "not working").

Boundary: knows neither files nor how the table came about.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import gcd
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from arenalab.encode.quantise import LEVELS, from_4_bits, level_pairs, to_4_bits
from arenalab.encode.static_table import Floats, Table
from arenalab.encode.wordpiece import WordPiece

LONGEST: Final = 256  # tokens read of a text, as the transformer does
GROUP: Final = 64  # columns of a correction that share a scale
PAIRS: Final = level_pairs(np.array(LEVELS, np.float32))
AT_ONCE: Final = 256  # texts summed together: bounds the memory


@dataclass(frozen=True, slots=True)
class Correction:
    """What one pack adds to the vectors of the K tokens and pairs that matter most to its texts.

    keys           (K,) uint32, ascending: token ids, and `pair_keys` of tokens side by side
    codes, scales  (K, D / 2) uint8 and (K, D / group) float16, as `quantise.to_4_bits` makes them
    """

    keys: NDArray[np.uint32]
    codes: NDArray[np.uint8]
    scales: NDArray[np.float16]

    @classmethod
    def of(cls, keys: NDArray[np.int64], rows: Floats) -> Self:
        """Keep (K, D) `rows`, what (K,) ascending `keys` add."""
        return cls(keys.astype(np.uint32), *to_4_bits(rows, gcd(rows.shape[1], GROUP)))

    def rows(self, keys: NDArray[np.int64]) -> Floats:
        """Return (N, D): what each of N keys adds, zeros for those that are not kept."""
        place = np.searchsorted(self.keys, keys)
        place[place == len(self.keys)] = 0
        rows = from_4_bits(self.codes[place], self.scales[place], PAIRS)
        rows[self.keys[place] != keys] = 0
        return rows


def pair_keys(tokens: NDArray[np.intp], vocabulary_size: int) -> NDArray[np.int64]:
    """Return (P - 1,) keys of P tokens, each with the one after it; all are above token ids."""
    return (tokens[:-1].astype(np.int64) + 1) * vocabulary_size + tokens[1:]


@dataclass(frozen=True, slots=True)
class StaticEncoder:
    """An encoder of the `Encoder` protocol.

    `space` is the digest of the encoder whose vectors these resemble: they can be compared.
    """

    id: str
    digest: str
    space: str
    tokenizer: WordPiece
    table: Table
    correction: Correction | None = None

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self.table.basis.shape[1])

    def adapted(self, correction: Correction) -> Self:
        """Return this encoder with the correction of a pack in place of the one it had."""
        return replace(self, correction=correction)

    def encode(
        self, texts: Sequence[str], *, progress: Callable[[int, int], None] | None = None
    ) -> Floats:
        """Return the (N, dimensions) float32 unit vectors of N texts, in their order.

        Text beyond 256 tokens is not read; an empty text has a vector too.
        """
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        for start in range(0, len(texts), AT_ONCE):
            some = [self.tokenizer.ids(text, LONGEST) for text in texts[start : start + AT_ONCE]]
            vectors[start : start + len(some)] = self.sums(some)
            if progress is not None:
                progress(start + len(some), len(texts))
        lengths = np.sqrt(np.square(vectors).sum(axis=1, keepdims=True))
        vectors /= np.where(lengths > 0, lengths, np.float32(1))
        return vectors

    def sums(self, texts: Sequence[Sequence[int]]) -> Floats:
        """Return (N, dimensions) sums of token vectors; no text may be without tokens."""
        tokens = np.array([token for text in texts for token in text], np.intp)
        starts = np.cumsum([0, *(len(text) for text in texts[:-1])])
        total: Floats = np.add.reduceat(self.table.coordinates(tokens), starts) @ self.table.basis
        if self.correction is not None:
            extra = self.correction.rows(tokens.astype(np.int64))
            # The end of one text with the beginning of the next is a pair too, but never kept.
            extra[:-1] += self.correction.rows(pair_keys(tokens, len(self.table.rows)))
            total += np.add.reduceat(extra, starts)
        return total
