"""Copies of large packs in the browser's private file system (OPFS), which a worker reads at once.

A copy is whole when its first bytes are there, since they are written last; they hold the digest
of the header, and so of the file. A copy is nothing but a quicker way to the same bytes: where
there can be none, all works without.
"""

from typing import Any

import js  # type: ignore[import-not-found]
from pyodide.ffi import to_js  # type: ignore[import-not-found]

from arenalab.container import PRELUDE

FOLDER = "packs"
PIECE = 4 << 20  # bytes copied at once


async def copied(blob: Any, name: str) -> Any:  # noqa: ANN401 (JavaScript's)
    """Return a handle to read the copy of `blob` called `name`, made now where there is none.

    None where the browser has no such file system, no room in it, or another tab writes there.
    """
    if not hasattr(js, "readParts"):  # static/reading.mjs
        return None
    try:
        folder = await _folder()
        file = await folder.getFileHandle(js.encodeURIComponent(name), _options(create=True))
        begin = (await blob.slice(0, PRELUDE).arrayBuffer()).to_bytes()
        stored = await file.getFile()
        if stored.size == blob.size and await _begins_with(stored, begin):
            return await file.createSyncAccessHandle(_options(mode="read-only"))
    except Exception:  # refused to this frame, or in this mode of the browser
        return None
    try:
        writer = await file.createSyncAccessHandle()
        try:
            writer.truncate(0)
            for start in range(PRELUDE, int(blob.size), PIECE):
                piece = await blob.slice(start, start + PIECE).arrayBuffer()
                writer.write(piece, _options(at=start))
            # Where the disk is full, Chromium writes less than it was given, and says nothing.
            if writer.getSize() != blob.size:
                raise OSError("the disk is full")
            writer.write(to_js(begin), _options(at=0))
        finally:
            writer.close()
        return await file.createSyncAccessHandle(_options(mode="read-only"))
    except Exception:  # the disk is full, or another tab is at it
        await remove(name)
        return None


async def remove(name: str) -> None:
    """Remove the copy called `name`, if there is one."""
    try:
        await (await _folder()).removeEntry(js.encodeURIComponent(name))
    except Exception:  # there is none, or another tab reads it and will find the pack gone
        return


async def _folder() -> Any:  # noqa: ANN401 (JavaScript's)
    root = await js.navigator.storage.getDirectory()
    return await root.getDirectoryHandle(FOLDER, _options(create=True))


async def _begins_with(file: Any, begin: bytes) -> bool:  # noqa: ANN401 (JavaScript's)
    return bool((await file.slice(0, len(begin)).arrayBuffer()).to_bytes() == begin)


def _options(**options: Any) -> Any:  # noqa: ANN401 (JavaScript's)
    return to_js(options, dict_converter=js.Object.fromEntries)
