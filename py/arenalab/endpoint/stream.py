"""A reply in chunks, as server-sent events."""

from collections.abc import Iterator

from arenalab.endpoint.chat import Reply
from arenalab.endpoint.cut import pieces
from arenalab.openai_wire import ChatRequest, Choice, Envelope
from arenalab.openai_wire.response import DONE, Json, call_json, chunk, event, usage_chunk

ROLE = {"role": "assistant", "refusal": None}


def events(request: ChatRequest, reply: Reply, envelope: Envelope) -> Iterator[bytes]:
    """Yield the events of a streamed reply: each choice from its role to its end, usage, done."""
    for index in range(request.choices):
        for delta in _deltas(reply.choice):
            yield _chunk(request, envelope, delta, index)
        yield _end(request, reply, envelope, index)
    yield from _usage(request, reply, envelope)


def first_event(request: ChatRequest, envelope: Envelope) -> bytes:
    """Return the event that begins a reply whose words are still to come."""
    return _chunk(request, envelope, {**ROLE, "content": ""})


def next_event(request: ChatRequest, envelope: Envelope, words: str) -> bytes:
    """Return the event that says the next words."""
    return _chunk(request, envelope, {"content": words})


def last_events(request: ChatRequest, reply: Reply, envelope: Envelope) -> Iterator[bytes]:
    """Yield the events that end a reply whose words have been said."""
    yield _end(request, reply, envelope)
    yield from _usage(request, reply, envelope)


def _chunk(request: ChatRequest, envelope: Envelope, delta: Json, index: int = 0) -> bytes:
    return event(chunk(envelope, index, delta, with_usage=request.include_usage))


def _end(request: ChatRequest, reply: Reply, envelope: Envelope, index: int = 0) -> bytes:
    return event(
        chunk(
            envelope,
            index,
            {},
            finish=reply.choice.finish,
            with_usage=request.include_usage,
            extension=reply.extension,
        )
    )


def _usage(request: ChatRequest, reply: Reply, envelope: Envelope) -> Iterator[bytes]:
    if request.include_usage:
        yield event(usage_chunk(envelope, reply.usage))
    yield DONE


def _deltas(choice: Choice) -> Iterator[Json]:
    if choice.text is not None:
        yield {**ROLE, "content": ""}
        for piece in pieces(choice.text):
            yield {"content": piece}
        return
    yield {**ROLE, "content": None}
    for place, call in enumerate(choice.calls):
        opened = call_json(call)
        opened["function"] = {"name": call.name, "arguments": ""}
        yield {"tool_calls": [{"index": place, **opened}]}
        for piece in pieces(call.arguments):
            yield {"tool_calls": [{"index": place, "function": {"arguments": piece}}]}
