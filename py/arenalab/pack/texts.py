"""Spans as text, in compressed blocks: only the blocks of what is shown are ever unpacked."""

import json
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from arenalab.errors import DamagedFileError
from arenalab.pack.far import FarBytes
from arenalab.span import Span

BLOCK = 32  # spans in a block: large enough to compress well, small enough to unpack in 1 ms
DIGEST = 16  # bytes kept of a block's SHA-256, so that a block can be checked by itself
_KEPT_BLOCKS = 16


class Texts(Sequence[Span]):
    """A read-only sequence of spans over compressed blocks.

    `data` is the blocks one after another, `ends` (blocks,) uint64 where each ends, `count` the
    number of spans, `digests` (blocks, DIGEST) uint8 the beginning of each block's SHA-256.
    Raises DamagedFileError when a block does not hold what it should.
    """

    def __init__(
        self,
        data: bytes | memoryview | FarBytes,
        ends: NDArray[np.uint64],
        count: int,
        digests: NDArray[np.uint8],
    ) -> None:
        self.data = data
        self.ends = ends
        self.digests = digests
        self._count = count
        # The blocks last read: each span as its line of JSON, until it is asked for.
        self._kept: OrderedDict[int, list[str | Span]] = OrderedDict()

    @classmethod
    def pack(cls, spans: Iterable[Span]) -> "Texts":
        """Compress `spans`, in their order."""
        every = tuple(spans)
        blocks = [_compress(every[i : i + BLOCK]) for i in range(0, len(every), BLOCK)]
        ends = np.cumsum([len(b) for b in blocks], dtype=np.uint64)
        digests = b"".join(sha256(b).digest()[:DIGEST] for b in blocks)
        return cls(
            b"".join(blocks),
            ends,
            len(every),
            np.frombuffer(digests, np.uint8).reshape(-1, DIGEST),
        )

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN204
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(self._count))]
        place = range(self._count)[index]
        return _parsed(self._block(place // BLOCK), place % BLOCK)

    def __iter__(self) -> Iterator[Span]:
        for number in range(len(self.ends)):
            block = self._block(number)
            for place in range(len(block)):
                yield _parsed(block, place)

    def _block(self, block: int) -> list[str | Span]:
        if block in self._kept:
            self._kept.move_to_end(block)
            return self._kept[block]
        begin = int(self.ends[block - 1]) if block else 0
        packed = bytes(self.data[begin : int(self.ends[block])])
        if sha256(packed).digest()[:DIGEST] != self.digests[block].tobytes():
            raise DamagedFileError(
                f"text block {block} does not match its digest; build or download the pack again"
            )
        lines = _decompress(packed)
        if len(lines) != min(BLOCK, self._count - block * BLOCK):
            raise DamagedFileError(
                f"text block {block} holds {len(lines)} spans; build or download the pack again"
            )
        self._kept[block] = lines
        if len(self._kept) > _KEPT_BLOCKS:
            self._kept.popitem(last=False)
        return lines


def _compress(spans: Sequence[Span]) -> bytes:
    lines = [json.dumps(s.to_json(), ensure_ascii=False, separators=(",", ":")) for s in spans]
    return zlib.compress("\n".join(lines).encode("utf-8", "surrogatepass"), 9)


def _decompress(block: bytes) -> list[str | Span]:
    try:
        return [*zlib.decompress(block).decode("utf-8", "surrogatepass").split("\n")]
    except (zlib.error, ValueError) as error:
        raise _unreadable(error) from error


def _parsed(block: list[str | Span], place: int) -> Span:
    """Return a span of a block, which keeps it."""
    found = block[place]
    if isinstance(found, str):
        try:
            found = Span.from_json(json.loads(found))
        except ValueError as error:
            raise _unreadable(error) from error
        block[place] = found
    return found


def _unreadable(error: Exception) -> DamagedFileError:
    return DamagedFileError(
        f"a text block cannot be read ({error}); build or download the pack again"
    )
