"""Pages of other origins: those that are listed may call, others get no leave."""

import json

import pytest

from arenalab.arena import Arena
from arenalab.endpoint import Platform, application
from arenalab.endpoint.keys import key_guard
from arenalab.endpoint.origins import allowing
from endpoint import tiny
from endpoint.conftest import KEY, ORIGIN
from endpoint.place import AsgiPlace, HttpPlace

pytestmark = pytest.mark.native  # asyncio.run

CHAT = "/v1/chat/completions"
ASKING = {
    "origin": ORIGIN,
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization, content-type",
}


@pytest.fixture(params=[[ORIGIN], ["*"]], ids=["listed", "all"])
def door(arena: Arena, request: pytest.FixtureRequest) -> AsgiPlace:
    """Return an application that asks for a key, and lets pages call."""
    platform = Platform(lambda: 0.0, lambda: "1")
    guards = [key_guard((KEY,))]
    app = application({tiny.NAME: arena}, platform, guards=guards)
    return AsgiPlace(allowing(app, request.param))


def test_the_question_in_advance_is_answered(door: AsgiPlace) -> None:
    """Without a key, with the methods and the headers that were asked for."""
    reply = door.send("OPTIONS", CHAT, headers=ASKING)
    assert (reply.status, reply.body) == (200, b"")
    assert reply.headers["access-control-allow-origin"] == ORIGIN
    assert "POST" in reply.headers["access-control-allow-methods"]
    assert reply.headers["access-control-allow-headers"] == "authorization, content-type"


def test_replies_and_errors_can_be_read(door: AsgiPlace) -> None:
    """Both say that this origin may read them, and which of their headers."""
    key = {"authorization": f"Bearer {KEY}"}
    for headers, status in (({}, 401), (key, 200)):
        reply = door.send("GET", "/v1/models", headers={"origin": ORIGIN, **headers})
        assert reply.status == status
        assert reply.headers["access-control-allow-origin"] == ORIGIN
        assert reply.headers["vary"] == "origin"
        assert "x-request-id" in reply.headers["access-control-expose-headers"]


def test_others_get_no_leave(arena: Arena) -> None:
    """Another origin, or a caller that is no page, is served as ever, without leave to show it."""
    app = application({tiny.NAME: arena}, Platform(lambda: 0.0, lambda: "1"))
    door = AsgiPlace(allowing(app, [ORIGIN]))
    for headers in ({"origin": "https://evil.example"}, {}):
        reply = door.send("GET", "/v1/models", headers=headers)
        assert reply.status == 200
        assert "access-control-allow-origin" not in reply.headers
    refused = door.send("OPTIONS", CHAT, headers={**ASKING, "origin": "https://evil.example"})
    assert refused.status == 405


def test_a_page_may_call_the_worker(edge: HttpPlace) -> None:
    """At the edge the variable ORIGINS lists them; a stream is readable too."""
    assert edge.send("OPTIONS", CHAT, headers=ASKING).status == 200
    messages = [{"role": "user", "content": "Tell me a long story"}]
    body = json.dumps({"model": tiny.NAME, "messages": messages, "stream": True}).encode()
    reply = edge.send("POST", CHAT, body, {"origin": ORIGIN})
    assert reply.headers["access-control-allow-origin"] == ORIGIN
    assert reply.events()
