"""evaluate: benchmark files are read strictly, and the measures come out of real answers."""

import json

import pytest

from arenalab.errors import SourceError
from arenalab.evaluate import (
    Faq,
    Labelled,
    evaluate_faq,
    evaluate_intent,
    evaluate_shots,
    read_faq,
    read_labelled,
    read_queries,
)
from arenalab.evaluate.faq import FaqQuery
from arenalab.evaluate.intent import draw
from world import SPANS, WordEncoder


def silent(stage: str, done: int, total: int) -> None:
    """Report nothing."""


def still() -> float:
    """Return the time of a clock that stands still."""
    return 0.0


def test_own_questions_are_found() -> None:
    """A FAQ asked in its own words is found every time."""
    faqs = [Faq(span.id, span.this, span.if_ok) for span in SPANS]
    queries = [FaqQuery(span.this, span.id) for span in SPANS]
    measures = evaluate_faq(faqs, queries, WordEncoder(), still, silent).measures
    assert measures["n"] == len(SPANS)
    assert measures["p_at_1"] == measures["mrr"] == measures["recall_at_5"] == 1


def test_a_query_without_its_question_is_refused() -> None:
    """A query that names an unknown id raises SourceError with both."""
    with pytest.raises(SourceError, match="nowhere"):
        evaluate_faq([Faq("a", "b", "c")], [FaqQuery("x", "nowhere")], WordEncoder(), still, silent)


def test_intents_are_learned_and_strangers_left_alone() -> None:
    """Known wordings get their label; what shares no word with any is mostly left unanswered."""
    train = [
        Labelled(f"{verb} my {thing} {extra}", thing)
        for thing in ("card", "password", "parcel")
        for verb in ("find", "send", "lost", "change")
        for extra in ("please", "today", "again")
    ]
    test = [Labelled(f"lost my {thing} now", thing) for thing in ("card", "password", "parcel")]
    test += [Labelled("zebras sleep upright", "oos")]
    measures = evaluate_intent(train, test, WordEncoder(), still, silent).measures
    assert measures["n"] == 4
    assert measures["n_oos"] == 1
    assert measures["accuracy_in_scope"] == 1
    assert measures["oos_auroc"] == 1


def test_few_examples_are_drawn_and_averaged() -> None:
    """A draw has so many of each label, is made again by its seed, and leaves `oos` out."""
    train = [Labelled(f"{verb} my {t}", t) for t in ("card", "pin", "oos") for verb in "abcdef"]
    drawn = draw(train, 2, seed=1)
    assert sorted(one.label for one in drawn) == ["card", "card", "pin", "pin"]
    assert draw(train, 2, seed=1) == drawn != draw(train, 2, seed=2)
    test = [Labelled("a my card", "card"), Labelled("b my pin", "pin")]
    found = evaluate_shots(train, test, WordEncoder(), still, silent, shots=2, seeds=3)
    each = [row["accuracy_in_scope"] for row in found.measures["by_seed"].values()]
    assert len(each) == 3
    assert found.measures["accuracy_in_scope"] == pytest.approx(sum(each) / 3)
    assert found.measures["n"] == 2
    assert found.measures["conformal"].keys() == {"0.9", "0.95"}


def test_each_item_has_its_record() -> None:
    """Records agree with the measures; what no outcome fits has no truth."""
    train = [Labelled(f"{verb} my {t}", t) for t in ("card", "pin") for verb in ("find", "lose")]
    test = [Labelled("find my card", "card"), Labelled("zebras sleep upright", "oos")]
    found = evaluate_intent(train, test, WordEncoder(), still, silent)
    assert [r.truth for r in found.records] == ["card", ""]
    assert found.records[0].predicted == "card"
    assert found.records[0].correct
    assert found.records[1].kind in ("kept out", "let in")
    assert found.to_json()["task"] == "intent"


def test_a_test_of_strangers_alone_is_measured() -> None:
    """Without a single in-scope item, what is defined is given, the rest is not."""
    train = [Labelled("find my card", "card"), Labelled("find my pin", "pin")]
    found = evaluate_intent(train, [Labelled("zebras", "oos")], WordEncoder(), still, silent)
    assert found.measures["oos_recall"] in (0, 1)
    assert found.to_json()["accuracy_in_scope"] is None


def test_columns_are_named_when_missing() -> None:
    """A CSV without text and label says which columns it has."""
    with pytest.raises(SourceError, match="a, b"):
        read_labelled("x.csv", b"a,b\n1,2\n")
    assert read_labelled("x.csv", b"text,category\nhi,greet\n") == [Labelled("hi", "greet")]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.csv", "\ufeffText,Intent\nhi,greet\nwho?,Out-of-Scope\n"),
        ("x.tsv", "category\tutterance\ngreet\thi\nOOD\twho?\n"),
        ("x.jsonl", '{"text": "hi", "label": "greet"}\n{"text": "who?", "label": "oos"}\n'),
    ],
)
def test_labelled_files_of_many_makes_are_read(name: str, data: str) -> None:
    """Other column names and orders, tabs, JSON lines, a byte order mark, spellings of oos."""
    expected = [Labelled("hi", "greet"), Labelled("who?", "oos")]
    assert read_labelled(name, data.encode()) == expected


@pytest.mark.parametrize("data", [b"", b"text,label\n", b"text,label\nhi,\n", b"text,label\n,x\n"])
def test_labelled_files_lack_nothing(data: bytes) -> None:
    """No rows, a missing label or a missing text raise SourceError."""
    with pytest.raises(SourceError, match=r"x\.csv"):
        read_labelled("x.csv", data)


@pytest.mark.parametrize("data", [b"", b"\n\n", b"{}\n", b"[1]\n", b"nope\n", b"\xff\xfe"])
def test_bad_jsonl_names_the_place(data: bytes) -> None:
    """Lines that are not such objects raise SourceError, never a raw error."""
    with pytest.raises(SourceError, match=r"q\.jsonl"):
        read_queries("q.jsonl", data)


def test_good_jsonl_is_read() -> None:
    """Objects with more fields than needed are fine; numbers become texts."""
    line = json.dumps({"id": 7, "question": "a", "answer": "b", "more": 1}).encode()
    assert read_faq("f.jsonl", line) == [Faq("7", "a", "b")]
