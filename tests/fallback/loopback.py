"""A provider on this very machine, which does to a request what a test tells it to."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route


@dataclass
class Loopback:
    """The provider: what it replies with, and what it was asked.

    `pauses` are seconds to wait before each piece; `breaks` ends the connection after the last.
    """

    base: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: Sequence[bytes] = ()
    pauses: float = 0.0
    breaks: bool = False
    asked: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)
    left: bool = False

    async def reply(self, request: Request) -> StreamingResponse:
        """Take down the request and reply."""
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        self.asked.append((target, dict(request.headers), await request.body()))
        return StreamingResponse(self._body(), self.status, {**self.headers})

    async def _body(self) -> AsyncIterator[bytes]:
        try:
            for piece in self.pieces:
                await asyncio.sleep(self.pauses)
                yield piece
            if self.breaks:
                raise ConnectionResetError("broken off on purpose")
        except asyncio.CancelledError:
            self.left = True
            raise


@contextmanager
def running() -> Iterator[Loopback]:
    """Run a provider."""
    provider = Loopback()
    # As the real ones do, it lets pages ask.
    cors = Middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["POST"],
        allow_headers=["*"],
        expose_headers=["retry-after"],
    )
    route = Route("/{path:path}", provider.reply, methods=["POST"])
    app = Starlette(routes=[route], middleware=[cors])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    provider.base = f"http://127.0.0.1:{port}"
    yield provider
    server.should_exit = True
    thread.join()
