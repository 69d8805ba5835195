"""What only the bare application shows: work that stops, our faults, models that come and go."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from arenalab.arena import Arena
from arenalab.endpoint import Platform, application
from arenalab.telemetry import Exchange, Telemetry
from endpoint import tiny
from endpoint.place import AsgiPlace, scope

T = TypeVar("T")

pytestmark = pytest.mark.native  # asyncio.run

CHAT = "/v1/chat/completions"


class Watched:
    """The application, the exchanges it recorded, and how often it was asked to work."""

    def __init__(self, arena: Arena, *, slow: bool = False) -> None:
        self.worked = 0
        self.slow = slow
        self.exchanges: list[Exchange] = []
        platform = Platform(lambda: 0.0, lambda: "1", self.run)
        telemetry = Telemetry((self.exchanges.append,))
        self.place = AsgiPlace(application({tiny.NAME: arena}, platform, telemetry=telemetry))

    async def run(self, work: Callable[[], T]) -> T:
        """Work; first wait for others for ever, if slow."""
        if self.slow:
            await asyncio.Event().wait()
        self.worked += 1
        await asyncio.sleep(0)
        return work()

    def send(
        self, path: str, body: dict[str, Any], *, leave_after: int | None, whole: bool = True
    ) -> list[dict[str, Any]]:
        """Send a request, and leave after so many messages of the reply."""
        data = json.dumps(body).encode()
        incoming = [{"type": "http.request", "body": data, "more_body": not whole}]
        exchange = self.place.exchange(scope("POST", path, {}), incoming, leave_after)
        return asyncio.run(asyncio.wait_for(exchange, 10))

    @property
    def status(self) -> int:
        """The status of the only exchange."""
        [exchange] = self.exchanges
        return exchange.status


STORY = {
    "model": tiny.NAME,
    "messages": [{"role": "user", "content": "Tell me a long story"}],
    "stream": True,
    "n": 100,
}


def test_a_stream_stops_when_its_reader_leaves(arena: Arena) -> None:
    """After the caller is gone hardly another piece is made."""
    watched = Watched(arena)
    whole = len(watched.send(CHAT, STORY, leave_after=None))
    cut = len(watched.send(CHAT, STORY, leave_after=5))
    assert whole > 400
    assert cut < 20
    assert [exchange.status for exchange in watched.exchanges] == [200, 499]


def test_work_that_waits_is_not_begun(arena: Arena) -> None:
    """Who leaves before it is its turn is not answered."""
    watched = Watched(arena, slow=True)
    assert watched.send(CHAT, {**STORY, "stream": False}, leave_after=0) == []
    assert (watched.worked, watched.status) == (0, 499)


def test_embedding_stops_between_batches(arena: Arena) -> None:
    """Of many texts only those are encoded that were begun."""
    watched = Watched(arena)
    body = {"model": tiny.NAME, "input": ["the app"] * 2000}
    assert watched.send("/v1/embeddings", body, leave_after=0) == []
    assert watched.worked < 5
    assert watched.status == 499


def test_half_a_body_is_no_request(arena: Arena) -> None:
    """A caller who leaves while sending gets no reply, and costs nothing."""
    watched = Watched(arena)
    assert watched.send(CHAT, STORY, leave_after=0, whole=False) == []
    assert (watched.worked, watched.status) == (0, 499)


def test_a_broken_engine_is_a_typed_error(arena: Arena) -> None:
    """A fault of ours is told as one; its cause goes to telemetry alone."""
    watched = Watched(arena)

    async def broken(_work: Callable[[], T]) -> T:
        raise RuntimeError("secret of the house")

    platform = Platform(lambda: 0.0, lambda: "1", broken)
    telemetry = Telemetry((watched.exchanges.append,))
    place = AsgiPlace(application({tiny.NAME: arena}, platform, telemetry=telemetry))
    reply = place.send("POST", CHAT, json.dumps(STORY).encode())
    assert reply.status == 500
    assert reply.json()["error"]["type"] == "server_error"
    assert b"secret" not in reply.body
    assert "secret" in str(watched.exchanges[0].error)


def test_models_come_and_go(arena: Arena) -> None:
    """A pack that is opened is served at once, and one that is closed no longer."""
    open_packs: dict[str, Arena] = {}
    place = AsgiPlace(application(open_packs, Platform(lambda: 0.0, lambda: "1")))
    assert place.send("GET", "/v1/models").json()["data"] == []
    open_packs["new"] = arena
    assert place.send("GET", "/v1/models/new").status == 200
    del open_packs["new"]
    assert place.send("GET", "/v1/models/new").status == 404


def test_only_http_is_spoken(arena: Arena) -> None:
    """Another protocol is refused aloud, not misread."""
    with pytest.raises(ValueError, match="websocket"):
        asyncio.run(Watched(arena).place.exchange({"type": "websocket"}, []))
