"""A `Request` of the Fetch standard → the ASGI application → its `Response`.

Unlike the SDK's own bridge it reads a body no further than the application asks, and tells it when
the caller has left; a reply that breaks off is aborted, not ended.
"""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import unquote

import js
from pyodide.ffi import create_once_callable, to_js

from arenalab.endpoint import ASGI
from arenalab.endpoint.http import Message, receiving, scope_of


async def answer(app: ASGI, request: object, context: object) -> object:
    """Return the Response of `app`; a streamed one goes on being written meanwhile."""
    request = getattr(request, "js_object", request)
    url = js.URL.new(request.url)
    headers = [(name, value) for name, value in request.headers]
    client = request.headers.get("cf-connecting-ip")
    scope = scope_of(request.method, unquote(url.pathname), headers, client or "")
    reply = Reply()
    if request.signal:
        request.signal.addEventListener("abort", create_once_callable(reply.leave))
    body = parts(request.body) if request.body else nothing()
    working = asyncio.ensure_future(reply.run(app, scope, receiving(body, reply.gone)))
    context.waitUntil(working)
    return await reply.response


class Reply:
    """What the application sends, as a Response: whole when it comes whole, else a stream."""

    def __init__(self) -> None:
        self.response: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self.gone = asyncio.Event()
        self.head: Message = {}
        self.writer: object | None = None
        self.ended = False

    def leave(self, *_: object) -> None:
        """The caller has gone."""
        self.gone.set()

    async def run(self, app: ASGI, scope: Message, receive: object) -> None:
        """Run the application to its end, and see to it that the reply has one."""
        try:
            await app(scope, receive, self.send)
        finally:
            if self.writer is not None and not self.ended:
                self.writer.abort("the reply broke off").catch(create_once_callable(self.leave))
            if not self.response.done():
                self.response.set_result(js.Response.error())

    async def send(self, message: Message) -> None:
        """Take one message of the application."""
        if message["type"] == "http.response.start":
            self.head = message
            return
        body, more = message.get("body", b""), message.get("more_body", False)
        if self.writer is None and not more:
            self.ended = True
            self.response.set_result(self.make(to_js(body)))
            return
        if self.writer is None:
            stream = js.TransformStream.new()
            self.writer = stream.writable.getWriter()
            self.writer.closed.catch(create_once_callable(self.leave))
            self.response.set_result(self.make(stream.readable))
        if self.gone.is_set():
            return  # the application is about to hear of it
        if body:
            await self.writer.write(to_js(body))
        if not more:
            await self.writer.close()
            self.ended = True

    def make(self, body: object) -> object:
        """Return a Response with this body and the head that was sent."""
        headers = js.Headers.new()
        for name, value in self.head["headers"]:
            headers.append(name.decode(), value.decode("latin-1"))
        return js.Response.new(body, status=self.head["status"], headers=headers)


async def parts(stream: object) -> AsyncIterator[bytes]:
    """Yield the parts of a ReadableStream as they come; the rest is not wanted if it is left."""
    reader = stream.getReader()
    while not (part := await reader.read()).done:
        yield part.value.to_bytes()


async def nothing() -> AsyncIterator[bytes]:
    """Yield no part."""
    return
    yield b""
