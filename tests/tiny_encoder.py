"""A tiny encoder with random weights: 20 tokens, 8 dimensions, 2 heads, 2 layers, 12 positions."""

import numpy as np
from numpy.typing import NDArray

from arenalab.encode.file import write_encoder

VOCABULARY = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", *"abcdefgh", "##a", "##b", "?", *"ijklm")
WIDTH, HEADS, LAYERS, POSITIONS = 8, 2, 2, 12
META = {"id": "tiny", "heads": HEADS}


def tiny_arrays() -> dict[str, NDArray[np.float32]]:
    """Return the arrays of the tiny network by name."""
    random = np.random.default_rng(7)

    def some(*shape: int) -> NDArray[np.float32]:
        return random.standard_normal(shape).astype(np.float32)

    arrays = {
        "tokens": some(len(VOCABULARY), WIDTH),
        "pooling": np.linspace(0, 2, len(VOCABULARY), dtype=np.float32),
        "positions": some(POSITIONS, WIDTH),
        "norm.gain": some(WIDTH),
        "norm.bias": some(WIDTH),
    }
    for i in range(LAYERS):
        for name, out, into in (
            ("qkv", 3 * WIDTH, WIDTH),
            ("out", WIDTH, WIDTH),
            ("up", 4 * WIDTH, WIDTH),
            ("down", WIDTH, 4 * WIDTH),
        ):
            arrays[f"{i}.{name}.weight"] = some(out, into)
            arrays[f"{i}.{name}.bias"] = some(out)
        for name in ("attention_norm", "output_norm"):
            arrays[f"{i}.{name}.gain"] = some(WIDTH)
            arrays[f"{i}.{name}.bias"] = some(WIDTH)
    return arrays


def tiny_file() -> bytes:
    """Return the tiny encoder as a file."""
    return write_encoder(VOCABULARY, tiny_arrays(), meta=META)
