"""A streamed reply, in every place."""

from typing import Any

from endpoint.conftest import Ask

STORY = "Tell me a long story"
WHOLE = "Once there was a fox. It ran. The end came."


def test_pieces_make_up_the_answer(ask: Ask) -> None:
    """Role first, then several pieces, then the end; together they are the whole answer."""
    reply = ask(STORY, stream=True)
    assert reply.status == 200
    assert reply.headers["cache-control"] == "no-cache"
    events = reply.events()
    assert {event["object"] for event in events} == {"chat.completion.chunk"}
    assert len({event["id"] for event in events}) == 1
    deltas = [event["choices"][0]["delta"] for event in events]
    assert deltas[0]["role"] == "assistant"
    assert "".join(delta.get("content") or "" for delta in deltas) == WHOLE
    assert len([delta for delta in deltas if delta.get("content")]) > 1
    assert [event["choices"][0]["finish_reason"] for event in events[:-1]] == [None] * (
        len(events) - 1
    )
    assert events[-1]["choices"][0]["finish_reason"] == "stop"
    assert "usage" not in events[-1]


def test_the_extension_comes_with_the_end(ask: Ask) -> None:
    """Confidence and receipts are on the last chunk of a choice, and only there."""
    events = ask(STORY, stream=True).events()
    assert events[-1]["arenalab"]["receipts"][0]["span_id"] == "long"
    assert not any("arenalab" in event for event in events[:-1])


def test_usage_comes_last_when_asked_for(ask: Ask) -> None:
    """One more chunk without choices holds it; on all others it is null."""
    events = ask(STORY, stream=True, stream_options={"include_usage": True}).events()
    assert events[-1]["choices"] == []
    assert events[-1]["usage"] == ask(STORY).json()["usage"]
    assert all(event["usage"] is None for event in events[:-1])


def test_a_stream_keeps_to_limit_and_stop(ask: Ask) -> None:
    """What is cut in one piece is cut in many."""
    assert _said(ask(STORY, stream=True, max_tokens=8).events()) == (
        "Once there was a fox.",
        "length",
    )
    assert _said(ask(STORY, stream=True, stop="fox").events()) == ("Once there was a ", "stop")


def test_choices_stream_one_after_the_other(ask: Ask) -> None:
    """Each has its own index, its own role and its own end."""
    events = ask(STORY, stream=True, n=2).events()
    for index in range(2):
        own = [event for event in events if event["choices"][0]["index"] == index]
        assert _said(own) == (WHOLE, "stop")


def test_a_fault_before_the_first_piece_is_an_error(ask: Ask) -> None:
    """A request that cannot be answered gets its status, not a stream."""
    reply = ask("", stream=True)
    assert reply.status == 400
    assert reply.headers["content-type"] == "application/json"


def _said(events: list[Any]) -> tuple[str, str]:
    choices = [event["choices"][0] for event in events]
    text = "".join(choice["delta"].get("content") or "" for choice in choices)
    return text, choices[-1]["finish_reason"]
