"""Texts → unit vectors, with the transformer: tokenise, group by length, run the network.

Boundary: knows neither files nor what the vectors are used for. Texts with the same number of
tokens go through the network together, so no time is spent on padding, and a text's vector does
not depend on its neighbours (beyond rounding, below 1e-6). Texts with the same tokens go once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arenalab.encode.batching import batches
from arenalab.encode.transformer import Transformer
from arenalab.encode.wordpiece import WordPiece

# Tokens in one pass through the network: enough to keep Python's share of the time small, few
# enough that a layer's working arrays stay in the processor's cache.
PASS = 512


@dataclass(frozen=True, slots=True)
class TransformerEncoder:
    """An encoder of the `Encoder` protocol.

    `pooling` (V,) float32 is how much each token of the vocabulary counts in a text's mean.
    """

    id: str
    digest: str
    tokenizer: WordPiece
    network: Transformer
    pooling: NDArray[np.float32]

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self.network.positions.shape[1])

    def encode(
        self, texts: Sequence[str], *, progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return the (N, dimensions) float32 unit vectors of N texts, in their order.

        Text beyond 256 tokens is not read; an empty text has a vector too. `progress` is called
        with (texts done, N) after every pass.
        """
        longest = len(self.network.positions)
        places: dict[tuple[int, ...], list[int]] = {}
        for place, text in enumerate(texts):
            places.setdefault(tuple(self.tokenizer.ids(text, longest)), []).append(place)
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        done = 0
        for batch in batches(places, PASS):
            tokens = np.array(batch, np.intp)
            for ids, vector in zip(batch, self.network(tokens, self.pooling[tokens]), strict=True):
                vectors[places[ids]] = vector
                done += len(places[ids])
            if progress is not None:
                progress(done, len(texts))
        return vectors
