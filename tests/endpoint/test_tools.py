"""Tools: a diamond whose outcome is an action calls one, in every place."""

import json
from typing import Any

import pytest

from endpoint.conftest import Ask

WEATHER = "What is the weather in Paris?"


def tool(name: str, properties: dict[str, Any], *required: str) -> dict[str, Any]:
    """Return a tool as a request offers it."""
    parameters = {"type": "object", "properties": properties, "required": list(required)}
    return {"type": "function", "function": {"name": name, "parameters": parameters}}


GET_WEATHER = tool(
    "get_weather",
    {"city": {"type": "string", "description": "a town"}, "days": {"type": "integer"}},
    "city",
)
SET_LIGHT = tool("set_light", {"state": {"type": "string", "enum": ["ON", "OFF"]}}, "state")
TOOLS = [GET_WEATHER, SET_LIGHT]


def test_an_action_becomes_a_call(ask: Ask) -> None:
    """The tool is called with the arguments that the message holds."""
    document = ask("What is the weather in Paris for 3 days?", tools=TOOLS).json()
    [choice] = document["choices"]
    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"]["content"] is None
    [call] = choice["message"]["tool_calls"]
    assert call["type"] == "function"
    assert call["id"].startswith("call_")
    assert call["function"]["name"] == "get_weather"
    assert json.loads(call["function"]["arguments"]) == {"city": "Paris", "days": 3}
    assert document["arenalab"]["receipts"][0]["span_id"] == "weather"
    assert document["usage"]["completion_tokens"] > 0


def test_a_value_is_one_that_the_tool_allows(ask: Ask) -> None:
    """Values are written as the tool's schema writes them."""
    assert _arguments(ask("Switch the light off", tools=TOOLS)) == {"state": "OFF"}


def test_an_argument_may_have_been_said_before(ask: Ask) -> None:
    """What the question lacks is looked for in what the user said earlier, the latest first."""
    messages = [
        {"role": "user", "content": "I was in Rome."},
        {"role": "assistant", "content": "Nice."},
        {"role": "user", "content": "I am in London."},
        {"role": "assistant", "content": "Nice."},
        {"role": "user", "content": "What is the weather?"},
    ]
    assert _arguments(ask(messages, tools=TOOLS))["city"] == "London"


def test_a_missing_argument_is_asked_for(ask: Ask) -> None:
    """Without a required argument nothing is called: the diamond's own question is asked."""
    choice = ask("What is the weather?", tools=TOOLS).json()["choices"][0]
    assert choice["finish_reason"] == "stop"
    assert "tool_calls" not in choice["message"]


def test_the_reply_to_a_question_back_fills_the_argument(ask: Ask) -> None:
    """What was asked for and told makes the call, though the reply alone means nothing."""
    messages = [
        {"role": "user", "content": "What is the weather?"},
        {"role": "assistant", "content": "For which city?"},
        {"role": "user", "content": "Zwiefalten."},
    ]
    reply = ask(messages, tools=TOOLS)
    assert _arguments(reply) == {"city": "Zwiefalten", "days": 1}
    assert reply.json()["arenalab"]["receipts"][0]["span_id"] == "weather"


def test_several_arguments_are_asked_for_in_turn(ask: Ask) -> None:
    """Each reply that fits its type fills one; one that does not is asked for again."""
    weather = tool("get_weather", {"city": {}, "hour": {"type": "integer"}}, "city", "hour")
    messages = [{"role": "user", "content": "What is the weather?"}]
    for told in ("Zwiefalten", "soon", "12"):
        said = ask(messages, tools=[weather]).json()["choices"][0]["message"]
        messages += [said, {"role": "user", "content": told}]
    assert [m["content"] for m in messages if m["role"] == "assistant"] == [
        "For which city?",
        "One thing is missing: hour",
        "One thing is missing: hour",
    ]
    assert _arguments(ask(messages, tools=[weather])) == {
        "city": "Zwiefalten",
        "days": 1,
        "hour": 12,
    }


@pytest.mark.parametrize(
    "between",
    [
        [{"role": "assistant", "content": "Something else?"}],
        [],
        [{"role": "user", "content": "hm"}, {"role": "assistant", "content": "For which city?"}],
    ],
    ids=["another question", "no question", "out of turn"],
)
def test_other_replies_fill_nothing(ask: Ask, between: list[Any]) -> None:
    """Only a reply to the very question that was asked counts: no other makes a call."""
    opening = {"role": "user", "content": "What is the weather?"}
    messages = [opening, *between, {"role": "user", "content": "Zwiefalten"}]
    choice = ask(messages, tools=TOOLS).json()["choices"][0]
    assert choice["finish_reason"] == "stop"
    assert "tool_calls" not in choice["message"]


@pytest.mark.parametrize(
    "fields",
    [{}, {"tools": [SET_LIGHT]}, {"tools": TOOLS, "tool_choice": "none"}],
    ids=["no tools", "another tool", "none wanted"],
)
def test_without_its_tool_an_action_is_said(ask: Ask, fields: dict[str, Any]) -> None:
    """The diamond's text answers whoever cannot or will not be called."""
    choice = ask(WEATHER, **fields).json()["choices"][0]
    assert choice["message"]["content"] == "Look out of the window."
    assert choice["finish_reason"] == "stop"


def test_other_questions_are_answered_in_words(ask: Ask) -> None:
    """Tools on offer change no answer that needs none."""
    choice = ask("Can I get a refund?", tools=TOOLS).json()["choices"][0]
    assert choice["message"]["content"] == "Yes, within 30 days."


@pytest.mark.parametrize(
    "choice", ["required", {"type": "function", "function": {"name": "get_weather"}}]
)
def test_a_required_call_is_made(ask: Ask, choice: object) -> None:
    """A tool that must be called is called when a diamond near the question can."""
    assert _arguments(ask(WEATHER, tools=TOOLS, tool_choice=choice)) == {"city": "Paris", "days": 1}


def test_a_required_call_that_no_diamond_makes_is_refused(ask: Ask) -> None:
    """No call is made up: the request gets an error that says what to do."""
    reply = ask("Can I get a refund?", tools=[tool("fly", {})], tool_choice="required")
    assert reply.status == 400
    error = reply.json()["error"]
    assert (error["param"], error["code"]) == ("tool_choice", "no_action_found")


def test_the_result_is_said_in_the_diamonds_words(ask: Ask) -> None:
    """The tool's result comes back in the reply that the action has for it."""
    calls = ask(WEATHER, tools=TOOLS).json()["choices"][0]["message"]["tool_calls"]
    messages = [
        {"role": "user", "content": WEATHER},
        {"role": "assistant", "content": None, "tool_calls": calls},
        {"role": "tool", "tool_call_id": calls[0]["id"], "content": "sun, 20 °C"},
    ]
    choice = ask(messages, tools=TOOLS).json()["choices"][0]
    assert choice["message"]["content"] == "The forecast for Paris: sun, 20 °C"
    assert choice["finish_reason"] == "stop"


def test_a_result_without_words_is_quoted(ask: Ask) -> None:
    """An action without a reply passes the result on."""
    question = "Switch the light off"
    calls = ask(question, tools=TOOLS).json()["choices"][0]["message"]["tool_calls"]
    messages = [
        {"role": "user", "content": question},
        {"role": "assistant", "tool_calls": calls},
        {"role": "tool", "tool_call_id": calls[0]["id"], "content": "It is dark."},
    ]
    choice = ask(messages, tools=TOOLS).json()["choices"][0]
    assert choice["message"]["content"] == "It is dark."


def test_a_call_streams(ask: Ask) -> None:
    """Name first, then the arguments in pieces that make up the whole."""
    events = ask(WEATHER, tools=TOOLS, stream=True).events()
    choices = [event["choices"][0] for event in events]
    assert choices[-1]["finish_reason"] == "tool_calls"
    parts = [part for c in choices for part in c["delta"].get("tool_calls", [])]
    assert parts[0]["function"]["name"] == "get_weather"
    assert {part["index"] for part in parts} == {0}
    text = "".join(part["function"]["arguments"] for part in parts)
    assert json.loads(text) == {"city": "Paris", "days": 1}


def _arguments(reply: Any) -> Any:  # noqa: ANN401
    [call] = reply.json()["choices"][0]["message"]["tool_calls"]
    return json.loads(call["function"]["arguments"])
