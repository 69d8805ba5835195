"""Text → unit vector.

    text ──wordpiece──▶ token ids ──transformer──▶ 384 numbers, one vector a text

`encoder` puts the two together, `file` keeps them in one file, `build` makes that file from the
published model. The vectors of different texts are compared by their dot product.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from arenalab.encode.file import load_encoder

__all__ = ["Encoder", "load_encoder"]


class Encoder(Protocol):
    """What the stages after this one need of an encoder."""

    @property
    def id(self) -> str:
        """Name of the model and its precision, such as ``minilm-l6-v2/q4e-q8``."""

    @property
    def digest(self) -> str:
        """SHA-256 of the encoder file, hex: vectors of equal digests can be compared."""

    @property
    def dimensions(self) -> int:
        """Numbers in a vector."""

    def encode(
        self, texts: Sequence[str], *, progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return the (N, dimensions) float32 unit vectors of N texts; progress(done, N)."""
