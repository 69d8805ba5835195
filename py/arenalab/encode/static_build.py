"""A transformer and a general corpus → the static encoder file.

Boundary: runs when ArenaLab is built, never when it answers.

Each token alone and a few ten thousand short texts go through the transformer; the table that
resembles its vectors best (`static_fit`) is written in few bits (`static_table`). The basis is
fitted once more afterwards, by least squares on the texts, to what the bits can still say.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from arenalab import container
from arenalab.encode.file import FORMAT, KIND
from arenalab.encode.pooling import FIRST_WORD
from arenalab.encode.protocol import Encoder
from arenalab.encode.static import LONGEST
from arenalab.encode.static_file import METHOD, sections
from arenalab.encode.static_fit import Bags, solve, token_weights
from arenalab.encode.static_table import Floats, Table


@dataclass(frozen=True, slots=True)
class Shape:
    """How exact a table is: `width` coordinates (a multiple of 8), and from `limits` the signs.

    Every token has one sign a coordinate, those below limits[0] a second one, and so on.
    """

    width: int = 168
    limits: tuple[int, ...] = (9_000, 3_500)


SHAPE: Final = Shape()


def fit_static(
    teacher: Encoder,
    texts: Sequence[str],
    *,
    meta: Mapping[str, Any],
    shape: Shape = SHAPE,
    progress: Callable[[int, int], None] | None = None,
) -> bytes:
    """Return the encoder file of a static table that resembles `teacher` on `texts`.

    `meta` goes into its header and holds at least ``id``; `progress(done, total)` follows the
    teacher. Tokens with characters beyond ASCII, and those that never occur, get no vector.
    """
    vocabulary = teacher.tokenizer.vocabulary
    weights = token_weights(vocabulary)
    plain = np.array([token.isascii() for token in vocabulary])
    words = [token for token in range(FIRST_WORD, len(vocabulary)) if plain[token]]
    alone = [vocabulary[token].removeprefix("##") for token in words]
    targets = teacher.encode([*texts, *alone], progress=progress)
    in_texts = [teacher.tokenizer.ids(text, LONGEST) for text in texts]
    # A token alone stands for itself, whatever pieces the teacher reads it as.
    bags = Bags.of([*in_texts, *([token] for token in words)], weights)
    tokens, solved = solve(bags, targets)
    vectors = np.zeros((len(vocabulary), teacher.dimensions), np.float32)
    vectors[tokens] = solved
    vectors[~plain] = 0
    importance = bags.importance(len(vocabulary))
    table = Table.fit(vectors, importance, shape.width, shape.limits)
    table = replace(table, basis=_refitted_basis(table, bags, targets))
    return container.write(
        KIND,
        FORMAT,
        {**meta, "method": METHOD, "space": teacher.digest},
        sections(vocabulary, table.weighted(weights)),
    )


def _refitted_basis(table: Table, bags: Bags, targets: Floats) -> Floats:
    """Return the (C, D) basis with which the table's coordinates come closest to `targets`."""
    seen = bags.sums(table.coordinates(np.arange(len(table.rows)))).astype(np.float64)
    penalty = np.eye(seen.shape[1])
    return np.linalg.solve(seen.T @ seen + penalty, seen.T @ targets).astype(np.float32)
