"""report: one file that needs nothing else, escapes what it is given, and draws what is there."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from arenalab.evaluate.records import KINDS, Evaluation, Kind, Record, decision
from arenalab.evaluate.report import render
from arenalab.evaluate.report_charts import (
    confusion_chart,
    reliability_chart,
    risk_coverage_chart,
    worst_outcomes,
)
from arenalab.evaluate.report_words import number

NASTY = '<script>alert("x")</script> & more'


def record(
    kind: Kind = "right", *, truth: str = "a", predicted: str = "a", p: float = 0.8
) -> Record:
    """Return a record of an item that was decided so."""
    return Record("1", "asked?", truth, predicted, truth == predicted, kind, p, p, p)


def test_a_report_is_whole_and_calls_nobody() -> None:
    """No script, no address, no file beside it: only markup, style and drawings."""
    page = render(Evaluation("intent", {"accuracy": 0.5}, (record(), record("wrong", truth="b"))))
    assert page.startswith("<!doctype html>")
    assert page.count("<svg") == page.count("</svg>") >= 3
    assert not re.search(r"https?:|<script|<link|src=|url\(", page)


def test_both_themes_are_there() -> None:
    """The page follows the reader's choice of light or dark."""
    assert "prefers-color-scheme: dark" in render(Evaluation("faq", {}))


def test_what_a_benchmark_says_is_escaped() -> None:
    """Markup in questions, labels and file names is shown, never obeyed."""
    asked = Record("1", NASTY, NASTY, f"{NASTY}!", correct=False, kind="wrong", probability=0.5)
    page = render(Evaluation(NASTY, {NASTY: NASTY}, (asked, asked)), about=NASTY)
    assert "<script" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_decision_has_its_examples(kind: Kind) -> None:
    """A kind that occurs is named in words, with the text that was asked."""
    page = render(Evaluation("intent", {}, (record(kind),)))
    assert KINDS[kind] in page
    assert "asked?" in page


def test_the_surest_errors_come_first() -> None:
    """Of many errors the most confident are shown."""
    wrong = tuple(
        Record(str(i), f"question {i}.", "a", "b", correct=False, kind="wrong", probability=i / 50)
        for i in range(50)
    )
    page = render(Evaluation("intent", {}, wrong))
    assert "question 49." in page
    assert "question 0." not in page


def test_no_records_no_pictures() -> None:
    """An evaluation of numbers alone is a report of numbers alone."""
    page = render(Evaluation("pack", {"bytes": 12, "none": float("nan")}))
    assert "<svg" not in page
    assert "None" not in page
    assert "nan" not in page


def test_tables_and_lists_among_the_measures_are_shown() -> None:
    """A measure that is a table has its rows and columns; one that is a list its items."""
    measures = {"baselines": {"bm25": {"r_at_1": 0.25}}, "overlap": ["one ~ other"]}
    page = render(Evaluation("dialogue", measures))
    assert "BM25" in page
    assert "0.2500" in page
    assert "<li>one ~ other</li>" in page


def test_records_without_probability_have_no_charts_of_it() -> None:
    """A task that states no probability is not drawn as if it did."""
    asked = Record("1", "q", "a", "b", correct=False, kind="wrong", rank=7)
    page = render(Evaluation("dialogue", {}, (asked,)))
    assert "Reliability" not in page
    assert "Rank of the right one" in page
    assert ">7<" in page


@pytest.mark.parametrize("size", [0, 1, 2, 1000])
def test_charts_are_drawn_whatever_the_number_of_items(size: int) -> None:
    """Each is well-formed, with finite places; few items and many."""
    p = np.linspace(0, 1, size)
    correct = np.arange(size) % 3 > 0
    for chart in (risk_coverage_chart(p, correct), reliability_chart(p, correct)):
        ElementTree.fromstring(chart)
        assert "nan" not in chart


def test_a_dot_stands_where_said_and_seen_meet() -> None:
    """Ten answers at 0.5, half of them right, make one dot on the diagonal."""
    chart = reliability_chart(np.full(10, 0.5), np.arange(10) % 2 == 0)
    assert chart.count("<circle") == 1
    assert "said 0.50, right 0.50, 10 items" in chart


def test_the_worst_confusions_come_first_and_side_by_side() -> None:
    """Labels follow the counts, partners together; pairs that do not fit are left out."""
    pairs = {("a", "b"): 1, ("x", "y"): 5, ("y", "x"): 2}
    assert worst_outcomes(pairs) == ["x", "y", "a", "b"]
    many = {(f"t{i}", f"p{i}"): 1 for i in range(30)}
    assert len(worst_outcomes(many)) <= 12
    drawing = confusion_chart(pairs, {"x": 3})
    ElementTree.fromstring(drawing)
    assert "<title>x → y: 5</title>" in drawing


def test_decisions_are_named() -> None:
    """Inside or not, answered or not, right or not: six kinds."""
    assert decision(inside=True, answered=True, correct=True) == "right"
    assert decision(inside=True, answered=True, correct=False) == "wrong"
    assert decision(inside=True, answered=False, correct=True) == "withheld"
    assert decision(inside=True, answered=False, correct=False) == "spared"
    assert decision(inside=False, answered=False, correct=False) == "kept out"
    assert decision(inside=False, answered=True, correct=False) == "let in"


def test_json_has_no_nan() -> None:
    """A measure that does not apply is null, in tables too."""
    nan = float("nan")
    found = Evaluation("t", {"a": nan, "b": {"c": {"d": nan}}, "e": 1}).to_json()
    assert found == {"task": "t", "a": None, "b": {"c": {"d": None}}, "e": 1}


def test_numbers_read_well() -> None:
    """Four decimals, thousands apart, a dash for what does not apply."""
    assert [number(v) for v in (0.5, 12345, float("nan"), None, "x")] == [
        "0.5000",
        "12,345",
        "–",
        "–",
        "x",
    ]
