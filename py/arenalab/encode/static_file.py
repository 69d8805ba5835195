"""The static encoder's file: vocabulary, planes, scales, basis ↔ bytes. `FORMAT.md` describes it.

Boundary: knows the container and the forms in few bits, not how the table is fitted.
"""

import zlib
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from arenalab.container import Container
from arenalab.encode.quantise import from_8_bits, to_8_bits
from arenalab.encode.static import StaticEncoder
from arenalab.encode.static_table import Table
from arenalab.encode.wordpiece import WordPiece

METHOD: Final = "static"  # what such a file's header says
LARGEST_VOCABULARY: Final = 1 << 24  # bytes


def sections(vocabulary: Sequence[str], table: Table) -> dict[str, NDArray[Any] | bytes]:
    """Return the sections of the file of `table`."""
    codes, scales = to_8_bits(table.basis, table.basis.shape[1])
    return {
        "vocabulary": zlib.compress("\n".join(vocabulary).encode(), 9),
        "rows": np.packbits(table.rows >= 0, bitorder="little"),
        **{f"planes.{k}": plane for k, plane in enumerate(table.planes)},
        "scales": table.scales.astype(np.float16),
        "basis.codes": codes,
        "basis.scales": scales,
    }


def read_static(file: Container, digest: str) -> StaticEncoder:
    """Return the encoder in an opened file, whose SHA-256 is `digest`.

    Raises KeyError, ValueError, TypeError, IndexError or zlib.error where it contradicts itself.
    """
    unpacked = zlib.decompressobj().decompress(file.raw("vocabulary"), LARGEST_VOCABULARY)
    vocabulary = unpacked.decode().split("\n")
    has_row = np.unpackbits(file.array("rows"), count=len(vocabulary), bitorder="little")
    scales = file.array("scales").astype(np.float32)
    planes = tuple(file.array(name) for name in file.sections if name.startswith("planes."))
    lengths = [int(has_row.sum()), len(scales), *map(len, planes)]
    if lengths[:3] != lengths[:1] * 3 or lengths != sorted(lengths, reverse=True):
        raise ValueError(f"rows, scales and planes have the lengths {lengths}")
    basis = from_8_bits(file.array("basis.codes"), file.array("basis.scales"))
    rows = np.where(has_row, np.cumsum(has_row, dtype=np.intp) - 1, -1)
    return StaticEncoder(
        id=str(file.meta["id"]),
        digest=digest,
        space=str(file.meta["space"]),
        tokenizer=WordPiece(vocabulary),
        table=Table(rows, planes, scales, basis),
    )
