"""quality: each dimension measures what its documentation says."""

from dataclasses import replace

import numpy as np
import pytest

from arenalab.errors import SpanError
from arenalab.quality import DIMENSIONS, grade, survey, together
from arenalab.span import Metadata, Span
from world import SPANS, span


def column(name: str, *spans: Span) -> list[float]:
    """Return one dimension of the grades of `spans`."""
    return [float(value) for value in grade(spans)[:, DIMENSIONS.index(name)]]


def test_grades_are_shares() -> None:
    """Every grade of every span is between 0 and 1."""
    grades = grade(SPANS)
    assert grades.shape == (len(SPANS), 5)
    assert np.all((grades >= 0) & (grades <= 1))


def test_completeness_counts_what_is_told() -> None:
    """A span of a question and an answer tells a third of a full one."""
    bare = Span(id="a", this="Why?", if_ok="Because.")
    full = replace(span("b", "Why?", "Because.", "How come?"), who="Ada", when="2026-01-01")
    assert column("completeness", bare, full) == [pytest.approx(1 / 3), 1.0]


def test_provenance_wants_source_licence_and_confirmation() -> None:
    """Source, licence and confirmation add up to 1."""
    sourced = span("a", "Why?", "Because.")
    assert column("provenance", sourced) == [pytest.approx(0.7)]
    assert column("provenance", replace(sourced, confirmed_by=("Ada",))) == [pytest.approx(1.0)]
    assert column("provenance", Span(id="c", this="x", if_ok="y")) == [0.0]


def test_impact_grows_with_confirmation() -> None:
    """A confirmed outcome is relied on more than an unconfirmed, that more than a failed one."""
    plain = Span(id="a", this="x", if_ok="y")
    confirmed = replace(plain, id="b", confirmed_by=("Ada", "Grace"))
    failed = replace(plain, id="c", status="failed")
    assert column("impact", plain, confirmed, failed) == [0.6, 1.0, 0.5]


def test_a_copy_is_not_unique() -> None:
    """Two spans of the same words have uniqueness 0, a span of other words 1."""
    spans = (
        Span(id="a", this="one two three", if_ok="four"),
        Span(id="b", this="one two three", if_ok="four"),
        Span(id="c", this="five six seven", if_ok="eight"),
    )
    assert column("uniqueness", *spans) == [0.0, 0.0, 1.0]


def test_coherence_is_taking_up_the_question() -> None:
    """An answer in the question's words is coherent, one in none of them is not."""
    spans = (
        Span(id="a", this="delete account", if_ok="To delete the account, press Delete."),
        Span(id="b", this="change colour", if_ok="No."),
    )
    assert column("coherence", *spans) == [1.0, 0.0]


def test_a_declared_grade_takes_the_place_of_the_measure() -> None:
    """What the span declares is the grade."""
    declared = Span(id="a", this="x", if_ok="y", metadata=Metadata(quality={"impact": 0.25}))
    assert column("impact", declared) == [0.25]


@pytest.mark.parametrize("value", [2, -0.1, "high", True, None])
def test_a_grade_out_of_range_is_refused(value: object) -> None:
    """A declared grade that is no share raises SpanError with its value."""
    with pytest.raises(SpanError, match="impact"):
        grade([Span(id="a", this="x", if_ok="y", metadata=Metadata(quality={"impact": value}))])


def test_parts_graded_apart_are_graded_as_one_set() -> None:
    """Surveys of two halves, put together, give each half the grades it has in the whole."""
    halves = SPANS[:5], SPANS[5:]
    among = together([survey(half) for half in halves])
    apart = np.concatenate([grade(half, among) for half in halves])
    np.testing.assert_allclose(apart, grade(SPANS), atol=1e-12)
