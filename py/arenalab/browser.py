"""The door to the browser: requests of the page → calls of the engine, in a Pyodide worker.

The only module that may import `js`, `pyodide` or `pyodide_js`. It starts with the small static
encoder and the starter pack, and goes on to the transformer when told (static/runtime.mjs tells
the page how their bytes come). It converts what crosses between JavaScript and Python, and tells
the progress of its own work as `{stage, loaded, total}` on the channel "arenalab-boot-ID" of the
page it serves. Requests and replies are JSON texts; an ArenaError becomes the reply
`{"error": {"kind", "message"}}`.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from pathlib import PurePosixPath
from typing import Any, Protocol

import js  # type: ignore[import-not-found]
import numpy as np
import pyodide_js  # type: ignore[import-not-found]
from numpy.typing import NDArray
from pyodide.ffi import to_js  # type: ignore[import-not-found]

from arenalab import importers
from arenalab.arena import Arena, learn, reading
from arenalab.encode import Encoder, load_encoder
from arenalab.errors import ArenaError, UnavailableError
from arenalab.pack import Pack, read_pack, write_pack
from arenalab.span import Span

STARTER = "starter"
STATIC_FILE = "models/static.encoder"
ENCODER_FILE = "models/minilm.encoder"
STARTER_FILE = "packs/starter.diamonds"
# Texts encoded before the worker looks for other work: a question waits about a second for them.
CHUNK = 8
# What an importer needs beyond the packages loaded at start, by the end of the file's name.
LIBRARIES = {
    ".md": ("markdown-it-py", "beautifulsoup4"),
    ".markdown": ("markdown-it-py", "beautifulsoup4"),
    ".html": ("beautifulsoup4",),
    ".htm": ("beautifulsoup4",),
    ".rst": ("docutils", "beautifulsoup4"),
    ".rest": ("docutils", "beautifulsoup4"),
}


class JavaScriptBytes(Protocol):
    """A Uint8Array of the page, as Pyodide hands it over."""

    def to_bytes(self) -> bytes:
        """Return a copy."""


Files = list[tuple[str, bytes]]
Reply = Callable[..., Awaitable[str]]


def replies(method: Callable[..., Awaitable[dict[str, Any]]]) -> Reply:
    """Make a method take its first argument as JSON text, reply JSON text, and report errors."""

    @wraps(method)
    async def reply(self: "Engine", request: str, *more: "JavaScriptBytes") -> str:
        try:
            return json.dumps(await method(self, json.loads(request), *more))
        except ArenaError as error:
            return json.dumps({"error": {"kind": type(error).__name__, "message": str(error)}})
        except MemoryError:
            message = "This tab ran out of memory; close other tabs, or use a smaller file."
            return json.dumps({"error": {"kind": "MemoryError", "message": message}})

    return reply


class Engine:
    """The encoders and the packs that are open, for one page.

    `encoder` is the best one loaded so far; every open pack is asked with it.
    """

    def __init__(self) -> None:
        self.encoder: Encoder | None = None
        self.transformer: asyncio.Future[Encoder] | None = None
        self.arenas: dict[str, Arena] = {}
        self.files: Files = []
        self.built: dict[str, bytes] = {}
        self.channel: Any = None
        self.base = ""

    @replies
    async def start(self, request: dict[str, str]) -> dict[str, Any]:
        """Load what answers at once: the static encoder and the starter pack.

        Request: channel, base (the site's address).
        """
        self.channel = js.BroadcastChannel.new("arenalab-boot-" + request["channel"])
        self.base = request["base"]
        self.encoder = load_encoder(await self._fetch(STATIC_FILE))
        return self._open(STARTER, await self._fetch(STARTER_FILE))

    @replies
    async def upgrade(self, _request: dict[str, str]) -> dict[str, Any]:
        """Load the transformer; from then on every pack is asked with it."""
        await self._transformer()
        return {}

    @replies
    async def ask(self, request: dict[str, str]) -> dict[str, Any]:
        """Answer. Request: question, pack (the id of an open pack)."""
        if request["pack"] not in self.arenas:
            raise UnavailableError(f"pack {request['pack']!r} is not open; choose another pack")
        return self.arenas[request["pack"]].answer(request["question"]).to_json()

    @replies
    async def open_pack(self, request: dict[str, str], data: "JavaScriptBytes") -> dict[str, Any]:
        """Open the bytes of a pack under request's id."""
        return self._open(request["id"], data.to_bytes())

    @replies
    async def close_pack(self, request: dict[str, str]) -> dict[str, Any]:
        """Forget the pack of request's id."""
        self.arenas.pop(request["id"], None)
        return {}

    @replies
    async def add_file(self, request: dict[str, str], data: "JavaScriptBytes") -> dict[str, Any]:
        """Take one file for the next `build_pack`. Request: name."""
        self.files.append((request["name"], data.to_bytes()))
        return {}

    @replies
    async def build_pack(self, request: dict[str, str]) -> dict[str, Any]:
        """Build and open a pack of the files taken. Request: id, name."""
        files, self.files = self.files, []
        spans, notes = await self._import(files)
        encoder = await self._encode(spans, await self._transformer())
        pack = learn(spans, encoder, name=request["name"], progress=self._report)
        data = write_pack(pack)
        self.built[request["id"]] = data
        return {**self._open(request["id"], data), "notes": notes}

    async def pack_bytes(self, id: str) -> object:  # noqa: A002 (the record's own word)
        """Hand over the bytes of a built pack, once, as Uint8Array."""
        return to_js(self.built.pop(id))

    def _open(self, id: str, data: bytes) -> dict[str, Any]:  # noqa: A002
        pack = read_pack(data)
        self.arenas[id] = Arena(pack, self._ready_encoder(), time.perf_counter)
        return _describe(id, pack, len(data))

    async def _import(self, files: Files) -> tuple[Sequence[Span], list[str]]:
        for name, _ in files:
            kind = PurePosixPath(name).suffix.lower()
            if kind in LIBRARIES:
                await pyodide_js.loadPackage(to_js(LIBRARIES[kind]))
        alone = len(files) == 1
        found = importers.read(*files[0]) if alone else importers.read_all(files)
        return found.spans, [f"{note.where}: {note.message}" for note in found.notes]

    async def _transformer(self) -> Encoder:
        """Return the transformer, loaded once; a load that failed is tried again when asked."""
        if self.transformer is None:
            self.transformer = asyncio.ensure_future(self._load_transformer())
        try:
            return await self.transformer
        except ArenaError:
            self.transformer = None
            raise

    async def _load_transformer(self) -> Encoder:
        encoder = load_encoder(await self._fetch(ENCODER_FILE))
        self.encoder = encoder
        for id_, arena in self.arenas.items():
            self.arenas[id_] = Arena(arena.pack, encoder, time.perf_counter)
        return encoder

    async def _encode(self, spans: Sequence[Span], encoder: Encoder) -> "Encoded":
        """Encode all that `learn` will ask for, letting questions through in between."""
        texts = sorted({text for span in spans for text in reading(span)}, key=len)
        vectors: dict[str, NDArray[np.float32]] = {}
        for start in range(0, len(texts), CHUNK):
            chunk = texts[start : start + CHUNK]
            vectors.update(zip(chunk, encoder.encode(chunk), strict=True))
            self._report("encode", len(vectors), len(texts))
            await asyncio.sleep(0)
        return Encoded(encoder, vectors)

    def _ready_encoder(self) -> Encoder:
        if self.encoder is None:
            raise UnavailableError("the encoder is not loaded; reload the page")
        return self.encoder

    async def _fetch(self, path: str) -> bytes:
        try:
            response = await js.fetch(self.base + path)
        except Exception as error:
            raise UnavailableError(
                f"{path} cannot be reached; check the network, reload"
            ) from error
        if not response.ok:
            raise UnavailableError(f"{path} is missing (status {response.status}); reload the page")
        return bytes((await response.arrayBuffer()).to_bytes())

    def _report(self, stage: str, done: int, total: int) -> None:
        message = {"stage": stage, "loaded": done, "total": total}
        self.channel.postMessage(to_js(message, dict_converter=js.Object.fromEntries))


class Encoded:
    """An encoder whose texts are encoded already: `learn` finds their vectors here."""

    def __init__(self, encoder: Encoder, vectors: dict[str, NDArray[np.float32]]) -> None:
        self.id = encoder.id
        self.digest = encoder.digest
        self.dimensions = encoder.dimensions
        self.tokenizer = encoder.tokenizer
        self.vectors = vectors

    def encode(
        self, texts: Sequence[str], *, progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return the (N, dimensions) float32 unit vectors of N texts known since construction."""
        if progress is not None:
            progress(len(texts), len(texts))
        return np.array([self.vectors[text] for text in texts], np.float32)


def _describe(id: str, pack: Pack, size: int) -> dict[str, Any]:  # noqa: A002
    return {"id": id, "name": pack.name, "count": pack.span_count, "size": size}
