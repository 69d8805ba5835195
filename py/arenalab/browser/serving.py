"""The endpoint in a page: what the service worker hands over is answered by this tab's engine.

Each engine holds the lock "arenalab-engine BASE UNIQUE" (Web Locks) as long as it lives, and
listens on the BroadcastChannel of the same name. So static/sw.js need not remember who is there:
it asks which locks are held, posts a request to the channel of one of them, and hears by that
lock's release when the engine dies. As long as it waits it holds a lock named like the request,
and by its release the engine hears that the caller has left, or the service worker was stopped.

    sw → engine   {id, method, path, headers: [[name, value]…], body: Blob}, on the engine's channel
    engine → sw   {status, headers}, then {piece, more}…, on the channel named `id`; or {broken}
"""

import asyncio
import re
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import js  # type: ignore[import-not-found]
from pyodide.ffi import create_once_callable, create_proxy, to_js  # type: ignore[import-not-found]

from arenalab.arena import Arena
from arenalab.browser.engine import Engine
from arenalab.endpoint import ASGI, Platform, application
from arenalab.endpoint.http import Message, receiving, scope_of
from arenalab.telemetry import Telemetry

PART = 1 << 18  # bytes of a body that are copied at once


def listen(engine: Engine) -> None:
    """Answer what the service worker hands over, until this tab ends.

    Over plain HTTP from another machine there are neither locks nor service workers.
    """
    if not hasattr(js.navigator, "locks"):
        return
    app = endpoint(engine)
    tasks: set[asyncio.Task[None]] = set()

    def hear(event: Any) -> None:  # noqa: ANN401 - a JavaScript object
        task = asyncio.ensure_future(answer(app, event.data))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    name = f"arenalab-engine {engine.base} {uuid.uuid4().hex}"
    channel = js.BroadcastChannel.new(name)
    channel.onmessage = create_proxy(hear)
    endless = js.Promise.new(create_once_callable(lambda *_: None))
    js.navigator.locks.request(name, create_once_callable(lambda _lock: endless))


def endpoint(engine: Engine) -> ASGI:
    """Return the application that serves the packs that are open."""
    models = Models(engine.arenas)

    def exposition(accept: str) -> tuple[bytes, str]:
        packs = {
            name: (engine.arenas[id_].pack.span_count, engine.sizes[id_])
            for name, id_ in models.ids().items()
        }
        return engine.told.counts.exposition(accept, packs)

    platform = Platform(time.time, lambda: uuid.uuid4().hex)
    return application(models, platform, telemetry=Telemetry(engine.told.sinks, exposition))


async def answer(app: ASGI, request: Any) -> None:  # noqa: ANN401
    """Have `app` answer a request, and post what it sends."""
    channel = js.BroadcastChannel.new(request.id)
    gone = asyncio.Event()
    js.navigator.locks.request(request.id, create_once_callable(lambda _lock: gone.set()))
    headers = [(name, value) for name, value in request.headers]
    unfinished = True

    async def send(message: Message) -> None:
        nonlocal unfinished
        unfinished = message.get("more_body", message["type"] == "http.response.start")
        channel.postMessage(posted(message))

    try:
        await js.wholePython()  # as in `building`: an endpoint needs modules that answers do not
        scope = scope_of(request.method, request.path, headers, "page")
        await app(scope, receiving(parts(request.body), gone), send)
    finally:
        if unfinished:
            channel.postMessage(to_js({"broken": True}, dict_converter=js.Object.fromEntries))
        channel.close()


class Models(Mapping[str, Arena]):
    """The packs that are open, as models: "My FAQ" is `my-faq`, a second one has its id for it."""

    def __init__(self, arenas: Mapping[str, Arena]) -> None:
        self._arenas = arenas

    def __getitem__(self, name: str) -> Arena:
        return self._arenas[self.ids()[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self.ids())

    def __len__(self) -> int:
        return len(self._arenas)

    def ids(self) -> dict[str, str]:
        """Return the id of each model's pack."""
        ids: dict[str, str] = {}
        for id_, arena in self._arenas.items():
            name = re.sub(r"[^\w.]+", "-", arena.pack.name.lower()).strip("-")
            ids[id_ if not name or name in ids else name] = id_
        return ids


def posted(message: Message) -> object:
    """Return what is posted for a message of the application."""
    if message["type"] == "http.response.start":
        headers = [[name.decode(), value.decode("latin-1")] for name, value in message["headers"]]
        told = {"status": message["status"], "headers": headers}
    else:
        told = {"piece": message["body"], "more": message.get("more_body", False)}
    return to_js(told, dict_converter=js.Object.fromEntries)


async def parts(blob: Any) -> AsyncIterator[bytes]:  # noqa: ANN401
    """Yield the bytes of a JavaScript Blob, part by part."""
    for start in range(0, blob.size, PART):
        part = blob.slice(start, min(start + PART, blob.size))
        yield (await part.arrayBuffer()).to_bytes()
