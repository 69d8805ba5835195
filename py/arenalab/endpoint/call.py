"""One request on its way, and what there is to serve it with."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from arenalab.arena import Arena
from arenalab.endpoint.http import Head, Receive, Send, read_body, send_reply, start_reply
from arenalab.endpoint.model import Model
from arenalab.endpoint.platform import Platform, Settings
from arenalab.endpoint.provided import Fallback
from arenalab.ensemble import Ensemble
from arenalab.openai_wire.errors import model_not_found
from arenalab.telemetry import Exchange, Telemetry

JSON = "application/json"


@dataclass(frozen=True)
class Served:
    """The arenas by their models' names, which may come and go, and all that serving needs."""

    arenas: Mapping[str, Arena | Ensemble]
    platform: Platform
    settings: Settings
    telemetry: Telemetry
    fallback: Fallback | None = None

    def model(self, name: str) -> Model:
        """Return the model called `name`. Raises ApiError (404)."""
        arena = self.arenas.get(name)
        if arena is None:
            raise model_not_found(name, list(self.arenas))
        return Model(name, arena)

    def models(self) -> list[Model]:
        """Return all models."""
        return [Model(name, arena) for name, arena in self.arenas.items()]


@dataclass(slots=True)
class Call:
    """A request's head, its channel to the caller, and what is noted of it.

    `begun` once a reply is on its way: from then on no other can be sent.
    """

    head: Head
    served: Served
    receive: Receive
    send: Send
    exchange: Exchange
    begun: bool = False

    @property
    def now(self) -> float:
        """Unix seconds."""
        return self.served.platform.now()

    async def body(self) -> bytes:
        """Read the body. Raises ApiError (413) when it is too large, Left when the caller goes."""
        body = await read_body(self.receive, self.served.settings.longest_body)
        self.exchange.lap("receive", self.now)
        return body

    async def reply(
        self,
        status: int,
        body: bytes,
        content_type: str = JSON,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Send a whole reply."""
        await send_reply(self.send, status, body, content_type, self._begin(status, headers))

    async def start(self, content_type: str, headers: Mapping[str, str]) -> None:
        """Send the head of a reply (200) that `piece` continues and `end` ends."""
        await start_reply(self.send, 200, content_type, self._begin(200, headers))

    async def piece(self, body: bytes) -> None:
        """Send the next part of a reply."""
        await self.send({"type": "http.response.body", "body": body, "more_body": True})

    async def end(self) -> None:
        """End a reply that was sent in parts."""
        await self.send({"type": "http.response.body", "body": b""})

    def _begin(self, status: int, headers: Mapping[str, str] | None) -> Mapping[str, str]:
        self.begun = True
        self.exchange.status = status
        return {**(headers or {}), "x-request-id": self.exchange.id}


Handler: TypeAlias = Callable[[Call], Awaitable[None]]
