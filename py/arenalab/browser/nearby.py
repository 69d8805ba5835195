"""A pack too large for the engine's memory: its file stays in a Blob, of which parts are read.

What the engine lacks is fetched when it says so, and it is asked again from the start.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import js  # type: ignore[import-not-found]
from pyodide.ffi import to_js  # type: ignore[import-not-found]

from arenalab.pack import Kept, NotHereError, Pack, open_pack


class Away(Kept, ABC):
    """Parts of a file of `size` bytes that lies elsewhere."""

    size = 0

    def open(self) -> Pack:
        """Open the pack. Raises FileFormatError, NotHereError."""
        return open_pack(self, self.size)

    @abstractmethod
    async def supply(self, places: Sequence[slice]) -> None:
        """Fetch these parts, and keep them."""


class Nearby(Away):
    """Parts of the bytes of `data`, a Uint8Array of the page."""

    def __init__(self, data: object) -> None:
        super().__init__()
        self.blob = js.Blob.new(to_js([data]))
        self.size = int(self.blob.size)

    async def supply(self, places: Sequence[slice]) -> None:
        """Fetch all parts together, since each reading takes its time."""
        self.keep(await cut(self.blob, places))


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
    await kept.supply(lacking.places)
