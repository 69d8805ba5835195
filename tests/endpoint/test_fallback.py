"""A provider behind the endpoint: asked where the pack is not sure, and marked as such."""

import itertools
import json
import os
import socket
import subprocess
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openai
import pytest
from openai.types.chat import ChatCompletion

from arenalab.arena import Arena
from arenalab.endpoint import Fallback, Platform, application
from arenalab.fallback import PROVIDERS, Request, Response, address
from arenalab.fallback.provider import Name
from arenalab.server.sending import new_client, sender
from arenalab.telemetry import Exchange, Telemetry
from arenalab.telemetry.counts import Counts
from endpoint import tiny
from endpoint.conftest import COMMAND, TINY, ready
from endpoint.place import AsgiPlace, HttpPlace, Reply, ask_chat
from fallback.loopback import Loopback, running
from fallback.payloads import EVENTS, FINISHED

pytestmark = pytest.mark.native

KEY = "sk-secret-of-the-owner-0123456789"
WORDS = ["It ", "rains ", "in ", "Bergen."]
STRANGE = "zebras sleep upright"
KNOWN = "How do I reset my password?"


@pytest.fixture(scope="module")
def provider() -> Iterator[Loopback]:
    """Return a provider on this machine."""
    with running() as provider:
        yield provider


class Asked:
    """An endpoint with a fallback, what was recorded of its exchanges, and how to ask it."""

    def __init__(self, arena: Arena, provider: Loopback, name: Name, below: float) -> None:
        self.exchanges: list[Exchange] = []
        self.provider = provider
        chosen = PROVIDERS[name]
        fallback = Fallback(name, address(chosen, provider.base), "big-one", below, self._send)
        numbers = itertools.count(1)
        platform = Platform(lambda: 1_800_000_000.0, lambda: f"{next(numbers):08x}")
        telemetry = Telemetry((self.exchanges.append,))
        app = application({tiny.NAME: arena}, platform, telemetry=telemetry, fallback=fallback)
        self.place = AsgiPlace(app)

    async def _send(self, request: Request) -> Response:
        client = new_client()
        response = await sender(client, KEY)(request)

        async def body() -> AsyncGenerator[bytes, None]:
            try:
                async for piece in response.body:
                    yield piece
            finally:
                await client.aclose()

        return replace(response, body=body())

    def __call__(self, asked: str, **fields: object) -> Reply:
        """Send a question."""
        return ask_chat(self.place, asked, **fields)


@pytest.fixture
def asked(arena: Arena, provider: Loopback) -> Callable[..., Asked]:
    """Return what makes an endpoint whose provider says `words`."""

    def make(
        words: Sequence[str] = WORDS, *, name: Name = "openai", below: float = 0.5, **does: object
    ) -> Asked:
        fresh = {"status": 200, "headers": {}, "pauses": 0.0, "breaks": False, "asked": []}
        fresh["pieces"] = list(EVENTS[name](words, FINISHED[name]))
        for field, value in (fresh | does).items():
            setattr(provider, field, value)
        return Asked(arena, provider, name, below)

    return make


def content(reply: Reply) -> Any:  # noqa: ANN401 - JSON
    """Return what a whole reply says."""
    return reply.json()["choices"][0]["message"]["content"]


@pytest.mark.parametrize("name", PROVIDERS)
def test_what_the_pack_does_not_know_the_provider_answers(
    name: Name, asked: Callable[..., Asked]
) -> None:
    """In its own words, marked as its own, with the matches as evidence and in the receipts."""
    ask = asked(name=name)
    reply = ask(STRANGE)
    ChatCompletion.model_validate(reply.json())
    assert content(reply) == "It rains in Bergen."
    told = reply.json()["arenalab"]
    assert told["kind"] == "provider"
    title = PROVIDERS[name].title
    assert told["provider"] == {"name": name, "title": title, "model": "big-one", "error": None}
    assert told["method"].startswith(f"{title} big-one, with ")
    body = ask.provider.asked[0][2].decode()
    assert STRANGE in body
    assert told["receipts"]
    assert all(json.dumps(r["outcome"])[1:-1] in body for r in told["receipts"])


def test_what_the_pack_knows_stays_its_own(asked: Callable[..., Asked]) -> None:
    """The provider is not even asked."""
    ask = asked()
    assert ask(KNOWN).json()["arenalab"]["kind"] == "answer"
    assert ask.provider.asked == []


def test_words_stream_as_they_come(asked: Callable[..., Asked]) -> None:
    """Each word of the provider is an event of its own, between a role and an end."""
    events = asked()(STRANGE, stream=True, stream_options={"include_usage": True}).events()
    deltas = [e["choices"][0]["delta"] for e in events[:-1]]
    assert deltas[0] == {"role": "assistant", "refusal": None, "content": ""}
    assert [d["content"] for d in deltas[1:-1]] == WORDS
    assert events[-2]["choices"][0]["finish_reason"] == "stop"
    assert events[-2]["arenalab"]["kind"] == "provider"
    assert events[-1]["usage"]["completion_tokens"] > 0


@pytest.mark.parametrize("stream", [False, True])
def test_limits_hold_for_its_words_too(asked: Callable[..., Asked], *, stream: bool) -> None:
    """Stop sequences and lengths cut a provider's words as they cut a diamond's."""
    ask = asked(["One sentence. ", "Another one. ", "STOP and more."])
    reply = ask(STRANGE, stop="STOP", n=2, stream=stream)
    if stream:
        events = [e for e in reply.events() if e["choices"][0]["index"] == 1]
        said = "".join(e["choices"][0]["delta"].get("content") or "" for e in events)
    else:
        said = content(reply)
    assert said.rstrip() == "One sentence. Another one."


@pytest.mark.parametrize("stream", [False, True])
def test_a_provider_that_fails_at_once_costs_nothing(
    asked: Callable[..., Asked], *, stream: bool
) -> None:
    """The arena's own reply is sent, with what went wrong beside it; never the key."""
    ask = asked(status=401, pieces=[json.dumps({"error": {"message": f"no: {KEY}"}}).encode()])
    reply = ask(STRANGE, stream=stream)
    told = reply.events()[-1]["arenalab"] if stream else reply.json()["arenalab"]
    assert told["kind"] == "unknown"
    assert told["provider"]["error"]["reason"] == "key"
    assert KEY.encode() not in reply.body
    assert ask.exchanges[0].fallback == ("openai", "key")


@pytest.mark.parametrize("stream", [False, True])
def test_a_provider_that_breaks_off_keeps_its_words(
    asked: Callable[..., Asked], *, stream: bool
) -> None:
    """What came is said; it ends as something that was cut short."""
    ask = asked(pieces=list(EVENTS["openai"](WORDS[:2], None)), breaks=True)
    reply = ask(STRANGE, stream=stream)
    if stream:
        end = reply.events()[-1]
        said = "".join(e["choices"][0]["delta"].get("content") or "" for e in reply.events())
        told, finish = end["arenalab"], end["choices"][0]["finish_reason"]
    else:
        said, told = content(reply), reply.json()["arenalab"]
        finish = reply.json()["choices"][0]["finish_reason"]
    assert (said, finish) == ("It rains ", "length")
    assert told["provider"]["error"]["reason"] == "unreachable"


def test_forms_and_tools_are_not_the_providers(asked: Callable[..., Asked]) -> None:
    """Where JSON is asked for, the arena answers for itself."""
    ask = asked()
    ask(STRANGE, response_format={"type": "json_object"})
    assert ask.provider.asked == []


def test_operators_see_it(asked: Callable[..., Asked]) -> None:
    """Fallbacks are counted by provider and outcome, and take a stage of their own."""
    ask = asked()
    ask(STRANGE)
    (exchange,) = ask.exchanges
    assert exchange.fallback == ("openai", "done")
    assert exchange.result == "provider"
    assert exchange.stages[-2].name == "provider"
    counts = Counts()
    counts.observe(exchange)
    text = counts.exposition("", {})[0].decode()
    assert 'arenalab_fallbacks_total{provider="openai",result="done"} 1' in text
    assert KEY not in f"{exchange}{text}"


def test_the_command_serves_it(provider: Loopback, tmp_path: Path) -> None:
    """`arenalab serve --provider` takes the key from the environment, and writes it nowhere."""
    (tmp_path / "tiny.encoder").write_bytes(tiny.encoder_file())
    (tmp_path / f"{tiny.NAME}.diamonds").write_bytes(tiny.pack_file())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [*TINY, "--port", str(port), "--provider", "compatible"]
    options += ["--provider-url", provider.base, "--provider-model", "big-one", "--below", "0.9"]
    log = tmp_path / "log.txt"
    with log.open("wb") as file:
        running = subprocess.Popen(
            [*COMMAND, "serve", f"{tiny.NAME}.diamonds", *options],
            cwd=tmp_path,
            stderr=file,
            env={**os.environ, "ARENALAB_PROVIDER_KEY": KEY},
        )
    provider.status, provider.headers, provider.pauses, provider.breaks = 200, {}, 0.0, False
    provider.pieces = list(EVENTS["openai"](WORDS, "stop"))
    provider.asked.clear()
    try:
        place = ready(HttpPlace("127.0.0.1", port, "any", log), running)
        client = openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="any")
        with client:
            stream = client.chat.completions.create(
                model=tiny.NAME, messages=[{"role": "user", "content": STRANGE}], stream=True
            )
            said = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
        metrics = place.send("GET", "/metrics").body.decode()
    finally:
        running.terminate()
        running.wait(20)
    assert said == "It rains in Bergen."
    assert provider.asked[0][1]["authorization"] == f"Bearer {KEY}"
    assert 'arenalab_fallbacks_total{provider="compatible",result="done"} 1.0' in metrics
    assert KEY not in log.read_text() + metrics


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--provider", "opnai"], "'opnai' is not known; use one of openai"),
        (["--provider", "compatible"], "give an address such as"),
        (["--provider", "compatible", "--provider-url", "https://example.org"], "name one"),
        (["--provider", "openai", "--provider-url", "http://example.org"], "http:// only for this"),
    ],
)
def test_a_provider_that_cannot_be_is_refused(
    options: list[str], said: str, tmp_path: Path
) -> None:
    """With exit code 2 and what to give instead."""
    (tmp_path / "tiny.encoder").write_bytes(b"")
    command = [*COMMAND, "serve", "x.diamonds", *TINY, *options]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
