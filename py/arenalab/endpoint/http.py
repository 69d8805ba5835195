"""HTTP over ASGI: the head of a request, its body within bounds, a reply, a caller who leaves."""

import asyncio
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Mapping,
    MutableMapping,
)
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

from arenalab.openai_wire.errors import too_large

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
ASGI: TypeAlias = Callable[[Message, Receive, Send], Awaitable[None]]

# A body that is too large is still read to this length, so that its sender sees the reply.
DRAINED = 64 << 20


class Left(Exception):  # noqa: N818 - not an error: the caller may leave
    """Raised when the caller has gone."""


@dataclass(frozen=True, slots=True)
class Head:
    """A request without its body. Header names are in lower case; `client` is an address."""

    method: str
    path: str
    headers: Mapping[str, str]
    client: str

    @classmethod
    def of(cls, scope: Message) -> "Head":
        """Read the head from an ASGI scope of type http."""
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
        client = scope.get("client") or ("", 0)
        return cls(scope["method"].upper(), scope["path"], headers, str(client[0]))


Guard: TypeAlias = Callable[[Head], None]
"""Raises ApiError for a request that must not be served."""


def scope_of(method: str, path: str, headers: Iterable[tuple[str, str]], client: str) -> Message:
    """Return the ASGI scope of a request, for a door that is no ASGI server."""
    return {
        "type": "http",
        "method": method,
        "path": path,
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
        "client": (client, 0),
    }


def receiving(body: AsyncIterator[bytes], gone: asyncio.Event) -> Receive:
    """Return ASGI's `receive` for a request whose body comes in parts.

    A part is asked for when the application wants it, so no more than one is in memory. `gone` is
    set once the caller has left.
    """
    whole = False

    async def receive() -> Message:
        nonlocal whole
        if not whole and not gone.is_set():
            part = await anext(body, None)
            whole = part is None
            return {"type": "http.request", "body": part or b"", "more_body": not whole}
        await gone.wait()
        return {"type": "http.disconnect"}

    return receive


async def read_body(receive: Receive, limit: int) -> bytes:
    """Return the body. Raises ApiError (413) beyond `limit` bytes, Left when the caller goes."""
    kept = bytearray()
    size = 0
    more = True
    while more and size <= DRAINED:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Left
        part = message.get("body", b"")
        size += len(part)
        if size <= limit:
            kept += part
        more = message.get("more_body", False)
    if size > limit:
        raise too_large(limit)
    return bytes(kept)


async def while_there(receive: Receive, work: Coroutine[Any, Any, None]) -> None:
    """Await `work`, but stop it and raise Left as soon as the caller goes."""
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_leaves(receive))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise Left
        working.result()
    finally:
        for task in (working, leaving):
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await task


async def send_reply(
    send: Send, status: int, body: bytes, content_type: str, headers: Mapping[str, str]
) -> None:
    """Send a whole reply."""
    await start_reply(send, status, content_type, {**headers, "content-length": str(len(body))})
    await send({"type": "http.response.body", "body": body})


async def start_reply(
    send: Send, status: int, content_type: str, headers: Mapping[str, str]
) -> None:
    """Send the head of a reply."""
    every = {"content-type": content_type, **headers}
    pairs = [(name.lower().encode(), value.encode("latin-1")) for name, value in every.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})


async def _leaves(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
