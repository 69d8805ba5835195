"""all-MiniLM-L6-v2 as published → encoder file.

Boundary: runs when ArenaLab is built, never when it answers. Reads safetensors with NumPy alone.
"""

import json
import struct
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

import numpy as np
from numpy.typing import NDArray

from arenalab.encode.file import write_encoder
from arenalab.errors import SourceError

ID: Final = "minilm-l6-v2/q4e-q8"
WEIGHTS_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
VOCABULARY_SHA256: Final = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
HEADS: Final = 12
LONGEST: Final = 256  # max_seq_length of the model's sentence_bert_config.json
GROUP: Final = 32


def build_encoder(safetensors: bytes, vocab: bytes) -> bytes:
    for what, data, expected in (
        ("model.safetensors", safetensors, WEIGHTS_SHA256),
        ("vocab.txt", vocab, VOCABULARY_SHA256),
    ):
        actual = sha256(data).hexdigest()
        if actual != expected:
            raise SourceError(
                f"{what} is not that of all-MiniLM-L6-v2: {len(data)} bytes with SHA-256 {actual}, "
                f"expected {expected}. Download it again."
            )
    arrays = rename(read_safetensors(safetensors), heads=HEADS, longest=LONGEST)
    return write_encoder(
        ID,
        vocab.decode().rstrip("\n").split("\n"),
        arrays,
        heads=HEADS,
        group=GROUP,
        meta={
            "license": "Apache-2.0",
            "source": "sentence-transformers/all-MiniLM-L6-v2",
            "source_sha256": WEIGHTS_SHA256,
        },
    )


def read_safetensors(data: bytes) -> dict[str, NDArray[np.float32]]:
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            begin, end = (8 + length + n for n in entry["data_offsets"])
            tensors[name] = np.frombuffer(data[begin:end], "<f4").reshape(entry["shape"])
    return tensors


def rename(
    tensors: Mapping[str, NDArray[np.float32]], *, heads: int, longest: int
) -> dict[str, NDArray[np.float32]]:
    embeddings = "embeddings."
    width = tensors["embeddings.word_embeddings.weight"].shape[1]
    arrays = {
        "tokens": tensors["embeddings.word_embeddings.weight"],
        "positions": tensors["embeddings.position_embeddings.weight"][:longest]
        + tensors["embeddings.token_type_embeddings.weight"][0],
        "norm.gain": tensors["embeddings.LayerNorm.weight"],
        "norm.bias": tensors["embeddings.LayerNorm.bias"],
    }
    shrink = np.float32(1 / np.sqrt(width / heads))
    depth = sum(n.endswith("attention.self.query.weight") for n in tensors)
    for i in range(depth):
        p = f"encoder.layer.{i}."
        for part in ("weight", "bias"):
            q, k, v = (tensors[f"{p}attention.self.{n}.{part}"] for n in ("query", "key", "value"))
            arrays[f"{i}.qkv.{part}"] = np.concatenate([q * shrink, k, v])
            arrays[f"{i}.out.{part}"] = tensors[f"{p}attention.output.dense.{part}"]
            arrays[f"{i}.up.{part}"] = tensors[f"{p}intermediate.dense.{part}"]
            arrays[f"{i}.down.{part}"] = tensors[f"{p}output.dense.{part}"]
        for ours, theirs in (
            ("attention_norm", "attention.output.LayerNorm"),
            ("output_norm", "output.LayerNorm"),
        ):
            arrays[f"{i}.{ours}.gain"] = tensors[f"{p}{theirs}.weight"]
            arrays[f"{i}.{ours}.bias"] = tensors[f"{p}{theirs}.bias"]
    return arrays
