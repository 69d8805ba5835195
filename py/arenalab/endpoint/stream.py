"""A reply in chunks, as server-sent events."""

from collections.abc import Iterator

from arenalab.endpoint.chat import Reply
from arenalab.endpoint.cut import pieces
from arenalab.openai_wire import ChatRequest, Choice, Envelope
from arenalab.openai_wire.response import DONE, Json, call_json, chunk, event, usage_chunk


def events(request: ChatRequest, reply: Reply, envelope: Envelope) -> Iterator[bytes]:
    """Yield the events of a streamed reply: each choice from its role to its end, usage, done."""
    with_usage = request.include_usage
    for index in range(request.choices):
        for delta in _deltas(reply.choice):
            yield event(chunk(envelope, index, delta, with_usage=with_usage))
        yield event(
            chunk(
                envelope,
                index,
                {},
                finish=reply.choice.finish,
                with_usage=with_usage,
                extension=reply.extension,
            )
        )
    if with_usage:
        yield event(usage_chunk(envelope, reply.usage))
    yield DONE


def _deltas(choice: Choice) -> Iterator[Json]:
    role = {"role": "assistant", "refusal": None}
    if choice.text is not None:
        yield {**role, "content": ""}
        for piece in pieces(choice.text):
            yield {"content": piece}
        return
    yield {**role, "content": None}
    for place, call in enumerate(choice.calls):
        opened = call_json(call)
        opened["function"] = {"name": call.name, "arguments": ""}
        yield {"tool_calls": [{"index": place, **opened}]}
        for piece in pieces(call.arguments):
            yield {"tool_calls": [{"index": place, "function": {"arguments": piece}}]}
