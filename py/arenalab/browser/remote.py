"""A pack that stays on its host: parts of its file are fetched by HTTP Range as they are needed.

What opening takes, the index, comes in pieces, and these are kept in Cache storage: what was
interrupted goes on where it was, and a page that was here before opens the pack offline. A host
that does not know Range (RFC 9110, section 14) sends the whole file; then that is kept and read.
Whether bytes are right is for the pack to say, which has digests of all its parts.
"""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import js  # type: ignore[import-not-found]
from pyodide.ffi import to_js  # type: ignore[import-not-found]

from arenalab import container
from arenalab.browser.nearby import Away, cut
from arenalab.browser.reaching import ALL, PART, SAME, Answer, Reach, UnreachedError
from arenalab.errors import ArenaError, DamagedFileError, UnavailableError
from arenalab.pack import index_end

STORE = "arenalab-parts"
PIECE = 1 << 20  # bytes that are fetched and stored at once
STORED = 1 << 16  # once the pack is open, only a part of so many bytes is stored
NEAR = 1 << 12  # bytes between two parts that are fetched with them rather than asked around
TRIES = 3

Told = Callable[[int, int], None]
"""Hears how many bytes have come of how many that opening takes."""


class Remote(Away):
    """Parts of the file at `url`. `begin` comes first; `opened` is set when no more is needed."""

    def __init__(self, url: str, reach: Reach, told: Told) -> None:
        super().__init__()
        self.url = url
        self.reach = reach
        self.told = told
        self.tag = ""
        self.opened = False
        self.needed = 0
        self.read = 0
        self.whole: Any = None
        self.store: Any = None

    async def begin(self) -> None:
        """Find out how large the file is, from its host or from what is stored of it.

        Raises UnavailableError, FileFormatError.
        """
        try:
            self.store = await js.caches.open(STORE)
        except Exception:  # refused, or not to be had without HTTPS: then nothing is stored
            self.store = None
        about = json.loads(await self._stored("about") or b"{}")
        whole = await self._match("whole") if about.get("whole") else None
        try:
            front = await self._ask([slice(0, STORED)], about["tag"] if whole else "")
        except UnavailableError:
            if not about:
                raise
            front = b"" if whole else await self._stored(f"{about['tag']}/0-{STORED}") or b""
            self.size, self.tag = about["size"], about["tag"]
        if whole and not front and self.whole is None:  # the host, or nobody, says it is right
            self.whole = await whole.blob()
            self.size = int(self.whole.size)
        if self.whole is not None:
            return
        await self._put(f"{self.tag}/0-{STORED}", front)
        try:
            await self._measure(front)
        except ArenaError:  # what begins otherwise is no pack
            await self.forget()
            raise
        await self._put_about()

    async def fetch(self, places: Sequence[slice]) -> list[tuple[slice, bytes]]:
        """Return these parts. Raises UnavailableError, and DamagedFileError where the file changed.

        What came before that is not lost.
        """
        runs = [] if self.whole is not None else list(joined(places))
        spans = [slice(run[0].start, run[-1].stop) for run in runs]
        sizes = [span.stop - span.start if self.opened else STORED for span in spans]
        small = [span for span, size in zip(spans, sizes, strict=True) if size < STORED]
        together = memoryview(await self._ask(small) if small else b"")
        fetched: list[tuple[slice, bytes]] = []
        for run, span, size in zip(runs, spans, sizes, strict=True):
            if size < STORED:
                data, together = together[:size], together[size:]
            else:
                data = memoryview(await self._read(span.start, span.stop))
            fetched += [(p, bytes(data[p.start - span.start : p.stop - span.start])) for p in run]
        return fetched if self.whole is None else await cut(self.whole, places)

    async def forget(self) -> None:
        """Throw away what is stored of the file."""
        try:
            store = self.store or await js.caches.open(STORE)
            for request in await store.keys():
                if str(request.url).startswith(self._key("")):
                    await store.delete(request)
        except Exception:  # no store, so there is nothing in it
            return

    async def _measure(self, front: bytes) -> None:
        """Learn from the header what opening takes and, where the host hides it, the size."""
        while len(front) < container.header_size(front):
            front += await self._ask([slice(len(front), container.header_size(front))])
        header = container.read_header(front)
        self.size = self.size or header.file_length
        self.needed = index_end(header, self.size)

    async def _read(self, start: int, stop: int) -> bytes:
        """Return a large part, which is fetched and stored in pieces."""
        parts = []
        for begin in range(start, stop, PIECE):
            end = min(begin + PIECE, stop)
            name = f"{self.tag}/{begin}-{end}"
            part = await self._stored(name)
            if part is None:
                part = await self._ask([slice(begin, end)])
                if self.whole is not None:
                    return b""
                await self._put(name, part)
            parts.append(part)
            if not self.opened:
                self.read = max(self.read, min(end, self.needed))
                self.told(self.read, self.needed)
        return b"".join(parts)

    async def _ask(self, places: Sequence[slice], known: str = "") -> bytes:
        """Fetch parts from the host, at once; where it sends all, take all of them as `whole`."""
        answer = await self._answer(places, known)
        if answer.status == SAME:
            return b""
        if answer.status not in (ALL, PART):
            raise UnavailableError(
                f"{self.url} is missing (status {answer.status}); check its address",
                key="pack_missing",
                url=self.url,
                status=answer.status,
            )
        if self.tag and answer.tag != self.tag:
            raise DamagedFileError(
                f"{self.url} has changed on its host; open it again",
                key="pack_changed",
                url=self.url,
            )
        self.tag = answer.tag
        if answer.status == PART:
            self.size = answer.size or self.size
            data = bytes(answer.body.to_bytes())
            self.came += len(data)
            return data
        self.whole = answer.body
        self.size = int(self.whole.size)
        self.came += self.size
        await self._keep_whole()
        return b""

    async def _answer(self, places: Sequence[slice], known: str) -> Answer:
        for tried in range(TRIES):
            try:
                return await self.reach.ask(self.url, places, known)
            except UnreachedError as error:
                if error.why != "unreached" or tried == TRIES - 1:
                    raise unreached(self.url, error.why) from error
                await asyncio.sleep(0.2 * 2**tried)
        raise AssertionError  # the last try returned or raised

    async def _match(self, name: str) -> Any:  # noqa: ANN401 (a Response)
        return (await self.store.match(self._key(name)) or None) if self.store else None

    async def _stored(self, name: str) -> bytes | None:
        found = await self._match(name)
        return bytes((await found.arrayBuffer()).to_bytes()) if found else None

    async def _keep_whole(self) -> None:
        """Keep all of it, where its version can be told from another."""
        if self.tag:
            await self._put("whole", self.whole)
            await self._put_about()

    async def _put_about(self) -> None:
        about = {"size": self.size, "tag": self.tag, "whole": self.whole is not None}
        await self._put("about", json.dumps(about).encode())

    async def _put(self, name: str, data: Any) -> None:  # noqa: ANN401 (bytes, or a Blob)
        if self.store is None:
            return
        try:
            await self.store.put(self._key(name), js.Response.new(to_js(data)))
        except Exception:  # the disk is full: the pack works all the same
            self.store = None

    def _key(self, name: str) -> str:
        return f"{self.url}?arenalab-part={js.encodeURIComponent(name)}"


def unreached(url: str, why: str) -> UnavailableError:
    """Return the error that says why nothing came from a pack's host."""
    say = {
        "offline": f"{url} cannot be fetched without a network; connect and ask again, what has "
        "come is kept",
        "closed": f"{url} is there, but its host does not let other sites read it; ask for the "
        "header Access-Control-Allow-Origin, or download the file and add it here",
        "unreached": f"{url} cannot be reached, or the connection was lost; check address and "
        "network and ask again, what has come is kept",
    }
    return UnavailableError(say[why], key=f"pack_{why}", url=url)


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
