"""Runs inside Pyodide: the door opens a pack of which only the index is held, and asks it."""

import importlib
import json
import sys
from pathlib import Path

import js
from pyodide.ffi import to_js
from pyodide.http import pyfetch

import arenalab.browser.engine
from arenalab.browser import loading
from arenalab.browser.asking import ask
from arenalab.browser.engine import Engine

QUESTION = "How do I reset my password?"


async def main(base: str) -> str:
    """Return the records and answers of a pack held whole and in part, and the copies made of it.

    In part: read from a copy, from the same copy again, from the Blob itself, and for want of
    memory. And the error for a file that is cut short.
    """
    place = Path("/inside")
    place.mkdir()
    (place / "world.py").write_text(await (await pyfetch(base + "inside/world.py")).string())
    sys.path.insert(0, str(place))
    world = importlib.import_module("world")
    from arenalab.arena import learn
    from arenalab.pack import write_pack

    engine = Engine()
    engine.encoder = world.WordEncoder()
    many = [
        world.span(f"n{i}", f"What is number {i}?", f"It is {i} and no more.") for i in range(900)
    ]
    data = write_pack(learn([*many, *world.SPANS], engine.encoder, name="many"))

    async def opened(name: str, held: int, size: int = len(data)) -> dict:
        loading.HELD = held
        blob = js.Blob.new(to_js([js.Uint8Array.new(to_js(data[:size]))]))
        record = json.loads(await loading.open_pack(engine, json.dumps({"id": name}), blob))
        if "error" in record:
            return record
        reply = json.loads(await ask(engine, json.dumps({"question": QUESTION, "pack": name})))
        away = engine.nearby.get(name)
        copy = away is not None and away.copy is not None
        return {
            "held": record.get("held", "all"),
            "text": reply["text"],
            "plan": reply["plan"],
            "copy": copy,
        }

    found = {"whole": await opened("whole", 1 << 30), "copy": await opened("copy", 100)}
    found["cut short"] = await opened("short", 100, len(data) - 64)
    engine.nearby["copy"].close()
    engine.nearby["copy"].pack = None
    found["same copy"] = await opened("copy", 100)
    read, js.readParts = js.readParts, None
    del js.readParts
    found["index"] = await opened("index", 100)
    js.readParts = read

    def refused(_data: bytes) -> None:
        raise MemoryError

    arenalab.browser.engine.read_pack = refused
    found["no memory"] = await opened("no memory", 1 << 30)
    await loading.close_pack(engine, json.dumps({"id": "copy"}))
    folder = await (await js.navigator.storage.getDirectory()).getDirectoryHandle("packs")
    found["copies"] = [name async for name in folder.keys()]  # noqa: SIM118 (JavaScript's)
    return json.dumps(found)
