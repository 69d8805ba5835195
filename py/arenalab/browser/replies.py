"""Requests and replies are JSON texts; an ArenaError becomes the reply `{"error": {…}}`.

`error` holds `kind`, the name of the class, and `message`, which says what to do, in English; `key`
and `values`, by which the page says it in its own language.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import Any, Protocol

import js  # type: ignore[import-not-found]

from arenalab.browser.engine import Engine
from arenalab.browser.nearby import supply
from arenalab.errors import ArenaError
from arenalab.pack import NotHereError


class JavaScriptBytes(Protocol):
    """A Uint8Array of the page, as Pyodide hands it over."""

    byteLength: int  # noqa: N815 (JavaScript's name)

    def to_bytes(self) -> bytes:
        """Return a copy."""


Reply = Callable[..., Awaitable[str]]


def replies(handle: Callable[..., Awaitable[dict[str, Any]]]) -> Reply:
    """Make a function take its request as JSON text, reply JSON text, and report errors.

    Where it lacks parts of a pack that was left outside memory, they are fetched and it is called
    again, so it may change nothing before it has read what it needs. The same holds for a module
    that the image of Python (static/runtime.mjs) left out, since no answer had needed it.
    """

    @wraps(handle)
    async def reply(engine: Engine, request: str, *more: JavaScriptBytes) -> str:
        whole = False
        try:
            while True:
                try:
                    return json.dumps(await handle(engine, json.loads(request), *more))
                except NotHereError as lacking:
                    await supply(lacking)
                except (ImportError, EOFError):
                    if whole:
                        raise
                    await js.wholePython()
                    whole = True
        except ArenaError as error:
            return _failed(error, error.key, error.values)
        except MemoryError:
            message = "This tab ran out of memory; close other tabs, or use a smaller file."
            return _failed(MemoryError(message), "memory", {})
        finally:
            for away in engine.nearby.values():
                away.trim()

    return reply


def _failed(error: Exception, key: str, values: Mapping[str, str | int]) -> str:
    kind = type(error).__name__
    told = {"kind": kind, "message": str(error), "key": key, "values": values}
    return json.dumps({"error": told})
