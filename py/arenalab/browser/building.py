"""Files of a person → a pack that is open and can be kept."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import Any

import js  # type: ignore[import-not-found]
import numpy as np
import pyodide_js  # type: ignore[import-not-found]
from numpy.typing import NDArray
from pyodide.ffi import to_js  # type: ignore[import-not-found]

from arenalab import importers
from arenalab.arena import learn
from arenalab.browser.engine import Engine
from arenalab.browser.loading import transformer
from arenalab.browser.replies import JavaScriptBytes, replies
from arenalab.encode import Encoder
from arenalab.pack import write_pack
from arenalab.span import Span
from arenalab.wording import wordings

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
    ".txt": ("markdown-it-py", "docutils", "beautifulsoup4"),
}
# The same for cells of a table that hold HTML.
HTML_CELLS = ("markdown-it-py", "beautifulsoup4")

Files = list[tuple[str, bytes]]


@replies
async def add_file(
    engine: Engine, request: dict[str, str], data: JavaScriptBytes
) -> dict[str, Any]:
    """Take one file for the next `build_pack`. Request: name."""
    engine.files.append((request["name"], data.to_bytes()))
    return {}


@replies
async def build_pack(engine: Engine, request: dict[str, str]) -> dict[str, Any]:
    """Build and open a pack of the files taken. Request: id, name."""
    files, engine.files = engine.files, []
    spans, notes = await _import(files)
    encoder = await _encode(engine, spans, await transformer(engine))
    pack = learn(spans, encoder, name=request["name"], progress=engine.report)
    data = write_pack(pack)
    engine.built[request["id"]] = data
    return {**engine.open(request["id"], data), "notes": notes}


async def pack_bytes(engine: Engine, id: str) -> object:  # noqa: A002 (the record's own word)
    """Hand over the bytes of a built pack, once, as Uint8Array."""
    return to_js(engine.built.pop(id))


async def _import(files: Files) -> tuple[Sequence[Span], list[str]]:
    await js.wholePython()  # static/runtime.mjs: the image of Python holds only what answers need
    for name, data in files:
        kind = PurePosixPath(name).suffix.lower()
        wanted = LIBRARIES.get(kind, HTML_CELLS if b"<" in data else ())
        if wanted:
            await pyodide_js.loadPackage(to_js(wanted))
    alone = len(files) == 1
    found = importers.read(*files[0]) if alone else importers.read_all(files)
    return found.spans, [f"{note.where}: {note.message}" for note in found.notes]


async def _encode(engine: Engine, spans: Sequence[Span], encoder: Encoder) -> "Encoded":
    """Encode all that `learn` will ask for, letting questions through in between."""
    texts = sorted({text for wording in wordings(spans) for text in wording.texts}, key=len)
    vectors: dict[str, NDArray[np.float32]] = {}
    for start in range(0, len(texts), CHUNK):
        chunk = texts[start : start + CHUNK]
        vectors.update(zip(chunk, encoder.encode(chunk), strict=True))
        engine.report("encode", len(vectors), len(texts))
        await asyncio.sleep(0)
    return Encoded(encoder, vectors)


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
