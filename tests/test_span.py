"""span: JSON✯Atomic spans are parsed strictly and kept whole."""

from typing import Any

import pytest

from arenalab.errors import SpanError
from arenalab.span import Source, Span, check_unique, trajectory

FULL: dict[str, Any] = {
    "id": "s1",
    "who": "Ada",
    "did": "asked",
    "this": "How do I reset my password?",
    "when": "2026-11-24",
    "status": "completed",
    "if_ok": "Press **Forgot password**.",
    "if_not": "Write to us.",
    "confirmed_by": ["Grace"],
    "context": {"previous_spans": ["s0"], "environment": {"os": "any"}, "stakes": "low", "x": 1},
    "metadata": {
        "quality": {"completeness": 1.0},
        "source": {"url": "https://example.org/faq#reset", "title": "FAQ"},
        "license": "CC0-1.0",
        "lang": "en",
        "tags": ["account"],
        "alternates": ["I forgot my password"],
        "reviewed": True,
    },
    "colour": "blue",
}


def test_round_trip_keeps_everything() -> None:
    """A full span, unknown fields at each level included, survives parse and write."""
    assert Span.from_json(FULL).to_json() == FULL


def test_a_minimal_span_stays_minimal() -> None:
    """A span of id and situation gains nothing but its status."""
    span = Span.from_json({"id": "a", "this": "Hello?"})
    assert span.to_json() == {"id": "a", "this": "Hello?", "status": "completed"}


def test_source_may_be_an_address_alone() -> None:
    """A source written as a text is its address."""
    span = Span.from_json({"id": "a", "this": "b", "metadata": {"source": "https://example.org"}})
    assert span.metadata.source == Source(url="https://example.org")


def test_phrasings_do_not_repeat() -> None:
    """The situation and its alternates come in order, each once."""
    span = Span.from_json({"id": "a", "this": "b", "metadata": {"alternates": ["c", "b", "c"]}})
    assert span.phrasings == ("b", "c")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"id": ""}, "id"),
        ({"id": 7}, "id"),
        ({"this": "  "}, "this"),
        ({"status": "done"}, "status"),
        ({"if_ok": ["no"]}, "if_ok"),
        ({"confirmed_by": "Grace"}, "confirmed_by"),
        ({"context": []}, "context"),
        ({"context": {"previous_spans": [1]}}, "previous_spans"),
        ({"metadata": "good"}, "metadata"),
        ({"metadata": {"alternates": [None]}}, "alternates"),
        ({"metadata": {"source": 3}}, "source"),
        ({"metadata": {"quality": 0.5}}, "quality"),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, Any], named: str) -> None:
    """A field of the wrong type raises SpanError that names it."""
    with pytest.raises(SpanError, match=named):
        Span.from_json({**FULL, **change})


@pytest.mark.parametrize("value", [None, [], "span", 3])
def test_only_an_object_is_a_span(value: object) -> None:
    """Any other JSON value is refused."""
    with pytest.raises(SpanError, match="a JSON object is expected"):
        Span.from_json(value)


def test_shared_id_is_refused() -> None:
    """Two spans of one id raise SpanError with both situations."""
    with pytest.raises(SpanError, match=r"'one'.*'two'"):
        check_unique([Span(id="a", this="one"), Span(id="a", this="two")])


def test_trajectory_is_oldest_first_and_ends_circles() -> None:
    """The chain follows previous spans, ignores unknown ones and stops at a circle."""
    chain = [
        Span.from_json({"id": "a", "this": "1", "context": {"previous_spans": ["c"]}}),
        Span.from_json({"id": "b", "this": "2", "context": {"previous_spans": ["gone", "a"]}}),
        Span.from_json({"id": "c", "this": "3", "context": {"previous_spans": ["b"]}}),
    ]
    by_id = {span.id: span for span in chain}
    assert [span.id for span in trajectory(by_id["c"], by_id)] == ["a", "b", "c"]
