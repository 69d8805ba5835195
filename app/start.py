"""Runs first: unpacks the page's modules, which came as one file, and imports them bit by bit.

The browser may paint and take what is typed in between: on a slow phone importing all of them at
once would keep it from that for half a second.
"""

import asyncio
import json
import os

import js

MODULES = "modules.json"  # a list of [path, source], as py/assembly/interface.py makes it
LONGEST = 8  # milliseconds at a stretch
PAUSE = 0.001  # seconds; none at all would not let the browser in


async def start() -> None:
    """Import every module, each after those it needs; the last one is the page."""
    with open(MODULES) as file:  # noqa: PTH123 (MicroPython has no pathlib)
        modules = json.loads(file.read())  # load() takes ten times as long
    for folder in {path.split("/")[0] for path, _ in modules}:
        os.mkdir(folder)  # noqa: PTH102
    since = 0  # so that what PyScript did before us is over first
    for path, source in modules:
        if js.performance.now() - since > LONGEST:
            await asyncio.sleep(PAUSE)
            since = js.performance.now()
        with open(path, "w") as file:  # noqa: PTH123
            file.write(source)
        __import__(path[: -len(".py")].replace("/", "."))


asyncio.create_task(start())  # noqa: RUF006 (MicroPython keeps its own tasks)
