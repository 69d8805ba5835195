"""Replies in OpenAI's shape. Functions of plain values; nothing is decided here.

`arenalab` is our extension: on a completion, and on the last chunk of each choice.
"""

import base64
import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from arenalab.openai_wire.messages import ToolCall

Finish = Literal["stop", "length", "tool_calls", "content_filter"]
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Citation:
    """A page that the characters `start` to `end` of a content are quoted from."""

    url: str
    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One reply: text or calls, and why it ended."""

    finish: Finish
    text: str | None = None
    calls: tuple[ToolCall, ...] = ()
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """WordPiece tokens read and written."""

    prompt: int
    completion: int

    def to_json(self) -> Json:
        """Return the `usage` object."""
        return {
            "prompt_tokens": self.prompt,
            "completion_tokens": self.completion,
            "total_tokens": self.prompt + self.completion,
        }


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a completion and each of its chunks have in common. `created` is in Unix seconds."""

    id: str
    created: int
    model: str
    fingerprint: str

    def to_json(self, kind: str) -> Json:
        """Return the common fields of an object of `kind`."""
        return {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.model,
            "system_fingerprint": self.fingerprint,
            "service_tier": "default",
        }


def completion(
    envelope: Envelope, choices: Sequence[Choice], usage: Usage, extension: Mapping[str, Any]
) -> Json:
    """Return a `chat.completion`."""
    return {
        **envelope.to_json("chat.completion"),
        "choices": [
            {
                "index": index,
                "message": _message(choice),
                "logprobs": None,
                "finish_reason": choice.finish,
            }
            for index, choice in enumerate(choices)
        ],
        "usage": usage.to_json(),
        "arenalab": dict(extension),
    }


def chunk(
    envelope: Envelope,
    index: int,
    delta: Mapping[str, Any],
    *,
    finish: Finish | None = None,
    with_usage: bool = False,
    extension: Mapping[str, Any] | None = None,
) -> Json:
    """Return a `chat.completion.chunk` of choice `index`.

    `with_usage` says that a last chunk will hold the usage: until then it is null.
    """
    one = {"index": index, "delta": dict(delta), "logprobs": None, "finish_reason": finish}
    return {
        **envelope.to_json("chat.completion.chunk"),
        "choices": [one],
        **({"usage": None} if with_usage else {}),
        **({"arenalab": dict(extension)} if extension is not None else {}),
    }


def usage_chunk(envelope: Envelope, usage: Usage) -> Json:
    """Return the chunk after the last choice: no choices, the usage."""
    body = envelope.to_json("chat.completion.chunk")
    return {**body, "choices": [], "usage": usage.to_json()}


def call_json(call: ToolCall) -> Json:
    """Return a tool call as it stands in a message."""
    function = {"name": call.name, "arguments": call.arguments}
    return {"id": call.id, "type": "function", "function": function}


def model_json(name: str, created: int, extension: Mapping[str, Any]) -> Json:
    """Return one `model`."""
    return {
        "id": name,
        "object": "model",
        "created": created,
        "owned_by": "arenalab",
        "arenalab": dict(extension),
    }


def list_json(data: Iterable[Json], **more: object) -> Json:
    """Return a `list`."""
    return {"object": "list", "data": list(data), **more}


def embedding_json(index: int, vector: Sequence[float], *, base64_: bool) -> Json:
    """Return one `embedding`: numbers, or base64 of little-endian float32."""
    value: object = [float(x) for x in vector]
    if base64_:
        value = base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
    return {"object": "embedding", "index": index, "embedding": value}


def encode_json(value: object) -> bytes:
    """Return the bytes of a body. Escaped, so that half a surrogate pair is no obstacle."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False).encode("ascii")


def event(value: object) -> bytes:
    """Return a server-sent event (HTML standard, section 9.2.6) that holds `value` as JSON."""
    return b"data: " + encode_json(value) + b"\n\n"


DONE = b"data: [DONE]\n\n"


def _message(choice: Choice) -> Json:
    message: Json = {"role": "assistant", "content": choice.text, "refusal": None}
    if choice.calls:
        message["tool_calls"] = [call_json(call) for call in choice.calls]
    message["annotations"] = [
        {
            "type": "url_citation",
            "url_citation": {
                "url": citation.url,
                "title": citation.title,
                "start_index": citation.start,
                "end_index": citation.end,
            },
        }
        for citation in choice.citations
    ]
    return message
