"""filter and plan: what is wanted is searched, in the order that costs least."""

from dataclasses import replace

import numpy as np
import pytest

from arenalab.arena import Arena, learn
from arenalab.errors import InputError
from arenalab.filter import Filter
from arenalab.pack import Pack
from arenalab.plan import plan
from arenalab.span import Metadata, Source
from world import SPANS, WordEncoder, span

MARKED = tuple(
    replace(
        known,
        when=f"2026-{number + 1:02}-15T12:00:00Z" if number < 9 else None,
        metadata=Metadata(
            source=Source(f"https://{'docs.' if number % 2 else ''}example.org/{number}"),
            lang=("en", "en-GB", "es", None)[number % 4],
            tags=("Money",) * (known.id in {"price", "refund"}) + ("all",),
            quality={"impact": number / 11},
        ),
    )
    for number, known in enumerate(SPANS)
)


@pytest.fixture(scope="module")
def marked(encoder: WordEncoder) -> Pack:
    """Return the tiny world with marks, dates and grades."""
    return learn(MARKED, encoder, name="marked")


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (Filter(tags=("money",)), {2, 3}),
        (Filter(tags=("ALL ", "Money")), {2, 3}),
        (Filter(tags=("mone",)), set()),
        (Filter(lang="EN"), {0, 1, 4, 5, 8, 9}),
        (Filter(lang="en-gb"), {1, 5, 9}),
        (Filter(domain="example.org"), set(range(12))),
        (Filter(domain="Docs.Example.org."), {1, 3, 5, 7, 9, 11}),
        (Filter(domain="ample.org"), set()),
        (Filter(since="2026-08-15"), {7, 8}),
        (Filter(since="2026-08-15T12:00:01Z"), {8}),
        (Filter(until="2026-02-15"), {0, 1}),
        (Filter(until="2026-02-15T11:59:59+00:00"), {0}),
        (Filter(since="2026-02-15", until="2026-03-15"), {1, 2}),
        (Filter(tags=("money",), domain="docs.example.org"), {3}),
    ],
)
def test_a_filter_means_what_it_says(marked: Pack, wanted: Filter, numbers: set[int]) -> None:
    """Every condition lets through the spans that meet it, and several those that meet all."""
    allowed = plan(marked, wanted, 200).allowed
    assert allowed is not None
    assert set(np.flatnonzero(allowed).tolist()) == numbers


def test_quality_is_the_mean_of_the_grades(marked: Pack) -> None:
    """The least quality is compared with the mean of the five grades."""
    means = np.rint(marked.grades / 2.55) / 100
    allowed = plan(marked, Filter(min_quality=float(np.median(means))), 200).allowed
    assert allowed is not None
    assert 0 < allowed.sum() < len(allowed)
    assert means[allowed].min() >= means[~allowed].max()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"since": "tomorrow"}, "since is 'tomorrow'; write a date"),
        ({"until": "2026-13-01"}, "until is '2026-13-01'"),
        ({"since": "2026-02-01", "until": "2026-01-31"}, "is after"),
        ({"min_quality": 1.5}, "min_quality is 1.5"),
        ({"min_quality": float("nan")}, "min_quality is nan"),
        ({"domain": "https://example.org"}, "name a host alone"),
        ({"domain": " "}, "domain is ' '"),
        ({"lang": " "}, "lang is ' '"),
        ({"tags": ("money", " ")}, "tag"),
    ],
)
def test_a_filter_that_cannot_be_meant_is_refused(fields: dict, message: str) -> None:
    """Bad values raise InputError with the value and the cure."""
    with pytest.raises(InputError, match=message):
        Filter(**fields)


def test_only_what_is_wanted_answers(marked: Pack, encoder: WordEncoder) -> None:
    """A diamond outside the filter neither answers, nor is offered, nor cited."""
    arena = Arena(marked, encoder, lambda: 0.0)
    asked = "Can I get a refund?"
    assert arena.answer(asked, wanted=Filter(tags=("money",))).text == "Yes, within 30 days."
    answer = arena.answer(asked, wanted=Filter(lang="es"))
    assert answer.kind != "answer"
    assert {r.span_id for r in answer.receipts} <= {"price", "export", "price-business"}
    nothing = arena.answer(asked, wanted=Filter(tags=("nobody bears this",)))
    assert (nothing.kind, nothing.receipts, nothing.options) == ("unknown", (), ())
    assert nothing.plan["words"].endswith("Nothing is left to search.")


def test_the_plan_goes_rarest_first(marked: Pack) -> None:
    """Conditions are applied by how few meet them, and the words and numbers say so."""
    wanted = Filter(tags=("all", "money"), domain="docs.example.org", lang="en")
    chosen = plan(marked, wanted, 200)
    assert chosen.steps == (
        ("tag money", 2),
        ("lang en", 0),
        ("domain docs.example.org", 0),
        ("tag all", 0),
    )
    told = plan(marked, Filter(tags=("money",)), 200).to_json()
    assert told["filters"] == [{"condition": "tag money", "left": 2}]
    assert told["scanned"] == len(marked.rows_of(np.array([2, 3])))
    assert "tag money (2 left). Scan these alone." in told["words"]
    wide = plan(marked, Filter(tags=("all",)), 200)
    assert (wide.rows, wide.scanned) == (None, marked.row_count)
    assert "Scan past the unwanted." in wide.words


def test_without_a_filter_all_is_searched(marked: Pack) -> None:
    """No condition, no mask; the neighbours are at most what there is."""
    chosen = plan(marked, Filter(), 7)
    assert (chosen.allowed, chosen.rows, chosen.steps) == (None, None, ())
    assert (chosen.scanned, chosen.neighbours) == (marked.row_count, 7)
    assert plan(marked, Filter(), 10_000).neighbours == marked.row_count


def test_as_many_rows_are_weighed_as_the_outcomes_need(encoder: WordEncoder) -> None:
    """Outcomes of one phrasing need few rows; of many, as many as the pack's kernel allows."""
    asked = tuple(f"how do I {word}" for word in "abcdefghijklmnopqrstuvwxyz")
    few = [span(f"s{i}", text, f"Outcome {i}.") for i, text in enumerate(asked * 4)]
    few = [replace(one, this=f"{one.this} {i}") for i, one in enumerate(few)]
    many = [replace(one, if_ok=f"Outcome {i % 4}.") for i, one in enumerate(few)]
    assert plan(learn(few, encoder, name="few"), Filter(), 200).neighbours == 50
    assert plan(learn(many, encoder, name="many"), Filter(), 80).neighbours == 80
