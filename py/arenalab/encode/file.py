"""The encoder file: network and vocabulary ↔ bytes. `FORMAT.md` beside this describes it.

Boundary: knows the container and the weights' few-bit forms, not where weights come from.
"""

import zlib
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final

import numpy as np
from numpy.typing import NDArray

from arenalab import container
from arenalab.encode.encoder import TransformerEncoder
from arenalab.encode.quantise import from_4_bits, from_8_bits, to_4_bits, to_8_bits
from arenalab.encode.transformer import Transformer
from arenalab.encode.wordpiece import WordPiece

KIND: Final = "encoder"
FORMAT: Final = 1


def write_encoder(
    id: str,  # noqa: A002 - the field's name
    vocabulary: Sequence[str],
    arrays: Mapping[str, NDArray[np.float32]],
    *,
    heads: int,
    group: int,
    meta: Mapping[str, str],
) -> bytes:
    sections: dict[str, NDArray[np.generic] | bytes] = {
        "vocabulary": zlib.compress("\n".join(vocabulary).encode(), 9)
    }
    for name, array in arrays.items():
        if name == "tokens":
            sections["tokens.codes"], sections["tokens.scales"] = to_4_bits(array, group)
        elif array.ndim == 2:
            sections[f"{name}.codes"], sections[f"{name}.scales"] = to_8_bits(array)
        else:
            sections[name] = array
    return container.write(KIND, FORMAT, {"id": id, "heads": heads, **meta}, sections)


def load_encoder(data: bytes | memoryview) -> TransformerEncoder:
    file = container.Container.open(data, kind=KIND, newest_format=FORMAT)
    codes, scales = file.array("tokens.codes"), file.array("tokens.scales")
    arrays = {}
    for name in file.sections:
        if name.endswith(".codes") and name != "tokens.codes":
            stem = name.removesuffix(".codes")
            arrays[stem] = from_8_bits(file.array(name), file.array(f"{stem}.scales"))
        elif not name.endswith(".scales") and name != "vocabulary":
            arrays[name] = file.array(name)
    network = Transformer.assemble(
        lambda ids: from_4_bits(codes[ids], scales[ids]), arrays, file.meta["heads"]
    )
    words = zlib.decompress(file.raw("vocabulary")).decode().split("\n")
    return TransformerEncoder(file.meta["id"], sha256(data).hexdigest(), WordPiece(words), network)
