"""The vectors of a transformer → a static table that resembles them, in closed form.

The vector of a text is modelled as the sum of its tokens' vectors, each times the token's rarity
(`pooling`), over the length of those weights. The table that comes closest to the teacher's
vectors under a penalty on its size is ridge regression (Hoerl and Kennard 1970); since a text has
few tokens, its equations are solved by conjugate gradients (Hestenes and Stiefel 1952). The same
regression, on what the table still gets wrong, adapts it to the texts of a pack.

Boundary: arrays and encoders in, tables out; no files. Sums run in a fixed order, without BLAS, so
that the solution does not depend on the number of threads.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from arenalab.encode.pooling import rarity
from arenalab.encode.static import AT_ONCE, LONGEST, Correction, StaticEncoder, pair_keys
from arenalab.encode.static_table import Floats

RIDGE: Final = 0.3  # penalty, against texts whose squared weights sum to 1
LEAST_WEIGHT: Final = 0.01  # of tokens without rarity: marks, and what begins and ends a text
STEPS: Final = 30
ENOUGH: Final = 3e-3  # residual, as a share of the right-hand side
PAIRS_AT_ONCE: Final = 1 << 15  # rows of float32 held at a time
PAIR_WEIGHT: Final = 1.5  # of two tokens side by side, against the rarity of one
FEWEST_PAIRS: Final = 5  # times a pair occurs, to be worth a vector
SAMPLE: Final = 20_000  # texts a correction rests on, evenly chosen where a pack has more
# A correction keeps the tokens that make up this share of its effect on the pack's own texts, and
# no more than this many, 204 bytes each.
KEPT_SHARE: Final = 0.99
MOST_KEPT: Final = 8192


@dataclass(frozen=True, slots=True)
class Bags:
    """N texts as weighted tokens, P pairs in all: a sparse (N, V) matrix in rows and in columns.

    tokens, values  (P,) token and weight of each pair, text by text
    starts          (N,) where each text begins; none is empty
    """

    tokens: NDArray[np.int64]
    values: Floats
    starts: NDArray[np.intp]

    @classmethod
    def of(cls, texts: Sequence[Sequence[int]], weights: Floats) -> Self:
        """Weigh the tokens of `texts` by (V,) `weights`; each text's squares sum to 1."""
        tokens = np.array([token for text in texts for token in text], np.int64)
        lengths = np.array([len(text) for text in texts])
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.intp)
        values = weights[tokens]
        bags = cls(tokens, values, starts)
        return replace(bags, values=values / np.repeat(np.sqrt(bags.squares()), lengths))

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.starts)

    def importance(self, vocabulary_size: int) -> NDArray[np.float64]:
        """Return (V,): the sum of squared weights of each token."""
        squares = np.square(self.values, dtype=np.float64)
        return np.bincount(self.tokens, squares, vocabulary_size).astype(np.float64)

    def sums(self, table: Floats) -> Floats:
        """Return (N, D): for each text the weighted sum of its tokens' rows of (V, D) `table`."""
        sums = np.empty((len(self), table.shape[1]), np.float32)
        ends = np.append(self.starts[1:], len(self.tokens))
        first = 0
        while first < len(self):
            reach = self.starts[first] + PAIRS_AT_ONCE
            last = max(first + 1, int(np.searchsorted(ends, reach, side="right")))
            begin, end = self.starts[first], ends[last - 1]
            rows = table[self.tokens[begin:end]]
            rows *= self.values[begin:end, np.newaxis]
            np.add.reduceat(rows, self.starts[first:last] - begin, out=sums[first:last])
            first = last
        return sums

    def squares(self) -> Floats:
        """Return (N,): the sum of the squared weights of each text."""
        return np.add.reduceat(np.square(self.values), self.starts)

    def owners(self) -> NDArray[np.intp]:
        """Return (P,): the text of each pair."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts, append=len(self.tokens)))

    def by_token(self) -> tuple[NDArray[np.int64], "Bags"]:
        """Return the distinct tokens, ascending, and the transposed matrix: a text for each."""
        owners = self.owners()
        order = np.argsort(self.tokens, kind="stable")
        distinct, starts = np.unique(self.tokens[order], return_index=True)
        return distinct, Bags(owners[order], self.values[order], starts)


def solve(bags: Bags, targets: Floats, ridge: float = RIDGE) -> tuple[NDArray[np.int64], Floats]:
    """Return the tokens that occur, ascending, and their vectors (K, D), zero where none is needed.

    They minimise the squared error of the texts' sums against (N, D) `targets`, plus `ridge` times
    the squares of the vectors. One system for each dimension, all at once, scaled by the diagonal.
    """
    distinct, columns = bags.by_token()
    local = Bags(np.searchsorted(distinct, bags.tokens), bags.values, bags.starts)
    diagonal = (columns.squares() + np.float32(ridge))[:, np.newaxis]
    wanted = columns.sums(targets)
    goal = ENOUGH * float(np.linalg.norm(wanted))
    vectors = np.zeros_like(wanted)
    residual = wanted
    scaled = residual / diagonal
    direction = scaled
    energy = (residual * scaled).sum(axis=0)
    for _ in range(STEPS):
        product = columns.sums(local.sums(direction)) + np.float32(ridge) * direction
        step = energy / np.maximum((direction * product).sum(axis=0), np.float32(1e-30))
        vectors += step * direction
        residual = residual - step * product
        if float(np.linalg.norm(residual)) <= goal:
            break
        scaled = residual / diagonal
        before, energy = energy, (residual * scaled).sum(axis=0)
        direction = scaled + energy / np.maximum(before, np.float32(1e-30)) * direction
    return distinct, vectors


def adapt(static: StaticEncoder, texts: Sequence[str], vectors: Floats) -> Correction:
    """Return what makes `static` come closer to the (N, D) unit `vectors` of a pack's `texts`.

    A correction that `static` has already does not count.
    """
    plain = replace(static, correction=None)
    count = min(len(texts), SAMPLE)
    asked = [i * len(texts) // count for i in range(count)]
    ids = [static.tokenizer.ids(texts[i], LONGEST) for i in asked]
    vocabulary = static.tokenizer.vocabulary
    weights = token_weights(vocabulary)
    bags = Bags.of(ids, weights)
    lengths = np.sqrt([np.square(weights[text]).sum() for text in ids]).astype(np.float32)
    sums = [plain.sums(ids[i : i + AT_ONCE]) for i in range(0, count, AT_ONCE)]
    wrong = vectors[asked] - np.concatenate(sums) / lengths[:, np.newaxis]
    bags = with_pairs(bags, PAIR_WEIGHT / lengths, len(vocabulary))
    keys, rows = solve(bags, wrong)
    effect = bags.by_token()[1].squares() * np.square(rows).sum(axis=1)
    order = np.argsort(-effect, kind="stable")
    enough = np.searchsorted(np.cumsum(effect[order]), KEPT_SHARE * effect.sum()) + 1
    kept = np.sort(order[: min(int(enough), MOST_KEPT)])
    keys, rows = keys[kept], rows[kept]
    words = keys < len(vocabulary)
    rows[words] *= weights[keys[words], np.newaxis]
    rows[~words] *= np.float32(PAIR_WEIGHT)
    return Correction.of(keys, rows)


def with_pairs(bags: Bags, weights: Floats, vocabulary_size: int) -> Bags:
    """Add to the texts their pairs of tokens, where the pair is common; (N,) `weights` of each."""
    keys = pair_keys(bags.tokens, vocabulary_size)
    inside = np.setdiff1d(np.arange(len(keys)), bags.starts[1:] - 1)
    _, which, counts = np.unique(keys[inside], return_inverse=True, return_counts=True)
    common = inside[counts[which] >= FEWEST_PAIRS]
    owners = bags.owners()
    joined = np.concatenate([owners, owners[common]])
    order = np.argsort(joined, kind="stable")
    return Bags(
        np.concatenate([bags.tokens, keys[common]])[order],
        np.concatenate([bags.values, weights[owners[common]]])[order],
        np.searchsorted(joined[order], np.arange(len(bags))),
    )


def token_weights(vocabulary: Sequence[str]) -> Floats:
    """Return (V,) float32: how much each token counts in a text."""
    return rarity(vocabulary) + np.float32(LEAST_WEIGHT)
