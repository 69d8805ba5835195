"""A pack too large for the engine's memory: its file stays in a Blob, of which parts are read.

What the engine lacks is fetched when it says so, and it is asked again from the start.
"""

import js  # type: ignore[import-not-found]
from pyodide.ffi import to_js  # type: ignore[import-not-found]

from arenalab.pack import Kept, NotHereError, Pack, open_pack


class Nearby(Kept):
    """Parts of the bytes of `data`, a Uint8Array of the page."""

    def __init__(self, data: object) -> None:
        super().__init__()
        self.blob = js.Blob.new(to_js([data]))

    def open(self) -> Pack:
        """Open the pack. Raises FileFormatError, NotHereError."""
        return open_pack(self, int(self.blob.size))


async def supply(lacking: NotHereError) -> None:
    """Fetch what is lacking: all parts together, since each reading takes its time."""
    kept = lacking.kept
    assert isinstance(kept, Nearby)  # nothing else raises it here
    parts = [kept.blob.slice(place.start, place.stop) for place in lacking.places]
    whole = memoryview((await js.Blob.new(to_js(parts)).arrayBuffer()).to_bytes())
    begin = 0
    fetched = []
    for place in lacking.places:
        end = begin + place.stop - place.start
        fetched.append((place, bytes(whole[begin:end])))
        begin = end
    kept.keep(fetched)
