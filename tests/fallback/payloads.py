"""What providers send, made with their own SDKs' types, so that it has the shape they promise."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from anthropic import types as anthropic
from google.genai import types as gemini
from openai.types.chat import ChatCompletionChunk
from openai.types.chat.chat_completion_chunk import Choice, ChoiceDelta
from pydantic import BaseModel

from arenalab.fallback.provider import Name

FINISHED = {"openai": "stop", "compatible": "stop", "anthropic": "end_turn", "gemini": "STOP"}
LENGTH = {
    "openai": "length", "compatible": "length", "anthropic": "max_tokens", "gemini": "MAX_TOKENS",
}  # fmt: skip
WITHHELD = {
    "openai": "content_filter", "compatible": "content_filter", "anthropic": "refusal",
    "gemini": "SAFETY",
}  # fmt: skip


def openai_events(words: Sequence[str], finish: str | None) -> Iterator[bytes]:
    """A role, the words, a reason to end, and the word that ends the stream."""

    def chunk(delta: ChoiceDelta, reason: str | None = None) -> bytes:
        choice = Choice.model_validate({"index": 0, "delta": delta, "finish_reason": reason})
        return _data(
            ChatCompletionChunk(
                id="chatcmpl-1",
                created=1,
                model="gpt-5-mini",
                object="chat.completion.chunk",
                choices=[choice],
            )
        )

    yield chunk(ChoiceDelta(role="assistant", content=""))
    for word in words:
        yield chunk(ChoiceDelta(content=word))
    if finish is not None:
        yield chunk(ChoiceDelta(), finish)
        yield b"data: [DONE]\n\n"


def anthropic_events(words: Sequence[str], finish: str | None) -> Iterator[bytes]:
    """The message's start, one block of text with a ping in it, and the message's end."""
    usage = anthropic.Usage(input_tokens=3, output_tokens=1)
    message = anthropic.Message(
        id="msg_1",
        content=[],
        model="claude-haiku-4-5",
        role="assistant",
        type="message",
        usage=usage,
    )
    yield _named(anthropic.RawMessageStartEvent(type="message_start", message=message))
    yield _named(
        anthropic.RawContentBlockStartEvent(
            type="content_block_start",
            index=0,
            content_block=anthropic.TextBlock(type="text", text=""),
        )
    )
    yield b'event: ping\ndata: {"type": "ping"}\n\n'
    for word in words:
        delta = anthropic.TextDelta(type="text_delta", text=word)
        yield _named(
            anthropic.RawContentBlockDeltaEvent(type="content_block_delta", index=0, delta=delta)
        )
    yield _named(anthropic.RawContentBlockStopEvent(type="content_block_stop", index=0))
    if finish is not None:
        ended = {"type": "message_delta", "delta": {"stop_reason": finish}, "usage": {}}
        ended["usage"] = {"output_tokens": 2}
        yield _named(anthropic.RawMessageDeltaEvent.model_validate(ended))
        yield _named(anthropic.RawMessageStopEvent(type="message_stop"))


def gemini_events(words: Sequence[str], finish: str | None) -> Iterator[bytes]:
    """A thought, the words, and a last response with the reason to end."""

    def response(part: gemini.Part | None, reason: str | None = None) -> bytes:
        candidate = gemini.Candidate(
            content=gemini.Content(role="model", parts=[part] if part else None),
            finish_reason=gemini.FinishReason(reason) if reason else None,
        )
        return _data(gemini.GenerateContentResponse(candidates=[candidate]))

    yield response(gemini.Part(text="They ask about the weather.", thought=True))
    for word in words:
        yield response(gemini.Part(text=word))
    if finish is not None:
        yield response(None, finish)


EVENTS: dict[Name, Callable[[Sequence[str], str | None], Iterator[bytes]]] = {
    "openai": openai_events,
    "compatible": openai_events,
    "anthropic": anthropic_events,
    "gemini": gemini_events,
}


@dataclass(frozen=True)
class Path:
    """Where a provider is asked, below its base."""

    path: str
    header: str
    prefix: str = ""


PATHS: dict[Name, Path] = {
    "openai": Path("/chat/completions", "authorization", "Bearer "),
    "compatible": Path("/chat/completions", "authorization", "Bearer "),
    "anthropic": Path("/v1/messages", "x-api-key"),
    "gemini": Path("/v1beta/models/some-model:streamGenerateContent", "x-goog-api-key"),
}


def _data(value: BaseModel) -> bytes:
    return f"data: {value.model_dump_json(by_alias=True, exclude_none=True)}\n\n".encode()


def _named(value: BaseModel) -> bytes:
    return f"event: {value.model_dump()['type']}\n".encode() + _data(value)
