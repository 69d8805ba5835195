"""What goes into each matrix of a network: the Gram matrices that error-compensated rounding needs.

Boundary: runs when ArenaLab is built, never when it answers; network and texts are given.

The texts are a general corpus, and beside it runs of tokens that no corpus has: of all kinds, in
other scripts, repeated, from very common to very rare. Without them a network rounded to suit
English prose is poor at the rest.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from arenalab.encode.batching import batches
from arenalab.encode.pooling import FIRST_WORD
from arenalab.encode.transformer import Floats, Linear, Transformer
from arenalab.encode.wordpiece import WordPiece

FIRST_USED: Final = 999  # in BERT's vocabulary, what is below means nothing in a text
RUNS: Final = 1_500  # without meaning, beside the texts
LONG: Final = 30  # times that many texts are read as one, up to all positions
TOGETHER: Final = 40
PASS: Final = 1024  # tokens that go through the network at once

Ids = Sequence[int]


@dataclass(frozen=True, slots=True)
class Observed(Linear):
    """A linear map that adds up the Gram matrix (in, in) of what it is given."""

    gram: NDArray[np.float64]

    def __call__(self, x: Floats) -> Floats:
        """Map as `Linear` does."""
        self.gram[:] += x.T @ x
        return Linear.__call__(self, x)


def grams(
    network: Transformer, tokenizer: WordPiece, texts: Sequence[str]
) -> Mapping[str, NDArray[np.float64]]:
    """Return the Gram matrix of each linear map's inputs, by the name of its weight."""
    found: dict[str, NDArray[np.float64]] = {}
    layers = []
    for number, layer in enumerate(network.layers):
        parts: dict[str, Any] = {}
        for field in fields(layer):
            part = getattr(layer, field.name)
            if isinstance(part, Linear):
                gram = found[f"{number}.{field.name}.weight"] = np.zeros(
                    (part.weight.shape[1],) * 2
                )
                parts[field.name] = Observed(part.weight, part.bias, gram)
        layers.append(replace(layer, **parts))
    watched = replace(network, layers=tuple(layers))
    for batch in batches(_runs(tokenizer, texts, len(network.positions)), PASS):
        ids = np.array(batch, np.intp)
        watched(ids, np.ones(ids.shape, np.float32))
    return found


def _runs(tokenizer: WordPiece, texts: Sequence[str], longest: int) -> Iterator[Ids]:
    """Yield token ids: of each text, of many texts at once, and of nothing that was ever said."""
    yield from (tokenizer.ids(text, longest) for text in texts)
    for start in range(LONG):
        yield tokenizer.ids(" ".join(texts[start :: max(1, len(texts) // TOGETHER)]), longest)
    begin, end = tokenizer.ids("", longest)
    size = len(tokenizer.vocabulary)
    random = np.random.default_rng(0)
    for number in range(RUNS):
        length = int(random.integers(1, 24))
        if number % 4 == 0:
            run = random.integers(FIRST_USED, size, length)
        elif number % 4 == 1:
            run = np.resize(random.integers(FIRST_USED, size, length // 8 + 1), 3 * length)
        elif number % 4 == 2:
            run = random.integers(FIRST_USED, FIRST_WORD, length)
        else:
            run = FIRST_WORD + np.exp(random.uniform(0, np.log(size - FIRST_WORD), length))
        yield [begin, *run.astype(int).tolist(), end]
