"""Runs inside Pyodide before its image is taken: imports what a page needs, starts, answers.

What is imported here need not be when the page starts; what only an answer imports is found by
answering. All that was loaded for it is forgotten again.
"""

import gc
import importlib
import json
import random
import sys
from typing import Any

import js  # type: ignore[import-not-found]

# The packages came after Python had looked.
importlib.invalidate_caches()

from arenalab.browser import REQUESTS, Engine  # noqa: E402

UNWANTED = ("numpy.ma", "numpy.f2py", "numpy.random", "numpy.fft", "numpy.testing", "unittest")
"""What no answer should import: every page would fetch it, and nobody use it."""

QUESTIONS = ("What is ArenaLab?", "how to add faq", "Are bats blind? And what is a quark?", "zqx")


async def warm_up() -> None:
    """Start an engine on the files of the site, and ask as the page does."""
    engine = Engine()
    await _request(engine, "start", {"channel": "none", "base": "", "starter": True})
    for question in QUESTIONS:
        await _request(engine, "ask", {"question": question, "pack": "starter"})
    needless = [name for name in UNWANTED if name in sys.modules]
    if needless:
        raise RuntimeError(f"answers import {', '.join(needless)}, which the image should not hold")


async def _request(engine: Engine, name: str, request: dict[str, Any]) -> None:
    reply = json.loads(str(await REQUESTS[name](engine, json.dumps(request))))
    if "error" in reply:
        raise RuntimeError(f"{name}: {reply['error']['message']}")


def forget() -> None:
    """Leave nothing behind but modules; random numbers are sown anew where the image starts."""
    js.Object.keys(js.Object)  # Pyodide holds on to the object whose method was called last
    gc.collect()
    sys.path_importer_cache.clear()
    random.seed(0)
