"""What the engine asks of an encoder, and of its tokenizer."""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Tokenizer(Protocol):
    """Text → token ids."""

    @property
    def vocabulary(self) -> Sequence[str]:
        """Every token, at the place of its id."""

    def ids(self, text: str, limit: int) -> list[int]:
        """Return at most `limit` token ids of `text`, those of beginning and end included."""


class Encoder(Protocol):
    """Texts → unit vectors of one space. `id` and `digest` (SHA-256 of its file) name it."""

    @property
    def id(self) -> str:
        """Name of the model and of its quantisation."""

    @property
    def digest(self) -> str:
        """SHA-256 of the encoder file, 64 hexadecimal digits."""

    @property
    def dimensions(self) -> int:
        """Length of a vector."""

    @property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer whose ids the encoder reads."""

    def encode(
        self, texts: Sequence[str], *, progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return (len(texts), dimensions) float32 unit rows; report (done, total) to `progress`."""
