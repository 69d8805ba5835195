"""Runs in CPython and inside Pyodide alike: how long an encoder takes to open, and to read."""

import json
import time
from collections.abc import Awaitable, Callable
from statistics import median
from typing import Any

from arenalab.encode import load_encoder

FILES = ("models/static.encoder", "models/minilm.encoder")
TOKENS = (6, 12, 24, 48)  # of a question, those of beginning and end included
OPENED, ASKED = 3, 15  # times


async def measure(read: Callable[[str], Awaitable[bytes]]) -> dict[str, Any]:
    """Return medians, by encoder, in milliseconds; `read` brings a file of the release."""
    found = {}
    for file in FILES:
        data = await read(file)
        encoder = load_encoder(data)
        texts = ["card " * (tokens - 2) for tokens in TOKENS]
        found[file.partition("/")[2].partition(".")[0]] = {
            "bytes": len(data),
            "open_ms": timed(OPENED, load_encoder, data),
            "query_ms": [timed(ASKED, encoder.encode, [text]) for text in texts],
        }
    return found


def timed(times: int, action: Callable[[Any], object], given: object) -> float:
    """Return the median of how long `action` takes with what it is given, in milliseconds."""
    seen = []
    for _ in range(times):
        begun = time.perf_counter()
        action(given)
        seen.append((time.perf_counter() - begun) * 1000)
    return median(seen)


async def main(base: str) -> str:
    """Return the measures as JSON."""
    from pyodide.http import pyfetch

    async def fetched(file: str) -> bytes:
        return bytes(await (await pyfetch(base + file)).bytes())

    return json.dumps(await measure(fetched))
