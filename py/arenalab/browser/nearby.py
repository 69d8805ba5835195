"""A pack too large for the engine's memory: its file lies elsewhere, and parts of it are read.

Reading a Blob takes a quarter of a millisecond for each part, so a large file is copied to the
browser's private file system (OPFS), where a worker reads hundreds of rows in one millisecond.
Where that is refused, for want of room say, the Blob itself is read: what the engine lacks is
fetched when it says so, and it is asked again from the start.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import js  # type: ignore[import-not-found]
import numpy as np
from pyodide.ffi import to_js  # type: ignore[import-not-found]

from arenalab.browser.copying import copied, remove
from arenalab.errors import DamagedFileError
from arenalab.pack import Kept, NotHereError, Pack, Reader, opening


class Away(Kept, ABC):
    """Parts of a file of `size` bytes that lies elsewhere; `came` are those a host has sent.

    `notes` say what a person should know of how it is held.
    """

    def __init__(self) -> None:
        super().__init__()
        self.size = 0
        self.came = 0
        self.notes: list[str] = []
        self.pack: Pack | None = None

    async def open(self) -> Pack:
        """Open the pack, once. Raises FileFormatError, and what `fetch` raises."""
        if self.pack is None:
            steps = opening(await self.reader(), self.size)
            place = next(steps)
            while self.pack is None:
                [(_, data)] = await self.fetch([place])
                try:
                    place = steps.send(data)
                except StopIteration as opened:
                    self.pack = opened.value
        return self.pack

    async def reader(self) -> Reader:
        """Return what reads rows and texts."""
        return self

    @abstractmethod
    async def fetch(self, places: Sequence[slice]) -> list[tuple[slice, bytes]]:
        """Return these parts, each with its bytes."""

    def close(self) -> None:
        """Let the file go."""

    async def forget(self) -> None:
        """Throw away what is stored of the file beside it."""


class Nearby(Away):
    """Parts of `blob`. Its rows and texts are read from a copy, where there can be one."""

    def __init__(self, name: str, blob: Any) -> None:  # noqa: ANN401 (JavaScript's)
        super().__init__()
        self.name = name
        self.blob = blob
        self.size = int(blob.size)
        self.copy: Any = None

    async def reader(self) -> Reader:
        """Return what reads the copy."""
        if self.copy is None:
            self.copy = await copied(self.blob, self.name)
        return self if self.copy is None else self.read

    def read(self, places: Sequence[slice]) -> Sequence[memoryview]:
        """Read parts of the copy. Raises DamagedFileError where it is too short."""
        ends = np.array([(place.start, place.stop) for place in places], np.float64)
        data = memoryview(js.readParts(self.copy, to_js(ends.reshape(-1))).to_bytes())
        after = np.cumsum(ends[:, 1] - ends[:, 0]).astype(np.intp).tolist()
        if len(data) < after[-1]:
            raise DamagedFileError("this browser's copy of the pack is cut short; open it again")
        return [data[a:b] for a, b in zip([0, *after], after, strict=False)]

    async def fetch(self, places: Sequence[slice]) -> list[tuple[slice, bytes]]:
        """Return all parts together, since each reading takes its time."""
        return await cut(self.blob, places)

    def close(self) -> None:
        """Let the copy go."""
        if self.copy is not None:
            self.copy.close()
            self.copy = None

    async def forget(self) -> None:
        """Remove the copy."""
        self.close()
        await remove(self.name)


async def cut(blob: object, places: Sequence[slice]) -> list[tuple[slice, bytes]]:
    """Return each place of a Blob with its bytes."""
    parts = [blob.slice(place.start, place.stop) for place in places]  # type: ignore[attr-defined]
    whole = memoryview((await js.Blob.new(to_js(parts)).arrayBuffer()).to_bytes())
    begin = 0
    found = []
    for place in places:
        end = begin + place.stop - place.start
        found.append((place, bytes(whole[begin:end])))
        begin = end
    return found


async def supply(lacking: NotHereError) -> None:
    """Fetch what is lacking, from wherever the file is."""
    kept = lacking.kept
    assert isinstance(kept, Away)  # nothing else raises it here
    kept.keep(await kept.fetch(lacking.places))
