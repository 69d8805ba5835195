"""openai_wire: bodies become checked requests, and nothing but an ApiError stands in the way."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arenalab.openai_wire import (
    ApiError,
    ChatRequest,
    Choice,
    Envelope,
    Message,
    ResponseFormat,
    Tool,
    ToolCall,
    ToolChoice,
    Usage,
    errors,
    read_chat,
    read_embeddings,
)
from arenalab.openai_wire.request import REFUSED
from arenalab.openai_wire.response import completion, encode_json, event

PARAMETERS = {"type": "object", "properties": {}}

# Tests run on slow machines and in the browser: how long one takes is no promise.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

# Every field of OpenAI's request in November 2026 (openai 3.54.0, `CompletionCreateParams`).
FIELDS = (
    *("messages", "model", "audio", "frequency_penalty", "function_call", "functions"),
    *("logit_bias", "logprobs", "max_completion_tokens", "max_tokens", "metadata", "modalities"),
    *("moderation", "n", "parallel_tool_calls", "prediction", "presence_penalty"),
    *("prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "reasoning_effort"),
    *("response_format", "safety_identifier", "seed", "service_tier", "stop", "store", "stream"),
    *("stream_options", "temperature", "tool_choice", "tools", "top_logprobs", "top_p", "user"),
    *("verbosity", "web_search_options"),
)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
odd_messages = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "role": st.sampled_from(["user", "system", "assistant", "tool"]) | json_values,
            "content": st.text() | json_values,
            "tool_calls": json_values,
            "tool_call_id": json_values,
            "name": json_values,
        },
    ),
    max_size=3,
)


def body(**fields: Any) -> bytes:  # noqa: ANN401
    """Return a request's body, with a question where none is given."""
    asked = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}
    return json.dumps({**asked, **fields}).encode()


def test_a_request_becomes_a_value() -> None:
    """Every field that is read is where its name says."""
    request = read_chat(
        body(
            n=2,
            stream=True,
            stream_options={"include_usage": True},
            max_completion_tokens=9,
            stop=["a", "b"],
            user="u",
            metadata={"k": "v"},
            tools=[{"type": "function", "function": {"name": "f", "parameters": PARAMETERS}}],
            tool_choice="required",
            response_format={
                "type": "json_schema",
                "json_schema": {"name": "s", "schema": PARAMETERS, "strict": True},
            },
        )
    )
    assert request == ChatRequest(
        model="m",
        messages=(Message("user", "hello"),),
        choices=2,
        stream=True,
        include_usage=True,
        limit=9,
        stop=("a", "b"),
        format=ResponseFormat("json_schema", "s", PARAMETERS),
        tools=(Tool("f", "", PARAMETERS),),
        tool_choice=ToolChoice("required"),
        user="u",
        metadata={"k": "v"},
    )


def test_the_default_of_tool_choice_is_openais() -> None:
    """None without tools, auto with them."""
    tools = [{"type": "function", "function": {"name": "f"}}]
    assert read_chat(body()).tool_choice == ToolChoice("none")
    assert read_chat(body(tools=tools)).tool_choice == ToolChoice("auto")
    named = {"type": "function", "function": {"name": "f"}}
    assert read_chat(body(tools=tools, tool_choice=named)).tool_choice == ToolChoice(
        "required", "f"
    )


def test_a_conversation_with_calls_is_read() -> None:
    """Calls and results keep their ids; the last result is what is to be answered."""
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    request = read_chat(
        body(
            messages=[
                {"role": "user", "content": "do it"},
                {"role": "assistant", "content": None, "tool_calls": [call], "annotations": []},
                {"role": "tool", "tool_call_id": "c1", "content": [{"type": "text", "text": "ok"}]},
            ]
        )
    )
    assert request.question_at == 0
    assert request.messages[1].calls == (ToolCall("c1", "f", "{}"),)
    assert request.result == Message("tool", "ok", (), "c1")


def test_an_earlier_refusal_is_text() -> None:
    """The assistant's own parts may be of type refusal."""
    said = {"role": "assistant", "content": [{"type": "refusal", "refusal": "no"}]}
    messages = [said, {"role": "user", "content": "why?"}]
    assert read_chat(body(messages=messages)).messages[0].text == "no"


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_of_openais_is_known(name: str) -> None:
    """A field of OpenAI's is read, checked, or refused for a reason: never simply unknown."""
    with pytest.raises(ApiError) as caught:
        read_chat(body(**{name: {"not": ["right"]}}))
    assert caught.value.code != "unknown_parameter"
    assert str(caught.value.param).startswith(name)


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_says_why(name: str) -> None:
    """The message holds the field and a reason or a cure."""
    with pytest.raises(ApiError) as caught:
        read_chat(body(**{name: "something"}))
    assert str(caught.value) == f"Unsupported: '{name}'. {REFUSED[name][1]}"


def test_false_is_not_zero() -> None:
    """A neutral value has its own type."""
    with pytest.raises(ApiError):
        read_chat(body(frequency_penalty=False))
    with pytest.raises(ApiError):
        read_chat(body(logprobs=0))


def test_a_content_part_may_mark_a_cache() -> None:
    """OpenAI's mark for where a cached prompt may end changes nothing."""
    part = {"type": "text", "text": "hi", "prompt_cache_breakpoint": {"mode": "explicit"}}
    messages = [{"role": "user", "content": [part]}]
    assert read_chat(body(messages=messages)).messages == (Message("user", "hi"),)


def refused(read: Callable[[bytes], object], data: bytes) -> bool:
    """Whether a body is refused; anything but an ApiError passes through."""
    try:
        read(data)
    except ApiError as error:
        json.loads(encode_json(error.to_json()))
        return error.status == 400
    return False


@unhurried
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Bytes that are no request raise ApiError."""
    assert refused(read_chat, data)
    assert refused(read_embeddings, data)


@unhurried
@given(st.dictionaries(st.sampled_from(FIELDS), json_values), odd_messages)
def test_any_json_is_read_or_refused(fields: dict[str, Any], messages: list[Any]) -> None:
    """Whatever its fields hold, a request raises ApiError or nothing."""
    refused(read_chat, body(**{**fields, "messages": messages}))
    refused(
        read_chat, body(**{name: value for name, value in fields.items() if name != "messages"})
    )


@unhurried
@given(json_values)
def test_any_input_is_embedded_or_refused(value: object) -> None:
    """An embeddings request raises ApiError or nothing."""
    refused(read_embeddings, json.dumps({"model": "m", "input": value}).encode())


def test_errors_have_openais_shape() -> None:
    """Type, code and status of each kind, as OpenAI's clients expect them."""
    made = {
        400: errors.invalid("no", "n"),
        401: errors.bad_key(given=True),
        404: errors.model_not_found("m", ["a", "b"]),
        405: errors.wrong_method("GET", "/x", "POST"),
        413: errors.too_large(10),
        429: errors.rate_limited(60, 2.5),
        500: errors.server_fault(),
    }
    for status, error in made.items():
        assert error.status == status
        assert set(error.to_json()["error"]) == {"message", "type", "param", "code"}
    assert made[429].headers == {"Retry-After": "3"}
    assert made[401].headers == {"WWW-Authenticate": "Bearer"}
    assert made[500].to_json()["error"]["type"] == "server_error"
    assert "a, b" in str(made[404])


def test_a_completion_holds_its_parts() -> None:
    """The envelope, each choice with its index, the usage and the extension."""
    document = completion(
        Envelope("id", 7, "m", "fp"), [Choice("stop", "a")] * 2, Usage(3, 2), {"kind": "answer"}
    )
    assert document["id"] == "id"
    assert document["created"] == 7
    assert [choice["index"] for choice in document["choices"]] == [0, 1]
    assert document["usage"] == {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
    assert document["arenalab"] == {"kind": "answer"}


@unhurried
@given(st.text())
def test_an_event_is_one_line(text: str) -> None:
    """Whatever the text, an event is one data line that gives the text back."""
    data = event({"text": text})
    assert data.startswith(b"data: ")
    assert data.endswith(b"\n\n")
    assert data.count(b"\n") == 2
    assert json.loads(data.removeprefix(b"data: ")) == {"text": text}


def test_half_a_surrogate_pair_can_be_sent() -> None:
    """A text that UTF-8 has no bytes for does not break the reply."""
    assert json.loads(encode_json({"a": "\ud800"})) == {"a": "\ud800"}
