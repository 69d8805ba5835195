"""Opening a pack whose file lies elsewhere: its index alone is read, in pieces, to one place.

Nothing here waits or reads: whoever drives `opening` gets the bytes, at once or after a while.
"""

from collections.abc import Generator

import numpy as np

from arenalab import container
from arenalab.pack.far import FarBytes, FarRows, Reader
from arenalab.pack.file import FORMAT, KIND, LEFT, assembled, checked, read_pack
from arenalab.pack.model import Pack

FRONT = 1 << 16  # bytes read first: the header is among them
PIECE = 1 << 20  # bytes read at once, so that hardly more than the index is ever held

Opening = Generator[slice, bytes | memoryview, Pack]


def opening(read: Reader, length: int) -> Opening:
    """Open a `.diamonds` file of `length` bytes whose vectors and texts stay where they are.

    Yields one place of the file after another and is sent the bytes there; returns the pack, which
    asks `read` for vectors and texts when they are used. The index is checked now, vectors against
    it when they are used, texts by digests of their blocks. A file of format 1, which has none, is
    read whole. Raises as `read_pack` does.
    """
    front = bytes((yield slice(0, min(FRONT, length))))
    size = min(container.header_size(front), length)
    if size > len(front):
        front += bytes((yield slice(len(front), size)))
    header = container.read_header(front)
    file = container.Container.of(header, Beginning(front, length), kind=KIND, newest_format=FORMAT)
    end = index_end(header, length)
    held = np.empty(max(end, len(front)), np.uint8)
    held[: len(front)] = np.frombuffer(front, np.uint8)
    for start in range(len(front), end, PIECE):
        stop = min(start + PIECE, end)
        held[start:stop] = np.frombuffer((yield slice(start, stop)), np.uint8)
    if header.format == 1:
        return read_pack(held.data)
    file = container.Container.of(
        header, Beginning(held.data, length), kind=KIND, newest_format=FORMAT
    )
    section, place = file.header.section, file.header.place
    vectors = FarRows(read, place("vectors").start, section("vectors").shape, np.int8)
    quality = FarRows(read, place("quality").start, section("quality").shape, np.uint8)
    texts = FarBytes(read, place("texts").start, section("texts").length)
    return checked(assembled(file, vectors, quality, texts, checked=False), file)


def index_end(header: container.Header, length: int) -> int:
    """Return how many of a file's `length` bytes opening takes, from the first on."""
    index = [header.place(name).stop for name in header.sections if name not in LEFT]
    return length if header.format == 1 else max(index, default=0)


class Beginning:
    """The bytes at hand of a file of `length` bytes."""

    def __init__(self, data: bytes | memoryview, length: int) -> None:
        self._data = memoryview(data).toreadonly()
        self._length = length

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, place: slice) -> memoryview:
        return self._data[place]
