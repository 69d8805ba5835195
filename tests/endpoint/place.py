"""A place where the endpoint runs, as its tests see it: a request goes in, a reply comes out.

The page's service worker, the server and the edge's handler each become a `Place`; the suite in
this folder then holds all of them to the same promises.
"""

import asyncio
import http.client
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from arenalab.endpoint import ASGI
from endpoint import tiny


@dataclass(frozen=True)
class Reply:
    """A whole reply. Header names are in lower case; `parts` are its pieces as they came."""

    status: int
    headers: Mapping[str, str]
    parts: tuple[bytes, ...] = ()

    @property
    def body(self) -> bytes:
        """All of its pieces together."""
        return b"".join(self.parts)

    def json(self) -> Any:  # noqa: ANN401 - any JSON value
        """Return its body as a JSON value."""
        return json.loads(self.body)

    def events(self) -> list[Any]:
        """Return the JSON values of its server-sent events, which must end with [DONE]."""
        assert self.headers["content-type"].startswith("text/event-stream")
        texts = self.body.decode().split("\n\n")
        assert texts[-2:] == ["data: [DONE]", ""]
        return [json.loads(text.removeprefix("data: ")) for text in texts[:-2]]


class Place(Protocol):
    """Where the endpoint runs, serving the models of `tiny`."""

    def send(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Send a request and return the reply."""


@dataclass(frozen=True)
class AsgiPlace:
    """An ASGI application in this very process."""

    app: ASGI

    def send(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Send a request, its body in two parts, and return the reply."""
        half = len(body) // 2
        incoming = [
            {"type": "http.request", "body": body[:half], "more_body": True},
            {"type": "http.request", "body": body[half:], "more_body": False},
        ]
        messages = asyncio.run(self.exchange(scope(method, path, headers or {}), incoming))
        start, *parts = messages
        assert start["type"] == "http.response.start"
        assert not parts[-1].get("more_body", False), "the reply has no end"
        found = {name.decode(): value.decode() for name, value in start["headers"]}
        bodies = tuple(part["body"] for part in parts if part["body"])
        return Reply(start["status"], found, bodies)

    async def exchange(
        self, scope: dict[str, Any], incoming: list[dict[str, Any]], leave_after: int | None = None
    ) -> list[dict[str, Any]]:
        """Run the application; return what it sent. The caller leaves after so many messages."""
        sent: list[dict[str, Any]] = []
        gone = asyncio.Event()

        async def receive() -> dict[str, Any]:
            if incoming:
                return incoming.pop(0)
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(dict(message))
            if leave_after is not None and len(sent) >= leave_after:
                gone.set()

        if leave_after == 0:
            gone.set()
        await self.app(scope, receive, send)
        return sent


def scope(method: str, path: str, headers: Mapping[str, str]) -> dict[str, Any]:
    """Return an ASGI scope."""
    pairs = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    return {
        "type": "http",
        "method": method,
        "path": path,
        "headers": pairs,
        "client": ("127.0.0.1", 1),
    }


@dataclass(frozen=True)
class HttpPlace:
    """A server at an address, which asks for a key; `log` is the file it writes to."""

    host: str
    port: int
    key: str
    log: Path

    def send(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Send a request and return the reply."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
        try:
            own = {"authorization": f"Bearer {self.key}", **(headers or {})}
            connection.request(method, path, body, own)
            response = connection.getresponse()
            parts = []
            while part := response.read1():
                parts.append(part)
            found = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, found, tuple(parts))
        finally:
            connection.close()


@dataclass(frozen=True)
class LinePlace:
    """A process that reads a request a line and writes the reply, both JSON: a tab in Chromium."""

    into: IO[str]
    out: IO[str]

    def send(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Send a request and return the reply."""
        request = {"method": method, "path": path, "headers": dict(headers or {})}
        self.into.write(json.dumps({**request, "body": b64encode(body).decode()}) + "\n")
        self.into.flush()
        told = json.loads(self.out.readline())
        return Reply(told["status"], dict(told["headers"]), tuple(map(b64decode, told["parts"])))


def ask_chat(place: Place, asked: str | list[Any], **fields: object) -> Reply:
    """Send a chat request: a question or messages, and whatever other fields."""
    messages = [{"role": "user", "content": asked}] if isinstance(asked, str) else asked
    body = {"model": tiny.NAME, "messages": messages, **fields}
    return place.send("POST", "/v1/chat/completions", json.dumps(body).encode())
