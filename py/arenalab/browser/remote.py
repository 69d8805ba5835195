"""A pack that stays on its host: parts of its file are fetched by HTTP Range as they are needed.

What opening takes, the index, comes in pieces, and these are kept in Cache storage: what was
interrupted goes on where it was, and a page that was here before opens the pack offline. A host
that does not know Range (RFC 9110, section 14) sends the whole file; then that is read. Whether
bytes are right is for the pack to say, which has digests of all its parts.
"""

import asyncio
import json
from collections.abc import Iterator, Sequence
from typing import Any

import js  # type: ignore[import-not-found]
from pyodide.ffi import to_js  # type: ignore[import-not-found]

from arenalab.browser.nearby import Away, cut
from arenalab.errors import DamagedFileError, UnavailableError

STORE = "arenalab-parts"
PIECE = 1 << 20  # bytes that are fetched and stored at once
STORED = 1 << 16  # once the pack is open, only a part of so many bytes is stored
NEAR = 1 << 12  # bytes between two parts that are fetched with them rather than asked around
TRIES = 4


class Remote(Away):
    """Parts of the file at `url`. `begin` comes first; `opened` is set when no more is needed."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.tag = ""
        self.opened = False
        self.whole: Any = None
        self.store: Any = None

    async def begin(self) -> None:
        """Find out how large the file is, from its host or from what is stored of it.

        Raises UnavailableError.
        """
        try:
            self.store = await js.caches.open(STORE)
        except Exception:  # refused, or not to be had without HTTPS: then nothing is stored
            self.store = None
        try:
            await self._ask(0, STORED)
            await self._put("about", json.dumps({"size": self.size, "tag": self.tag}).encode())
        except UnavailableError:
            about = await self._stored("about")
            if about is None:
                raise
            self.size, self.tag = (json.loads(about)[name] for name in ("size", "tag"))

    async def fetch(self, places: Sequence[slice]) -> list[tuple[slice, bytes]]:
        """Return these parts. Raises UnavailableError, and DamagedFileError where the file changed.

        What came before that is not lost.
        """
        fetched = []
        for run in joined(places):
            if self.whole is None:
                data = await self._read(run[0].start, run[-1].stop)
            if self.whole is not None:
                fetched += await cut(self.whole, run)
                continue
            at = run[0].start
            fetched += [(place, data[place.start - at : place.stop - at]) for place in run]
        return fetched

    async def forget(self) -> None:
        """Throw away what is stored of the file."""
        if self.store is not None:
            for request in await self.store.keys():
                if str(request.url).startswith(self._key("")):
                    await self.store.delete(request)

    async def _read(self, start: int, stop: int) -> bytes:
        if self.opened and stop - start < STORED:
            return await self._ask(start, stop)
        parts = []
        for begin in range(start, stop, PIECE):
            end = min(begin + PIECE, stop)
            name = f"{self.tag}/{begin}-{end}"
            part = await self._stored(name)
            if part is None:
                part = await self._ask(begin, end)
                await self._put(name, part)
            parts.append(part)
        return b"".join(parts)

    async def _ask(self, start: int, stop: int) -> bytes:
        """Fetch bytes from the host; where it sends all, take all of them as `whole`."""
        options = {"headers": {"Range": f"bytes={start}-{stop - 1}"}, "cache": "no-store"}
        for tried in range(TRIES):
            try:
                answer = await js.fetch(
                    self.url, to_js(options, dict_converter=js.Object.fromEntries)
                )
                body = await answer.arrayBuffer()
            except Exception as error:  # no network, or cut off within the body
                if tried == TRIES - 1:
                    raise UnavailableError(
                        f"{self.url} cannot be reached at byte {start:,}; check the network and "
                        "ask again, what has come is kept"
                    ) from error
                await asyncio.sleep(0.2 * 2**tried)
            else:
                break
        if answer.status == 200:
            self.whole = js.Blob.new(to_js([body]))
            self.size = int(self.whole.size)
            return b""
        size = str(answer.headers.get("Content-Range") or "").rpartition("/")[2]
        if answer.status != 206 or not size.isdigit():
            raise UnavailableError(
                f"{self.url} is missing (status {answer.status}); check its address"
            )
        tag = str(answer.headers.get("ETag") or answer.headers.get("Last-Modified") or "")
        if self.size and (int(size), tag) != (self.size, self.tag):
            raise DamagedFileError(f"{self.url} has changed on its host; open it again")
        self.size, self.tag = int(size), tag
        return bytes(body.to_bytes())

    async def _stored(self, name: str) -> bytes | None:
        found = await self.store.match(self._key(name)) if self.store is not None else None
        return bytes((await found.arrayBuffer()).to_bytes()) if found else None

    async def _put(self, name: str, data: bytes) -> None:
        if self.store is None:
            return
        try:
            await self.store.put(self._key(name), js.Response.new(to_js(data)))
        except Exception:  # the disk is full: the pack works all the same
            self.store = None

    def _key(self, name: str) -> str:
        return f"{self.url}?arenalab-part={js.encodeURIComponent(name)}"


def joined(places: Sequence[slice]) -> Iterator[list[slice]]:
    """Yield the places in order, together where little lies between them."""
    run: list[slice] = []
    for place in sorted(places, key=lambda place: place.start):
        if run and place.start > run[-1].stop + NEAR:
            yield run
            run = []
        run.append(place)
    if run:
        yield run
