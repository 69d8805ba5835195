"""Replies of real HTTP, made of the providers' own types: whole, broken, slow, huge, hostile."""

import asyncio
import json
import socket
import threading
from collections.abc import Sequence

import pytest

from arenalab.errors import ProviderError
from arenalab.fallback import PROVIDERS, address, ask, prompt
from arenalab.fallback.provider import Name
from arenalab.server.sending import new_client, sender
from fallback.loopback import Loopback
from fallback.payloads import EVENTS, FINISHED, LENGTH, PATHS, WITHHELD

pytestmark = pytest.mark.native

KEY = "sk-secret-of-the-person-0123456789"
WORDS = ["It ", "rains ", "in ", "Bergen – ", "всегда."]


def told(
    name: Name, base: str, *, key: str = KEY, patience: float = 10.0, most: int = 10**6
) -> tuple[str, ProviderError | None]:
    """Ask a provider; return what it said, at most so many pieces, and how it failed."""

    async def run() -> tuple[str, ProviderError | None]:
        chosen, said = PROVIDERS[name], list[str]()
        async with new_client() as client:
            words = ask(
                sender(client, key),
                chosen,
                address(chosen, base),
                "some-model",
                prompt("Does it rain?", (), ()),
                patience=patience,
            )
            try:
                async for word in words:
                    said.append(word)
                    if len(said) == most:
                        await words.aclose()
                        break
            except ProviderError as error:
                return "".join(said), error
        return "".join(said), None

    return asyncio.run(run())


def failed(name: Name, loopback: Loopback, **options: float) -> ProviderError:
    """Return how asking fails; no message may hold the key, whole or in part."""
    said, error = told(name, loopback.base, **options)  # type: ignore[arg-type]
    assert said == ""
    assert error is not None
    assert KEY[:12] not in f"{error}{error.__cause__!r}"
    return error


def replies(loopback: Loopback, name: Name, words: Sequence[str], finish: str | None) -> None:
    """Let the provider say `words`."""
    loopback.pieces = list(EVENTS[name](words, finish))
    loopback.headers = {"content-type": "text/event-stream"}


def test_a_reply_streams_in(name: Name, loopback: Loopback) -> None:
    """Its words are said as the provider said them; the key is in its header and nowhere else."""
    replies(loopback, name, WORDS, FINISHED[name])
    assert told(name, loopback.base) == ("".join(WORDS), None)
    (target, headers, body) = loopback.asked[0]
    path = PATHS[name]
    assert target.split("?")[0] == path.path
    assert headers[path.header] == path.prefix + KEY
    assert [header for header, value in headers.items() if KEY in value] == [path.header]
    assert KEY not in target
    assert KEY.encode() not in body


def test_a_local_server_may_want_no_key(loopback: Loopback) -> None:
    """Then no header pretends there is one."""
    replies(loopback, "compatible", WORDS, "stop")
    assert told("compatible", loopback.base, key="") == ("".join(WORDS), None)
    assert "authorization" not in loopback.asked[0][1]


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_pieces_may_be_cut_anywhere(name: Name, loopback: Loopback, size: int) -> None:
    """A network cuts where it likes."""
    replies(loopback, name, WORDS, FINISHED[name])
    whole = b"".join(loopback.pieces)
    loopback.pieces = [whole[i : i + size] for i in range(0, len(whole), size)]
    assert told(name, loopback.base) == ("".join(WORDS), None)


def test_a_broken_stream_keeps_what_came(name: Name, loopback: Loopback) -> None:
    """The words so far are said, and then that it broke off."""
    replies(loopback, name, WORDS[:2], None)
    said, error = told(name, loopback.base)
    assert said == "It rains "
    assert error
    assert error.reason == "broken"
    loopback.breaks = True
    said, error = told(name, loopback.base)
    assert said == "It rains "
    assert error
    assert error.reason == "unreachable"


def test_a_length_limit_is_told(name: Name, loopback: Loopback) -> None:
    """Its own limit is no fault, but the person learns that there was more."""
    replies(loopback, name, WORDS, LENGTH[name])
    said, error = told(name, loopback.base)
    assert said == "".join(WORDS)
    assert error
    assert error.reason == "cut"


def test_a_reply_held_back_is_told(name: Name, loopback: Loopback) -> None:
    """A provider's own filter is named."""
    replies(loopback, name, [], WITHHELD[name])
    assert failed(name, loopback).reason == "refused"


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_key_is_never_repeated(name: Name, loopback: Loopback, status: int) -> None:
    """Not even where the provider does."""
    loopback.status = status
    said = json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}})
    loopback.pieces = [said.encode()]
    error = failed(name, loopback)
    assert error.reason == "key"
    assert "check it" in str(error)


def test_too_often_says_when_again(name: Name, loopback: Loopback) -> None:
    """Retry-After is passed on where it is a number of seconds."""
    loopback.status, loopback.headers = 429, {"retry-after": "17"}
    error = failed(name, loopback)
    assert (error.reason, error.retry_after) == ("rate", 17)
    assert "in 17 seconds" in str(error)
    for strange in ("Wed, 21 Oct 2026 07:28:00 GMT", "nan", "-1", ""):
        loopback.headers = {"retry-after": strange}
        error = failed(name, loopback)
        assert error.retry_after is None
        assert "try again later" in str(error)


@pytest.mark.parametrize("status", [500, 503, 529])
def test_a_fault_of_the_provider(name: Name, loopback: Loopback, status: int) -> None:
    """Its own fault is told as such."""
    loopback.status, loopback.pieces = status, [b"<html>oops"]
    error = failed(name, loopback)
    assert error.reason == "down"
    assert str(status) in str(error)


def test_a_request_it_does_not_take(name: Name, loopback: Loopback) -> None:
    """Its reason is quoted, but for anything like a key."""
    message = f"The model 'x' does not exist for {KEY}"
    loopback.status = 404
    loopback.pieces = [json.dumps({"error": {"message": message}}).encode()]
    error = failed(name, loopback)
    assert error.reason == "request"
    assert "The model 'x' does not exist for …" in str(error)


def test_no_redirection_is_followed(name: Name, loopback: Loopback) -> None:
    """A key goes to the address it was given for."""
    loopback.status, loopback.headers = 307, {"location": f"{loopback.base}/elsewhere"}
    assert failed(name, loopback).reason == "request"
    assert len(loopback.asked) == 1


def test_silence_ends(name: Name, loopback: Loopback) -> None:
    """A provider that says nothing is not waited for without end."""
    replies(loopback, name, WORDS, FINISHED[name])
    loopback.pauses = 5
    error = failed(name, loopback, patience=0.2)
    assert error.reason == "timeout"


def test_a_huge_reply_ends(name: Name, loopback: Loopback) -> None:
    """Memory is bounded whatever a provider sends."""
    loopback.pieces = [b"data: " + b"x" * 2_000_000]
    assert failed(name, loopback).reason == "too_large"


@pytest.mark.parametrize("data", ["not json", "[]", "null", '"text"', "[" * 100_000])
def test_rubbish_is_an_error(name: Name, loopback: Loopback, data: str) -> None:
    """What is no object of the provider's cannot be read."""
    loopback.pieces = [f"data: {data}\n\n".encode()]
    assert failed(name, loopback).reason == "broken"


@pytest.mark.parametrize(
    "data",
    ["{}", '{"choices": 3}', '{"choices": [{"delta": {"content": 5}}]}', '{"candidates": {"0": 1}}',
     '{"type": "content_block_delta", "delta": []}', '{"candidates": [{"content": {"parts": 1}}]}'],
)  # fmt: skip
def test_strange_shapes_say_nothing(name: Name, loopback: Loopback, data: str) -> None:
    """A field of another type is no text; the stream then ends too early."""
    loopback.pieces = [f"data: {data}\n\n".encode()]
    assert failed(name, loopback).reason == "broken"


@pytest.mark.parametrize(
    ("name", "event", "reason"),
    [
        ("openai", {"error": {"message": "Overloaded"}}, "down"),
        (
            "anthropic",
            {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}},
            "down",
        ),
        ("gemini", {"error": {"code": 503, "message": "Overloaded"}}, "down"),
        ("gemini", {"promptFeedback": {"blockReason": "SAFETY"}}, "refused"),
    ],
)
def test_errors_inside_a_stream(name: Name, event: object, reason: str, loopback: Loopback) -> None:
    """A provider may give up after status 200."""
    loopback.pieces = [f"data: {json.dumps(event)}\n\n".encode()]
    assert failed(name, loopback).reason == reason


def test_nobody_listens(name: Name) -> None:
    """An address where nothing is says so, with the host."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{free.getsockname()[1]}"
    said, error = told(name, base)
    assert said == ""
    assert error
    assert error.reason == "unreachable"
    assert "127.0.0.1" in str(error)


def test_who_stops_listening_ends_the_request(loopback: Loopback) -> None:
    """A stopped answer costs no more tokens."""
    replies(loopback, "openai", WORDS * 500, "stop")
    loopback.pauses = 0.01
    said, error = told("openai", loopback.base, most=1)
    assert (said, error) == ("It ", None)
    waited = threading.Event()
    for _ in range(100):
        if loopback.left:
            break
        waited.wait(0.05)
    assert loopback.left
