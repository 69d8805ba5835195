"""The encoder file: vocabulary and weights ↔ bytes. `FORMAT.md` beside this describes it.

Boundary: knows the container and the forms in few bits, not where weights come from.
"""

import zlib
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from arenalab import container
from arenalab.encode.encoder import TransformerEncoder
from arenalab.encode.quantise import (
    LEVELS,
    from_4_bits,
    from_8_bits,
    level_pairs,
    to_4_bits,
    to_8_bits,
)
from arenalab.encode.static import StaticEncoder
from arenalab.encode.static_file import METHOD as STATIC
from arenalab.encode.static_file import read_static
from arenalab.encode.transformer import Floats, Transformer
from arenalab.encode.wordpiece import WordPiece
from arenalab.errors import DamagedFileError, InputError, shorten

KIND: Final = "encoder"
FORMAT: Final = 1


def write_encoder(
    vocabulary: Sequence[str],
    arrays: Mapping[str, Floats],
    *,
    group: int,
    matrix_group: int,
    meta: Mapping[str, Any],
) -> bytes:
    """Return an encoder file; the same input gives the same bytes.

    `arrays` has the names of `Transformer.assemble`, ``tokens`` (vocabulary, width) and ``pooling``
    (vocabulary,). `group` columns of the tokens share a scale, `matrix_group` columns of every
    other matrix. `meta` holds at least ``id`` (str) and ``heads`` (int).
    """
    # What all rows have in common costs nothing where every token gets it anyway: its position.
    centre = arrays["tokens"].mean(axis=0, dtype=np.float64).astype(np.float32)
    codes, scales = to_4_bits(arrays["tokens"] - centre, group)
    sections: dict[str, NDArray[Any] | bytes] = {
        "vocabulary": "\n".join(vocabulary).encode(),
        "tokens.levels": np.array(LEVELS, np.float32),
        "tokens.codes": codes,
        "tokens.scales": scales,
    }
    for name, array in arrays.items():
        if name == "pooling":
            sections[name] = array.astype(np.float16)
        elif array.ndim == 1:
            sections[name] = array
        elif name != "tokens":
            matrix = array + centre if name == "positions" else array
            sections[f"{name}.codes"], sections[f"{name}.scales"] = to_8_bits(matrix, matrix_group)
    return container.write(KIND, FORMAT, meta, sections)


def load_encoder(data: bytes | memoryview) -> TransformerEncoder | StaticEncoder:
    """Return the encoder in an encoder file. It keeps a view of `data`: tokens stay in few bits.

    Raises DamagedFileError or NewerFormatError.
    """
    file = container.Container.open(data, kind=KIND, newest_format=FORMAT)
    file.verify_all()
    try:
        read = read_static if file.meta.get("method") == STATIC else _encoder
        encoder = read(file, sha256(data).hexdigest())
        # One text through the whole encoder shows whether all shapes fit.
        encoder.encode([""])
    except (KeyError, ValueError, TypeError, IndexError, zlib.error) as error:
        raise DamagedFileError(
            f"The encoder file contradicts itself ({shorten(str(error))}). "
            "Build or download it again."
        ) from error
    return encoder


def load_static(data: bytes | memoryview) -> StaticEncoder:
    """Return the static encoder in an encoder file.

    Raises DamagedFileError, NewerFormatError, or InputError for another kind of encoder.
    """
    encoder = load_encoder(data)
    if not isinstance(encoder, StaticEncoder):
        raise InputError(f"{shorten(encoder.id)} is not a static encoder; give static.encoder")
    return encoder


def _encoder(file: container.Container, digest: str) -> TransformerEncoder:
    vocabulary = bytes(file.raw("vocabulary")).decode().split("\n")
    for name in ("tokens.codes", "tokens.scales", "pooling"):
        if len(file.array(name)) != len(vocabulary):
            raise ValueError(f"{len(vocabulary)} tokens, {len(file.array(name))} rows of {name}")
    return TransformerEncoder(
        id=str(file.meta["id"]),
        digest=digest,
        tokenizer=WordPiece(vocabulary),
        network=_network(file),
        pooling=file.array("pooling").astype(np.float32),
    )


def _network(file: container.Container) -> Transformer:
    """Read the weights; every matrix but the token table becomes float32 once."""
    arrays: dict[str, Floats] = {}
    for name in file.sections:
        stem, _, part = name.rpartition(".")
        if part == "codes" and stem != "tokens":
            arrays[stem] = from_8_bits(file.array(name), file.array(f"{stem}.scales"))
        elif part in ("gain", "bias"):
            arrays[name] = file.array(name)
    codes, scales = file.array("tokens.codes"), file.array("tokens.scales")
    pairs = level_pairs(file.array("tokens.levels"))
    return Transformer.assemble(
        lambda ids: from_4_bits(codes[ids], scales[ids], pairs), arrays, file.meta["heads"]
    )
