"""Bad input, in every place: an error of OpenAI's shape that names what is wrong."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from endpoint import tiny
from endpoint.conftest import Ask
from endpoint.place import LinePlace, Place, Reply

CHAT = "/v1/chat/completions"
USER = {"role": "user", "content": "Can I get a refund?"}
TOOL = {"type": "function", "function": {"name": "f"}}
CALL = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}

# Field → values that no request may have for it.
WRONG: dict[str, list[Any]] = {
    "model": [None, "", 7, [], {}],
    "messages": [None, "hello", 7, {}, [], [7], [None], [{}]],
    "n": [0, -1, 129, 1.5, "1", True, [], {}],
    "stream": ["true", 1, [], {}],
    "stream_options": [{"include_usage": True}, True],  # without stream
    "max_tokens": [0, -1, 1.5, "9", True, 1 << 40, []],
    "max_completion_tokens": [0, -1, 1.5, "9", True, 1 << 40, []],
    "stop": ["", [], ["a"] * 5, [""], [7], 7, {}, True],
    "response_format": ["json", 7, [], {}, {"type": "xml"}, {"type": "json_schema"}],
    "tools": ["f", {}, [], [7], [{"type": "custom"}], [TOOL] * 2, [TOOL] * 129],
    "tool_choice": ["auto", "always", 7, [], {}, {"type": "custom"}],  # without tools
    "seed": [1.5, "1", True, 1 << 64, []],
    "temperature": [-0.1, 2.1, "1", True, []],
    "top_p": [-0.1, 1.1, "1", True, []],
    "user": [7, True, [], {}, "u" * 513],
    "metadata": [7, "a", [], {"a": 1}, {"a" * 65: "b"}, {"a": "b" * 513}],
    "parallel_tool_calls": [1, "true"],
}
WRONG["metadata"].append({str(n): "x" for n in range(17)})

REFUSED = {
    "audio": {"voice": "alloy", "format": "wav"},
    "frequency_penalty": 0.5,
    "function_call": "auto",
    "functions": [{"name": "f"}],
    "logit_bias": {"50256": -100},
    "logprobs": True,
    "modalities": ["text", "audio"],
    "moderation": {"model": "m"},
    "prediction": {"type": "content", "content": "x"},
    "presence_penalty": -1,
    "prompt_cache_options": {"ttl": "1h"},
    "reasoning_effort": "high",
    "service_tier": "flex",
    "store": True,
    "top_logprobs": 3,
    "verbosity": "low",
    "web_search_options": {},
}

MESSAGES: dict[str, tuple[list[Any], str]] = {
    "no user": ([{"role": "system", "content": "x"}], "messages"),
    "assistant last": ([USER, {"role": "assistant", "content": "Yes"}], "messages[1]"),
    "unknown role": ([{"role": "god", "content": "x"}], "messages[0].role"),
    "function role": ([{"role": "function", "name": "f", "content": "x"}], "messages[0].role"),
    "no role": ([{"content": "x"}], "messages[0].role"),
    "no content": ([{"role": "user"}], "messages[0].content"),
    "null content": ([{"role": "user", "content": None}], "messages[0].content"),
    "number": ([{"role": "user", "content": 7}], "messages[0].content"),
    "empty content": ([{"role": "user", "content": " "}], "messages[0].content"),
    "enormous": ([{"role": "user", "content": "x" * 20_001}], "messages[0].content"),
    "no parts": ([{"role": "user", "content": []}], "messages[0].content"),
    "odd part": ([{"role": "user", "content": ["x"]}], "messages[0].content[0]"),
    "part without text": (
        [{"role": "user", "content": [{"type": "text"}]}],
        "messages[0].content[0].text",
    ),
    "image": (
        [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}],
        "messages[0].content[0].type",
    ),
    "audio": (
        [{"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}],
        "messages[0].content[0].type",
    ),
    "file": (
        [{"role": "user", "content": [{"type": "file", "file": {}}]}],
        "messages[0].content[0].type",
    ),
    "unknown field": ([{**USER, "mood": "good"}], "messages[0].mood"),
    "odd name": ([{**USER, "name": 7}], "messages[0].name"),
    "tool without call": (
        [USER, {"role": "tool", "tool_call_id": "c", "content": "x"}],
        "messages[1].tool_call_id",
    ),
    "tool without id": (
        [USER, {"role": "assistant", "tool_calls": [CALL]}, {"role": "tool", "content": "x"}],
        "messages[2].tool_call_id",
    ),
    "odd call": (
        [{"role": "assistant", "tool_calls": [{"id": "c"}]}, USER],
        "messages[0].tool_calls[0].type",
    ),
    "custom call": (
        [{"role": "assistant", "tool_calls": [{"id": "c", "type": "custom"}]}, USER],
        "messages[0].tool_calls[0].type",
    ),
    "function call": (
        [{"role": "assistant", "content": "", "function_call": {"name": "f"}}, USER],
        "messages[0].function_call",
    ),
    "spoken": ([{"role": "assistant", "audio": {"id": "a"}}, USER], "messages[0].audio"),
}


def error(reply: Reply, status: int = 400) -> dict[str, Any]:
    """Return the error of a reply, which must have OpenAI's shape."""
    assert reply.status == status, reply.body
    assert reply.headers["content-type"] == "application/json"
    document = reply.json()
    assert set(document) == {"error"}
    found: dict[str, Any] = document["error"]
    assert set(found) == {"message", "type", "param", "code"}
    assert found["message"]
    return found


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_a_wrong_value_is_refused_by_name(place: Place, name: str, value: object) -> None:
    """Wrong type, out of range, too many, too long: the field is named."""
    body = {"model": tiny.NAME, "messages": [USER], name: value}
    found = error(place.send("POST", CHAT, json.dumps(body).encode()))
    assert found["type"] == "invalid_request_error"
    assert found["param"].startswith(name)
    assert name in found["message"]


@pytest.mark.parametrize("name", REFUSED)
def test_what_there_is_not_is_refused_by_name(ask: Ask, name: str) -> None:
    """A field that asks for something ArenaLab has not is never ignored."""
    found = error(ask([USER], **{name: REFUSED[name]}))
    assert (found["param"], found["code"]) == (name, "unsupported_parameter")
    assert f"'{name}'" in found["message"]


@pytest.mark.parametrize("case", MESSAGES)
def test_a_conversation_that_cannot_be_read_is_refused_by_name(ask: Ask, case: str) -> None:
    """The message, and the part of it, that cannot be read is named by its path."""
    messages, param = MESSAGES[case]
    assert error(ask(messages))["param"] == param


def test_an_unknown_field_is_refused(ask: Ask) -> None:
    """A misspelt field is not ignored."""
    found = error(ask([USER], temprature=1))
    assert (found["param"], found["code"]) == ("temprature", "unknown_parameter")


def test_two_limits_are_refused(ask: Ask) -> None:
    """max_tokens and max_completion_tokens cannot both be meant."""
    assert error(ask([USER], max_tokens=1, max_completion_tokens=2))["param"] == "max_tokens"


@pytest.mark.parametrize(
    ("options", "param"),
    [
        ({"include_usage": 1}, "stream_options.include_usage"),
        ({"include_obfuscation": True}, "stream_options.include_obfuscation"),
        ({"other": 1}, "stream_options.other"),
        ("yes", "stream_options"),
    ],
)
def test_stream_options_are_checked(ask: Ask, options: object, param: str) -> None:
    """What is not an option of streaming is named."""
    assert error(ask([USER], stream=True, stream_options=options))["param"] == param


@pytest.mark.parametrize(
    ("choice", "param"),
    [
        ("always", "tool_choice"),
        ({"type": "function"}, "tool_choice.function"),
        ({"type": "function", "function": {"name": "g"}}, "tool_choice.function.name"),
        ({"type": "allowed_tools", "allowed_tools": {}}, "tool_choice.type"),
    ],
)
def test_a_tool_choice_is_checked(ask: Ask, choice: object, param: str) -> None:
    """A tool that is not offered cannot be chosen."""
    assert error(ask([USER], tools=[TOOL], tool_choice=choice))["param"] == param


@pytest.mark.parametrize(
    "tool",
    [
        {"type": "function"},
        {"type": "function", "function": {}},
        {"type": "function", "function": {"name": "a b"}},
        {"type": "function", "function": {"name": "f", "parameters": "x"}},
        {"type": "function", "function": {"name": "f", "strict": "yes"}},
        {"type": "function", "function": {"name": "f", "code": "x"}},
        {"type": "function", "function": {"name": "f"}, "more": 1},
    ],
)
def test_a_tool_is_checked(ask: Ask, tool: object) -> None:
    """A tool that is not well formed is named by its place."""
    assert error(ask([USER], tools=[tool]))["param"].startswith("tools[0]")


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "x"},
        {"type": "object", "properties": {"a": {"$ref": "#/$defs/none"}}, "required": ["a"]},
        {"type": "object", "properties": {"a": {"$ref": "http://x"}}, "required": ["a"]},
        {"$ref": "#"},
        {"anyOf": [{"type": "integer"}, {"type": "boolean"}]},
        {"type": "string"},
        {"allOf": []},
    ],
)  # fmt: skip
def test_a_schema_with_what_is_not_supported_is_refused(ask: Ask, schema: dict[str, Any]) -> None:
    """Unknown keywords, broken and circular references end in an error, not in a guess."""
    wanted = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    found = error(ask([USER], response_format=wanted))
    assert (found["param"], found["code"]) == ("response_format", "schema_not_fillable")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"nonsense", b"\xff\xfe", b'{"a": NaN}', b"[" * 100_000, b"1" * 5000, b'{"a":'],
)
def test_malformed_json_is_refused(place: Place, body: bytes) -> None:
    """Whatever the bytes: a typed error."""
    assert error(place.send("POST", CHAT, body))["code"] == "invalid_json"


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"7", b"null", b"true"])
def test_a_body_that_is_no_object_is_refused(place: Place, body: bytes) -> None:
    """JSON of another type is no request."""
    assert error(place.send("POST", CHAT, body))["code"] == "invalid_type"


@pytest.mark.parametrize("path", [CHAT, "/v1/embeddings"])
def test_a_body_of_ten_megabytes_is_refused(place: Place, path: str) -> None:
    """More than the limit is too much, and its sender is told so."""
    body = json.dumps({"model": tiny.NAME, "messages": "x" * 10_000_000}).encode()
    assert error(place.send("POST", path, body), 413)["code"] == "request_too_large"


def test_an_unknown_model_is_not_found(ask: Ask, place: Place) -> None:
    """The error says which models there are."""
    for reply in (ask([USER], model="gpt-5"), place.send("GET", "/v1/models/gpt-5")):
        found = error(reply, 404)
        assert (found["param"], found["code"]) == ("model", "model_not_found")
        assert tiny.NAME in found["message"]


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/completions", "/v1/chat", "/v2/models"])
def test_an_unknown_address_is_not_found(place: Place, path: str) -> None:
    """The error names method and address."""
    if isinstance(place, LinePlace) and not path.startswith("/v1"):
        pytest.skip("there the site itself answers")
    found = error(place.send("GET", path), 404)
    assert found["code"] == "unknown_url"
    assert f"GET {path}" in found["message"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("GET", CHAT, "POST"), ("POST", "/v1/models", "GET"), ("DELETE", "/v1/models/tiny", "GET")],
)
def test_the_wrong_method_is_refused(place: Place, method: str, path: str, allowed: str) -> None:
    """The error says which method to use."""
    reply = place.send(method, path)
    error(reply, 405)
    assert reply.headers["allow"] == allowed


@pytest.mark.parametrize(
    "text", ["\ud800", "\x00", "🜁" * 1000, "‮", "<script>alert(1)</script>", "{" * 500]
)
def test_odd_texts_are_answered(ask: Callable[..., Reply], text: str) -> None:
    """Half surrogates, control characters, markup: an answer, not a fault."""
    assert ask([{"role": "user", "content": text}]).status == 200
