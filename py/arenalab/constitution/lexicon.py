"""Which words, and which two words in a row, a text shares with the examples.

A vector that means "kill a process" lies close to one that means "kill a person"; the words around
the verb tell them apart. The similarity is the cosine of tf-idf weighted tokens and pairs of
neighbouring tokens, with the edges of the text as tokens: a kernel, as cosines are, so it may be
added to another (Shawe-Taylor and Cristianini 2004, proposition 3.22).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arenalab.constitution.tokens import Tokens

EDGE, FIRST = 1, 2  # the number of a text's edge; of token 0. 0 stands for no left neighbour.
SHIFT = np.int64(1 << 24)  # above every token number: one int64 holds two


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Features of R texts, F of them distinct, as postings.

    keys    (F,) int64, ascending: the features
    starts  (F + 1,) uint32: the postings of feature f are `starts[f]:starts[f + 1]`
    rows    (P,) uint32 the text of each posting, and
    values  (P,) float32 how much the feature makes up of it; the squares of a text sum to 1
    count   R
    """

    keys: NDArray[np.int64]
    starts: NDArray[np.uint32]
    rows: NDArray[np.uint32]
    values: NDArray[np.float32]
    count: int

    @classmethod
    def build(cls, tokens: Tokens) -> "Lexicon":
        """Return the lexicon of the tokens of R texts."""
        count = max(len(tokens.counts), 1)
        flat, owners = _every_feature(tokens)
        keys, place = np.unique(flat, return_inverse=True)
        posted, times = np.unique(place * np.int64(count) + owners, return_counts=True)
        place, owner = (half.astype(np.intp) for half in np.divmod(posted, count))
        spread = np.bincount(place, minlength=len(keys))
        weight = (1 + np.log(times)) * np.log1p(count / spread[place])
        length = np.sqrt(np.bincount(owner, weight**2, minlength=count))
        return cls(
            keys=keys,
            starts=np.concatenate([[0], np.cumsum(spread)]).astype(np.uint32),
            rows=owner.astype(np.uint32),
            values=(weight / length[owner]).astype(np.float32),
            count=len(tokens.counts),
        )

    def similarity(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        """Return the (R,) float32 cosines of a text with the texts; unknown features count not."""
        counted = features(tokens)
        keys = np.fromiter(counted, np.int64, len(counted))
        places = np.minimum(np.searchsorted(self.keys, keys), max(len(self.keys) - 1, 0))
        known = self.keys[places] == keys if len(self.keys) else np.zeros(len(keys), np.bool_)
        places = places[known]
        times = np.fromiter(counted.values(), np.float64, len(counted))[known]
        begins = self.starts[places].astype(np.intp)
        spread = self.starts[places + 1].astype(np.intp) - begins
        weights = (1 + np.log(times)) * np.log1p(self.count / spread)
        length = max(float(weights @ weights), 1e-12) ** 0.5
        # Posting number n of all that are wanted, one list after another.
        wanted = np.arange(spread.sum()) + np.repeat(begins - np.cumsum(spread) + spread, spread)
        shares = np.repeat(weights / length, spread) * self.values[wanted]
        return np.bincount(self.rows[wanted], shares, minlength=self.count).astype(np.float32)


def _every_feature(tokens: Tokens) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Return (N,) features of all texts, each as often as it occurs, and (N,) whose they are."""
    numbers, _ = tokens.between(EDGE - FIRST, EDGE - FIRST)
    numbers += FIRST
    owner = np.repeat(np.arange(len(tokens.counts)), tokens.counts + 2)
    inside = numbers != EDGE
    pairs = numbers[:-1] * SHIFT + numbers[1:]
    within = owner[:-1] == owner[1:]
    return (
        np.concatenate([numbers[inside], pairs[within]]),
        np.concatenate([owner[inside], owner[:-1][within]]),
    )


def features(tokens: Sequence[int]) -> Counter[int]:
    """Return how often each token, and each pair of neighbours, stands in `tokens`."""
    numbers = np.array([EDGE, *(token + FIRST for token in tokens), EDGE], np.int64)
    pairs = numbers[:-1] * SHIFT + numbers[1:]
    return Counter([*numbers[1:-1].tolist(), *pairs.tolist()])
