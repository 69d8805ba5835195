"""A file that is not in memory: its bytes are read where they are needed.

Whoever has the bytes gives a `Reader`. One that must wait for them raises `NotHereError` instead,
with all that it lacks; its caller fetches that, hands it to `Kept.keep` and asks again from the
start. Since no stage of the engine changes anything, asking again is all there is to it.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from arenalab.errors import DamagedFileError

Reader = Callable[[Sequence[slice]], Sequence[bytes | memoryview]]
"""Returns the bytes of each place (start and stop are set), or raises NotHereError."""

KEPT = 16 << 20  # bytes that a Kept holds before it forgets what was used longest ago


class NotHereError(LookupError):
    """Bytes are needed that are not in memory: `places` of the file that `kept` has parts of."""

    def __init__(self, places: Sequence[slice], kept: "Kept") -> None:
        super().__init__(f"{len(places)} parts of the file have to be fetched")
        self.places = tuple(places)
        self.kept = kept


class Kept:
    """A Reader of what was fetched before, up to `most` bytes of it and the latest.

    What is fetched stays until `trim`, so that asking again from the start comes to an end
    however much one question needs.
    """

    def __init__(self, most: int = KEPT) -> None:
        self.most = most
        self._held: OrderedDict[tuple[int, int], bytes] = OrderedDict()
        self._size = 0

    def __call__(self, places: Sequence[slice]) -> Sequence[bytes]:
        """Return the bytes of `places`. Raises NotHereError with those that are lacking."""
        keys = [(place.start, place.stop) for place in places]
        lacking = {key for key in keys if key not in self._held}
        if lacking:
            raise NotHereError([slice(*key) for key in sorted(lacking)], self)
        for key in keys:
            self._held.move_to_end(key)
        return [self._held[key] for key in keys]

    def keep(self, fetched: Sequence[tuple[slice, bytes]]) -> None:
        """Hold what was fetched. Raises DamagedFileError where that is too little."""
        for place, data in fetched:
            if len(data) != place.stop - place.start:
                raise DamagedFileError(
                    f"{place.stop - place.start} bytes were asked for from {place.start} on, "
                    f"{len(data)} came; download the file again"
                )
            key = (place.start, place.stop)
            self._size += len(data) - len(self._held.pop(key, b""))
            self._held[key] = data

    def trim(self) -> None:
        """Let go of what was used longest ago, beyond `most` bytes."""
        while self._size > self.most:
            self._size -= len(self._held.popitem(last=False)[1])


class FarBytes:
    """`length` bytes of a file from `start` on; slices of it are read."""

    def __init__(self, read: Reader, start: int, length: int) -> None:
        self._read = read
        self._start = start
        self._length = length

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, place: slice) -> bytes | memoryview:
        begin, end, _ = place.indices(self._length)
        return self._read([slice(self._start + begin, self._start + end)])[0]


class FarRows:
    """Rows of numbers of one byte, from `start` on; they are picked by their numbers.

    `waits` says whether they are fetched from afar: then a few cost much.
    """

    def __init__(
        self, read: Reader, start: int, shape: tuple[int, ...], dtype: type[np.generic]
    ) -> None:
        self._read = read
        self.waits = isinstance(read, Kept)
        self._start = start
        self.shape = shape
        self.dtype = np.dtype(dtype)

    def __getitem__(self, rows: NDArray[np.integer]) -> NDArray[np.generic]:
        width = self.shape[1]
        starts = [self._start + int(row) * width for row in rows]
        parts = self._read([slice(start, start + width) for start in starts])
        return np.frombuffer(b"".join(parts), self.dtype).reshape(len(starts), width)
