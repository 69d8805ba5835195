"""all-MiniLM-L6-v2 as it is published → encoder file.

Boundary: runs when ArenaLab is built, never when it answers. It takes the one set of weights that
the rest was measured with, known by its digest, whatever place it came from. The safetensors format
(an 8-byte length, a JSON header, raw little-endian tensors) is read with NumPy alone.
"""

import json
import struct
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final

import numpy as np
from numpy.typing import NDArray

from arenalab.encode.file import write_encoder
from arenalab.encode.inputs import grams
from arenalab.encode.pooling import rank, rarity
from arenalab.encode.rounding import Rounded
from arenalab.encode.rounding import rounded as round_rows
from arenalab.encode.transformer import Floats, Transformer
from arenalab.encode.wordpiece import WordPiece
from arenalab.errors import SourceError

WEIGHTS_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
VOCABULARY_SHA256: Final = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
HEADS: Final = 12
LONGEST: Final = 256  # max_seq_length in the model's sentence_bert_config.json
META: Final = {
    "id": "minilm-l6-v2/q-even/rarity",
    "heads": HEADS,
    "license": "Apache-2.0",
    "source": "sentence-transformers/all-MiniLM-L6-v2",
    "source_sha256": WEIGHTS_SHA256,
}

# How far apart neighbouring numbers are, as a share of a matrix's standard deviation: finer where
# a matrix's rounding moved the vectors more, for its size (docs/decisions/0026).
STEPS: Final = {"qkv": 3 / 64, "out": 3 / 64, "up": 4 / 64, "down": 5 / 64}
TOKEN_STEP: Final = 7 / 32
RARER_IS_COARSER: Final = 0.1  # power of a token's rank that its step grows with

# Our name → the checkpoint's, within a layer.
LINEARS: Final = {
    "out": "attention.output.dense",
    "up": "intermediate.dense",
    "down": "output.dense",
}
NORMS: Final = {
    "attention_norm": "attention.output.LayerNorm",
    "output_norm": "output.LayerNorm",
}


def build_encoder(safetensors: bytes, vocab: bytes, texts: Sequence[str]) -> bytes:
    """Return the encoder file of `model.safetensors` and `vocab.txt`, about 14 MB.

    `texts` are general ones, on which rounding the network changes least. Raises SourceError for
    any other weights or vocabulary.
    """
    _check("model.safetensors", safetensors, WEIGHTS_SHA256)
    _check("vocab.txt", vocab, VOCABULARY_SHA256)
    vocabulary = vocab.decode().rstrip("\n").split("\n")
    arrays = network_arrays(read_safetensors(safetensors), HEADS, LONGEST)
    network = Transformer.assemble(lambda ids: arrays["tokens"][ids], arrays, HEADS)
    rounded = round_layers(arrays, grams(network, WordPiece(vocabulary), texts))
    arrays |= centred(arrays)
    rounded["tokens"] = round_tokens(arrays, vocabulary)
    weighed = {**arrays, "pooling": rarity(vocabulary)}
    return write_encoder(vocabulary, weighed, meta=META, rounded=rounded)


def round_layers(
    arrays: Mapping[str, Floats], grams: Mapping[str, NDArray[np.float64]]
) -> dict[str, Rounded]:
    """Return the matrices of the layers, rounded so that what they make of their inputs stays."""
    rounded = {}
    for name, gram in grams.items():
        matrix = arrays[name]
        step = STEPS[name.split(".")[1]] * matrix.std(dtype=np.float64)
        rounded[name] = round_rows(matrix, np.full(len(matrix), step), gram)
    return rounded


def centred(arrays: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return tokens without what all have in common, which the positions bring to each."""
    centre = arrays["tokens"].mean(axis=0, dtype=np.float64).astype(np.float32)
    return {"tokens": arrays["tokens"] - centre, "positions": arrays["positions"] + centre}


def round_tokens(arrays: Mapping[str, Floats], vocabulary: Sequence[str]) -> Rounded:
    """Return the token table, rounded the finer the commoner a token is.

    The network divides what it adds a token's position to by its spread; so does the step.
    """
    tokens = arrays["tokens"].astype(np.float64)
    spread = (tokens + arrays["positions"].mean(axis=0, dtype=np.float64)).std(axis=1)
    ranks = [max(1, rank(place, token)) for place, token in enumerate(vocabulary)]
    steps = spread * np.power(ranks, RARER_IS_COARSER)
    return round_rows(arrays["tokens"], steps / steps.mean() * TOKEN_STEP * tokens.std())


def read_safetensors(data: bytes) -> dict[str, Floats]:
    """Return the float32 tensors of a safetensors file by name. Raises KeyError, ValueError."""
    (length,) = struct.unpack_from("<Q", data)
    start = 8 + length
    tensors: dict[str, Floats] = {}
    for name, entry in json.loads(data[8:start]).items():
        # The checkpoint also carries position numbers (int64), which are their own index.
        if name != "__metadata__" and entry["dtype"] == "F32":
            begin, end = entry["data_offsets"]
            flat = np.frombuffer(data[start + begin : start + end], "<f4")
            tensors[name] = flat.reshape(entry["shape"])
    return tensors


def network_arrays(tensors: Mapping[str, Floats], heads: int, longest: int) -> dict[str, Floats]:
    """Return the arrays of `Transformer.assemble`, and ``tokens``, of a BERT checkpoint.

    Queries, keys and values become one matrix, with the 1/√(head width) of attention in the
    queries; the embedding of the first (and here only) segment is added to the positions.
    """
    tokens = tensors["embeddings.word_embeddings.weight"]
    arrays = {
        "tokens": tokens,
        "positions": tensors["embeddings.position_embeddings.weight"][:longest]
        + tensors["embeddings.token_type_embeddings.weight"][0],
        "norm.gain": tensors["embeddings.LayerNorm.weight"],
        "norm.bias": tensors["embeddings.LayerNorm.bias"],
    }
    shrink = np.float32((tokens.shape[1] / heads) ** -0.5)
    depth = sum(name.endswith(".attention.self.query.weight") for name in tensors)
    for i in range(depth):
        layer = f"encoder.layer.{i}."
        for part in ("weight", "bias"):
            query, key, value = (
                tensors[f"{layer}attention.self.{name}.{part}"]
                for name in ("query", "key", "value")
            )
            arrays[f"{i}.qkv.{part}"] = np.concatenate([query * shrink, key, value])
            for ours, theirs in LINEARS.items():
                arrays[f"{i}.{ours}.{part}"] = tensors[f"{layer}{theirs}.{part}"]
        for ours, theirs in NORMS.items():
            arrays[f"{i}.{ours}.gain"] = tensors[f"{layer}{theirs}.weight"]
            arrays[f"{i}.{ours}.bias"] = tensors[f"{layer}{theirs}.bias"]
    return arrays


def _check(name: str, data: bytes, expected: str) -> None:
    actual = sha256(data).hexdigest()
    if actual != expected:
        raise SourceError(
            f"{name} is not that of all-MiniLM-L6-v2: {len(data)} bytes with SHA-256 {actual}, "
            f"but {expected} is needed. Download it again."
        )
