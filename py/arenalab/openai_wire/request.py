"""A request's body → a checked value, or an ApiError that names what is wrong.

Every field of OpenAI's `POST /v1/chat/completions` has one of three fates, by the tables below:
it is read; it is a hint that a deterministic model needs not heed, checked and done with; or it
asks for what ArenaLab has not, and is refused by name unless it says so neutrally.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from arenalab.openai_wire.errors import ApiError, invalid, unsupported
from arenalab.openai_wire.fields import Fields, as_items, as_text, wrong_type
from arenalab.openai_wire.messages import INSTRUCTIONS, Message, read_messages
from arenalab.openai_wire.tools import (
    ResponseFormat,
    Tool,
    ToolChoice,
    read_format,
    read_tools,
)

MOST_TOKENS = 1 << 31
MOST_CHOICES = 128
MOST_INPUTS = 2048
DEEPEST = 100  # arrays and objects in one another; Pyodide's stack ends where CPython's does not

_NO_BRACKETS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[^][{}"]+', re.DOTALL)

IN_TEXT = "ArenaLab reads and answers text alone."
QUOTES = "Answers are quoted, not sampled word by word: there are no token probabilities."

# Field → the values that ask for nothing, and why any other cannot be had.
REFUSED: Mapping[str, tuple[tuple[object, ...], str]] = {
    "audio": ((), IN_TEXT),
    "frequency_penalty": ((0,), QUOTES),
    "function_call": ((), "Use 'tool_choice'."),
    "functions": ((), "Use 'tools'."),
    "logit_bias": (({},), QUOTES),
    "logprobs": ((False,), QUOTES),
    "modalities": ((["text"],), IN_TEXT),
    "moderation": ((), "Nothing leaves this machine, so nothing is moderated elsewhere."),
    "prediction": ((), "An answer is quoted; a prediction of it saves nothing."),
    "presence_penalty": ((0,), QUOTES),
    "prompt_cache_options": ((), "Nothing is cached."),
    "reasoning_effort": (("none",), "There is no reasoning to spend effort on."),
    "service_tier": (("auto", "default"), "There is one tier; leave it out."),
    "store": ((False,), "Nothing is stored."),
    "top_logprobs": ((0,), QUOTES),
    "verbosity": (("medium",), "Answers are quoted at the length they have."),
    "web_search_options": ((), "Answers come from the pack alone."),
}


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A checked request. `limit` is the most tokens an answer may have, None for no limit."""

    model: str
    messages: tuple[Message, ...]
    choices: int = 1
    stream: bool = False
    include_usage: bool = False
    limit: int | None = None
    stop: tuple[str, ...] = ()
    format: ResponseFormat = field(default_factory=ResponseFormat)
    tools: tuple[Tool, ...] = ()
    tool_choice: ToolChoice = field(default_factory=ToolChoice)
    user: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def question_at(self) -> int:
        """The place of the last user message: the question."""
        return max(i for i, message in enumerate(self.messages) if message.role == "user")

    @property
    def result(self) -> Message | None:
        """The tool's result to answer with, where that is the last word of the conversation."""
        said = [message for message in self.messages if message.role not in INSTRUCTIONS]
        return said[-1] if said[-1].role == "tool" else None


@dataclass(frozen=True, slots=True)
class EmbeddingsRequest:
    """Texts to embed, as numbers (`float`) or as the bytes of float32 (`base64`)."""

    model: str
    texts: tuple[str, ...]
    base64: bool = False
    dimensions: int | None = None
    user: str | None = None


def parse(body: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Return the JSON value of a body. Raises ApiError (400)."""
    try:
        text = body.decode().removeprefix("\ufeff")
        if _is_deep(text):
            raise ValueError(f"it is nested more than {DEEPEST} deep")
        return json.loads(text, parse_constant=_no_constant)
    except ValueError as error:  # bad JSON, bad UTF-8, huge number, too deep
        message = f"We could not parse the JSON body of your request: {str(error)[:200]}."
        raise ApiError(400, message, code="invalid_json") from error


def read_chat(body: bytes) -> ChatRequest:
    """Return the request in the body of `POST /v1/chat/completions`. Raises ApiError (400)."""
    fields = Fields(parse(body))
    model = fields.require_text("model", longest=512)
    messages = read_messages(fields.require("messages"))
    tools, tool_choice = read_tools(fields)
    stream = fields.flag("stream")
    request = ChatRequest(
        model=model,
        messages=messages,
        choices=fields.integer("n", 1, MOST_CHOICES) or 1,
        stream=stream,
        include_usage=_stream_options(fields, stream=stream),
        limit=_limit(fields),
        stop=_stop(fields),
        format=read_format(fields),
        tools=tools,
        tool_choice=tool_choice,
        user=fields.text("user", longest=512),
        metadata=_metadata(fields),
    )
    _hints(fields)
    _refuse(fields)
    fields.done()
    return request


def read_embeddings(body: bytes) -> EmbeddingsRequest:
    """Return the request in the body of `POST /v1/embeddings`. Raises ApiError (400)."""
    fields = Fields(parse(body))
    model = fields.require_text("model", longest=512)
    given = fields.require("input")
    texts = [given] if isinstance(given, str) else as_items(given, "input", MOST_INPUTS)
    for i, text in enumerate(texts):
        path = "input" if isinstance(given, str) else f"input[{i}]"
        if isinstance(text, int | list):
            raise unsupported(path, "It holds token numbers; send texts.")
        if not as_text(text, path):
            raise invalid(f"Invalid '{path}': it is empty.", path, "empty_string")
    request = EmbeddingsRequest(
        model,
        tuple(texts),
        base64=fields.choice("encoding_format", ("float", "base64")) == "base64",
        dimensions=fields.integer("dimensions", 1, 1 << 20),
        user=fields.text("user", longest=512),
    )
    fields.done()
    return request


def _is_deep(text: str) -> bool:
    """Whether brackets outside strings are nested deeper than `DEEPEST`."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return False
    depth = 0
    for bracket in _NO_BRACKETS.sub("", text):
        depth += 1 if bracket in "[{" else -1
        if depth > DEEPEST:
            return True
    return False


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _stream_options(fields: Fields, *, stream: bool) -> bool:
    value = fields.take("stream_options")
    if value is None:
        return False
    path = fields.at("stream_options")
    if not stream:
        raise invalid(f"'{path}' is only allowed when 'stream' is enabled.", path)
    options = Fields(value, path)
    include_usage = options.flag("include_usage")
    if options.flag("include_obfuscation"):
        raise unsupported(f"{path}.include_obfuscation", "Leave it out, or false.")
    options.done()
    return include_usage


def _limit(fields: Fields) -> int | None:
    new = fields.integer("max_completion_tokens", 1, MOST_TOKENS)
    old = fields.integer("max_tokens", 1, MOST_TOKENS)
    if new is not None and old is not None:
        raise invalid(
            "'max_tokens' and 'max_completion_tokens' mean the same; send one of them.",
            "max_tokens",
        )
    return old if new is None else new


def _stop(fields: Fields) -> tuple[str, ...]:
    value = fields.take("stop")
    if value is None:
        return ()
    path = fields.at("stop")
    if not isinstance(value, str | list):
        raise wrong_type(path, "a string or an array", value)
    marks = tuple([value] if isinstance(value, str) else as_items(value, path, 4))
    for i, mark in enumerate(marks):
        if not as_text(mark, f"{path}[{i}]", 1000):
            raise invalid(f"Invalid '{path}': a stop sequence is empty.", path, "empty_string")
    return marks


def _metadata(fields: Fields) -> Mapping[str, str]:
    value = fields.take("metadata")
    if value is None:
        return {}
    path = fields.at("metadata")
    if not isinstance(value, dict):
        raise wrong_type(path, "an object", value)
    if len(value) > 16:
        raise invalid(f"Invalid '{path}': {len(value)} entries, at most 16 are allowed.", path)
    for name, text in value.items():
        as_text(name, path, 64)
        as_text(text, f"{path}.{name}", 512)
    return value


def _hints(fields: Fields) -> None:
    """Check what asks for more or less chance, or marks a caller: there is no chance here."""
    fields.number("temperature", 0, 2)
    fields.number("top_p", 0, 1)
    fields.integer("seed", -(1 << 63), (1 << 63) - 1)
    fields.flag("parallel_tool_calls")
    fields.text("prompt_cache_key", longest=512)
    fields.text("prompt_cache_retention", longest=512)
    fields.text("safety_identifier", longest=512)


def _refuse(fields: Fields) -> None:
    for name, (neutral, why) in REFUSED.items():
        value = fields.take(name)
        if value is None or any(_same(value, one) for one in neutral):
            continue
        raise unsupported(name, why)


def _same(value: object, other: object) -> bool:
    """Equal, where false is not 0."""
    return value == other and isinstance(value, bool) == isinstance(other, bool)
