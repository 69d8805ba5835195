"""The encoder file: vocabulary and weights ↔ bytes. `FORMAT.md` beside this describes it.

Boundary: knows the container and the forms in few bits, not where weights come from.
"""

import zlib
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from arenalab import container
from arenalab.encode.encoder import TransformerEncoder
from arenalab.encode.quantise import from_4_bits, from_8_bits, level_pairs, to_8_bits
from arenalab.encode.rounding import Rounded
from arenalab.encode.static import StaticEncoder
from arenalab.encode.static_file import LARGEST_VOCABULARY, read_static
from arenalab.encode.static_file import METHOD as STATIC
from arenalab.encode.transformer import Floats, Transformer
from arenalab.encode.wordpiece import WordPiece
from arenalab.errors import DamagedFileError, InputError, shorten

KIND: Final = "encoder"
FORMAT: Final = 2
WIDEST: Final = 1 << 14  # columns of a matrix
HALVES: Final = ("positions", "pooling")  # kept as float16: small, or not fit for whole steps


def write_encoder(
    vocabulary: Sequence[str],
    arrays: Mapping[str, Floats],
    *,
    meta: Mapping[str, Any],
    rounded: Mapping[str, Rounded] = MappingProxyType({}),
) -> bytes:
    """Return an encoder file; the same input gives the same bytes.

    `arrays` has the names of `Transformer.assemble`, ``tokens`` (vocabulary, width) and ``pooling``
    (vocabulary,). Another matrix is written as `rounded` has it, or else in 8 bits, a scale a row.
    `meta` holds at least ``id`` (str) and ``heads`` (int).
    """
    sections: dict[str, NDArray[Any] | bytes] = {
        "vocabulary": zlib.compress("\n".join(vocabulary).encode(), 9)
    }
    for name, array in arrays.items():
        if name in HALVES:
            sections[name] = array.astype(np.float16)
        elif array.ndim == 1:
            sections[name] = array
        else:
            codes, scales = rounded.get(name) or to_8_bits(array, array.shape[1])
            sections[f"{name}.codes"] = _deflated(codes)
            sections[f"{name}.scales"] = scales
    return container.write(KIND, FORMAT, meta, sections)


def load_encoder(data: bytes | memoryview) -> TransformerEncoder | StaticEncoder:
    """Return the encoder in an encoder file. Of `data` nothing is kept; tokens stay whole numbers.

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
    packed = file.raw("vocabulary")
    listed = bytes(packed) if file.header.format == 1 else _inflated(packed, LARGEST_VOCABULARY)
    vocabulary = listed.decode().split("\n")
    for name in ("tokens.scales", "pooling"):
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
            arrays[stem] = from_8_bits(_codes(file, stem), file.array(f"{stem}.scales"))
        elif part in ("gain", "bias") or name == "positions":
            arrays[name] = file.array(name).astype(np.float32)
    return Transformer.assemble(_tokens(file), arrays, file.meta["heads"])


def _tokens(file: container.Container) -> Callable[[NDArray[np.intp]], Floats]:
    """Return what looks token embeddings up."""
    codes, scales = _codes(file, "tokens"), file.array("tokens.scales").copy()
    if file.header.format > 1:
        return lambda ids: from_8_bits(codes[ids], scales[ids])
    pairs = level_pairs(file.array("tokens.levels"))
    return lambda ids: from_4_bits(codes[ids], scales[ids], pairs)


def _codes(file: container.Container, name: str) -> NDArray[Any]:
    """Return a matrix's codes, one row for each of its scales."""
    if file.header.format == 1:
        return file.array(f"{name}.codes")
    rows = len(file.array(f"{name}.scales"))
    unpacked = _inflated(file.raw(f"{name}.codes"), rows * WIDEST)
    return np.frombuffer(unpacked, np.int8).reshape(rows, -1)


def _deflated(codes: NDArray[np.int8]) -> bytes:
    # There is nothing to find again in rounded weights: their frequencies alone make them small.
    press = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_HUFFMAN_ONLY)
    return press.compress(codes.tobytes()) + press.flush()


def _inflated(data: memoryview, most: int) -> bytes:
    """Return what was compressed; ValueError beyond `most` bytes or short of its end."""
    inflate = zlib.decompressobj()
    unpacked = inflate.decompress(data, most)
    if not inflate.eof:
        raise ValueError(f"a section is cut short, or holds more than {most} bytes")
    return unpacked
