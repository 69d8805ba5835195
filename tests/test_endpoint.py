"""endpoint: what is done with a request between the wire and the engine."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arenalab.endpoint.actions import Action
from arenalab.endpoint.chat import reply, spoken
from arenalab.endpoint.cut import cut, pieces
from arenalab.endpoint.model import Model
from arenalab.endpoint.slots import HOLES
from arenalab.endpoint.structured import as_object, as_schema, facts
from arenalab.errors import SpanError
from arenalab.openai_wire import ApiError, ChatRequest, Message
from arenalab.respond import Answer, Option
from arenalab.span import Metadata, Span
from endpoint import tiny

# Tests run on slow machines and in the browser: how long one takes is no promise.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

ANSWER = Answer("answer", "Yes.", 0.9, "certain")


def count(text: str) -> int:
    """Count words: tokens enough for these tests."""
    return len(text.split())


def action(**fields: object) -> Action | None:
    """Return the action of a span with these fields."""
    metadata = Metadata(extra={"action": {"name": "f", **fields}})
    return Action.of(Span(id="a", this="do", if_ok="done", metadata=metadata))


def filled(patterns: object, text: str, schema: dict[str, Any] | None = None) -> object:
    """Return what the argument x, with these patterns, finds in a text."""
    found = action(arguments={"x": patterns})
    assert found is not None
    return found.fill([text], {"properties": {"x": schema or {}}})[0].get("x")


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        ("One two. Three four.", 2, "One two."),
        ("Use e.g. this one. Then stop.", 4, "Use e.g. this one."),
        ("Use e.g. this one. Then stop.", 3, "Use e.g. this"),
        ("*Is it?* Yes!", 2, "*Is it?*"),
        ("# Head\n\nText here.", 2, "# Head"),
        ("one two three", 2, "one two"),
        ("word", 1, "word"),
    ],
)
def test_a_cut_ends_at_a_sentence_or_a_word(text: str, limit: int, kept: str) -> None:
    """Whole sentences when one fits, else whole words."""
    assert cut(text, (), limit, count)[0] == kept


@unhurried
@given(st.text(), st.integers(1, 30), st.lists(st.text(min_size=1), max_size=3))
def test_a_cut_is_a_beginning_within_the_limit(text: str, limit: int, stop: list[str]) -> None:
    """Never more tokens than allowed, never a stop sequence, never other words."""
    kept, finish = cut(text, stop, limit, count)
    assert text.startswith(kept)
    assert count(kept) <= limit
    assert finish == "length" or not any(mark in kept for mark in stop)


@unhurried
@given(st.text())
def test_pieces_make_up_the_text(text: str) -> None:
    """Nothing is lost in streaming but a text of white space alone."""
    assert "".join(pieces(text)) == (text if text.strip() else "")


@pytest.mark.parametrize(
    ("pattern", "text", "value"),
    [
        ("in {x:name}", "What is the weather in New York today?", "New York"),
        ("in {x:word}", "What is the weather in paris today?", "paris"),
        ("order {x:number}", "Where is ORDER 1234?", "1234"),
        ("on {x:date}", "Book it on 2026-11-24.", "2026-11-24"),
        ("{x:email}", "write to ann.b@mail.example.org.", "ann.b@mail.example.org"),
        ("called {x}", "a playlist called Summer of 69, please", "Summer of 69"),
        ("from {x} to", "a train from Ulm main station to Bonn", "Ulm main station"),
        (["to {x:name}", "in {x:name}"], "hotels in Rome", "Rome"),
        ({"values": ["on", "off"]}, "switch it OFF now", "off"),
        ({"patterns": ["at {x}"], "default": 7}, "nothing here", 7),
        ("in {x:name}", "within Paris", None),
        ("in {x:name}", "in paris", None),
    ],
)
def test_slots_are_filled_from_the_message(pattern: object, text: str, value: object) -> None:
    """A pattern is literal text with one hole of a kind; case does not matter outside it."""
    assert filled(pattern, text) == value


@pytest.mark.parametrize(
    ("text", "schema", "value"),
    [
        ("x is 5", {"type": "integer"}, 5),
        ("x is 2.5", {"type": "number"}, 2.5),
        ("x is 2.5", {"type": "integer"}, None),
        ("x is yes", {"type": "boolean"}, True),
        ("x is off", {"type": "boolean"}, False),
        ("x is maybe", {"type": "boolean"}, None),
        ("x is red", {"enum": ["RED", "BLUE"]}, "RED"),
        ("x is pink", {"enum": ["RED", "BLUE"]}, None),
        ("anything blue", {"enum": ["RED", "BLUE"]}, "BLUE"),
    ],
)
def test_a_value_has_the_type_that_the_tool_asks_for(
    text: str, schema: dict[str, Any], value: object
) -> None:
    """Integer, number, boolean, one of an enum; what cannot be that is not found."""
    assert filled("x is {x}", text, schema) == value


@pytest.mark.parametrize("kind", HOLES)
def test_a_search_does_not_run_away(kind: str) -> None:
    """Long messages made to be hard are searched without blowing up."""
    for text in ("A" * 20_000, "a " * 10_000, "in A-A " * 3000, "1." * 10_000, "a@" + "a." * 9000):
        filled(f"in {{x:{kind}}} at", text)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": 7},
        {"more": 1},
        {"arguments": []},
        {"arguments": {"x": 7}},
        {"arguments": {"x": {"pattern": "a"}}},
        {"arguments": {"x": {"values": [1]}}},
        {"arguments": {"x": "no hole"}},
        {"arguments": {"x": "{y}"}},
        {"arguments": {"x": "{x} and {x}"}},
        {"arguments": {"x": "{x:colour}"}},
        {"ask": {"x": 7}},
        {"reply": 7},
    ],
)
def test_an_action_that_is_not_well_formed_is_named(fields: dict[str, object]) -> None:
    """The error names the span and what is expected."""
    with pytest.raises(SpanError, match="span 'a': action"):
        action(**fields)


def test_a_span_without_action_only_speaks() -> None:
    """Most diamonds have none."""
    assert Action.of(Span(id="a", this="b")) is None


def test_a_schema_takes_the_only_text_for_the_answer() -> None:
    """Whatever the schema calls its one text, that is the answer."""
    schema = {"type": "object", "properties": {"joke": {"type": "string"}}, "required": ["joke"]}
    assert json.loads(as_schema(schema, facts(ANSWER, "Yes.", "?"))) == {"joke": "Yes."}


def test_a_schema_as_pydantic_writes_it_is_filled() -> None:
    """References, optional fields and defaults, with titles all over."""
    schema = {
        "title": "Told",
        "type": "object",
        "$defs": {"Kind": {"enum": ["answer", "unknown"], "title": "Kind", "type": "string"}},
        "properties": {
            "text": {"title": "Text", "type": "string"},
            "kind": {"$ref": "#/$defs/Kind"},
            "age": {"anyOf": [{"type": "integer"}, {"type": "null"}], "title": "Age"},
            "lang": {"default": "en", "type": "string"},
            "known": {"type": ["boolean", "null"]},
            "version": {"const": 1},
            "tag": {"type": "string"},
        },
        "required": ["text", "kind", "age", "version"],
    }
    assert json.loads(as_schema(schema, facts(ANSWER, "Yes.", "?"))) == {
        "text": "Yes.",
        "kind": "answer",
        "age": None,
        "lang": "en",
        "known": True,
        "version": 1,
    }


def test_bounds_of_a_schema_hold() -> None:
    """A value beyond the schema's bounds is refused, not returned."""
    known = facts(ANSWER, "Yes.", "?")
    bounds = ("minLength", 5), ("maxLength", 3)
    for name, bound in bounds:
        schema = {"type": "object", "properties": {"answer": {"type": "string", name: bound}}}
        with pytest.raises(ApiError, match=name):
            as_schema({**schema, "required": ["answer"]}, known)


@unhurried
@given(st.dictionaries(st.sampled_from(["type", "anyOf", "enum", "$ref", "items", "properties",
    "required", "default", "const", "minimum", "maxLength"]), st.none() | st.integers() |
    st.text() | st.lists(st.text()) | st.dictionaries(st.text(), st.text())))  # fmt: skip
def test_any_schema_is_filled_or_refused(schema: dict[str, Any]) -> None:
    """However odd the schema: JSON text or ApiError."""
    wanted = {"type": "object", "properties": {"answer": schema}, "required": ["answer"]}
    for one in (schema, wanted):
        with suppress(ApiError):
            json.loads(as_schema(one, facts(ANSWER, "Yes.", "?")))


def test_an_outcome_that_is_json_is_the_object() -> None:
    """Its own fields, not ours, are the object that was asked for."""
    assert json.loads(as_object(ANSWER, '{"a": 1}')) == {"a": 1}
    assert json.loads(as_object(ANSWER, "{not json}"))["answer"] == "{not json}"
    assert json.loads(as_object(ANSWER, "[1]"))["answer"] == "[1]"


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("answer", "So."),
        ("clarify", "So.\n\n1. A?\n2. B?"),
        ("unknown", "So.\n\nThe nearest things I know about:\n\n1. A?\n2. B?"),
        ("refusal", "So."),
    ],
)
def test_options_are_part_of_what_is_said(kind: Any, said: str) -> None:  # noqa: ANN401
    """Only where a person is to choose: an answer stands alone."""
    options = (Option("A?", "a", 0), Option("B?", "b", 1))
    assert spoken(Answer(kind, "So.", 0.3, "unsure", (), options)) == said
    assert spoken(Answer(kind, "So.", 0.3, "unsure")) == "So."


def test_a_refusal_ends_by_content_filter() -> None:
    """A hard refusal is told as OpenAI tells its own."""

    class Refusing(Model):
        def answer(self, *_: object) -> Answer:
            return Answer("refusal", "I won't help with that.", 1.0, "certain")

    request = ChatRequest("m", (Message("user", "harm"),))
    said = reply(request, Refusing("m", tiny.arena()), lambda: "1")
    assert said.choice.finish == "content_filter"
    assert said.choice.text == "I won't help with that."


def test_a_model_answers_in_this_interpreter() -> None:
    """From request to reply without a server: so it also runs where there is none."""
    request = ChatRequest("m", (Message("user", "Can I get a refund?"),))
    said = reply(request, Model("m", tiny.arena()), lambda: "1")
    assert said.choice.text == "Yes, within 30 days."
    assert said.usage.prompt == 6
