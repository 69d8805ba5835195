"""static/diamonds: the starter spans parse, cite, chain, and never say the same thing twice."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from arenalab.span import Span

pytestmark = pytest.mark.native  # reads the checkout's files

FOLDER = Path(__file__).parents[1] / "static" / "diamonds"
LEAST = {"arenalab": 90, "smalltalk": 50, "misconceptions": 120}
REPOSITORY = ("README.md", "docs/decisions/", "py/arenalab/pack/FORMAT.md")
KEYS = (
    "id",
    "who",
    "this",
    "if_ok",
    "if_not",
    "status",
    "when",
    "confirmed_by",
    "context",
    "metadata",
)
METADATA_KEYS = ("source", "license", "lang", "tags", "alternates")

LINES = {
    theme: (FOLDER / f"{theme}.ndjson").read_text(encoding="utf-8").splitlines() for theme in LEAST
}
SPANS = {theme: [Span.from_json(json.loads(line)) for line in LINES[theme]] for theme in LEAST}
ALL = [span for theme in LEAST for span in SPANS[theme]]

each_theme = pytest.mark.parametrize("theme", LEAST)


def words(text: str) -> frozenset[str]:
    """Return the words of a text, whatever their case, order and punctuation."""
    return frozenset(re.findall(r"\w+", text.casefold()))


def phrasings() -> Iterator[tuple[str, str]]:
    """Yield every way to ask, with the id of its span."""
    for span in ALL:
        yield from ((text, span.id) for text in (span.this, *span.metadata.alternates))


@each_theme
def test_there_are_enough(theme: str) -> None:
    """Every file holds at least as many spans as the starter pack promises."""
    assert len(SPANS[theme]) >= LEAST[theme]
    assert len(ALL) >= 240


@each_theme
def test_lines_are_written_alike(theme: str) -> None:
    """A line is one object, written as `json.dumps` does, its keys in the agreed order."""
    for line in LINES[theme]:
        value = json.loads(line)
        assert line == json.dumps(value, ensure_ascii=False)
        assert list(value) == [key for key in KEYS if key in value]
        assert list(value["metadata"]) == [key for key in METADATA_KEYS if key in value["metadata"]]


@each_theme
def test_nothing_is_misspelt_into_an_unknown_field(theme: str) -> None:
    """No span carries a field that the engine does not know."""
    for span in SPANS[theme]:
        assert {**span.extra, **span.context.extra, **span.metadata.extra} == {}, span.id


@each_theme
def test_spans_are_complete(theme: str) -> None:
    """A span has an author, a day, a licence, a language, a topic, and other ways to ask."""
    for span in SPANS[theme]:
        assert re.fullmatch(rf"{theme}(-[a-z0-9]+)+", span.id)
        assert span.who == "ArenaLab"
        assert span.status == "completed"
        assert date.fromisoformat(span.when or "")
        assert span.metadata.license == "Apache-2.0"
        assert span.metadata.lang == "en"
        assert span.metadata.tags
        # Whoever is in danger must be understood in whatever words, so a crisis has more of them.
        most = 12 if span.context.stakes else 5
        assert 2 <= len(span.metadata.alternates) <= most, span.id


@each_theme
def test_spans_are_sorted_by_topic(theme: str) -> None:
    """The spans of one first tag stand together."""
    topics = [span.metadata.tags[0] for span in SPANS[theme]]
    changes = sum(a != b for a, b in pairwise(topics))
    assert changes == len(set(topics)) - 1


@each_theme
def test_texts_are_tidy(theme: str) -> None:
    """No text has space around it or doubled, and an answer ends like a sentence."""
    for span in SPANS[theme]:
        for text in (span.this, span.if_ok, *span.metadata.alternates):
            assert text == text.strip()
            assert "  " not in text
        assert span.if_ok.endswith((".", "!", "?")), span.id


def test_ids_are_unique() -> None:
    """No two spans of the starter pack share an id."""
    assert [i for i, count in Counter(span.id for span in ALL).items() if count > 1] == []


def test_predecessors_come_earlier() -> None:
    """Every span named in previous_spans stands before the one that names it."""
    seen: set[str] = set()
    for span in ALL:
        assert seen.issuperset(span.context.previous_spans), span.id
        seen.add(span.id)


def test_there_are_follow_ups() -> None:
    """At least eight trajectories of ArenaLab's own go on for a second turn."""
    assert sum(bool(span.context.previous_spans) for span in SPANS["arenalab"]) >= 8


def test_no_question_is_asked_twice() -> None:
    """No two phrasings, of whatever span, consist of the same words."""
    asked: dict[frozenset[str], list[tuple[str, str]]] = {}
    for text, span_id in phrasings():
        asked.setdefault(words(text), []).append((text, span_id))
    assert [same for same in asked.values() if len(same) > 1] == []


def test_no_answer_is_given_twice() -> None:
    """No two answers and no two wrong beliefs are the same text."""
    for texts in ([s.if_ok for s in ALL], [s.if_not for s in ALL if s.if_not]):
        assert [text for text, count in Counter(texts).items() if count > 1] == []


def test_misconceptions_are_put_right_with_a_source() -> None:
    """A misconception states the wrong belief and cites a titled page on https."""
    for span in SPANS["misconceptions"]:
        source = span.metadata.source
        assert span.if_not, span.id
        assert source, span.id
        assert source.title, span.id
        assert re.fullmatch(r"https://[a-z.]+\.[a-z]{2,3}/\S+", source.url or ""), span.id
        assert span.confirmed_by == ("source",)


def test_arenalab_cites_its_own_documents() -> None:
    """What is said of ArenaLab refers to a document of the repository."""
    for span in SPANS["arenalab"]:
        assert span.metadata.source, span.id
        assert span.metadata.source.url in REPOSITORY, span.id


def test_a_crisis_is_marked_and_points_to_help() -> None:
    """Whoever is in danger is shown the way to emergency services, and the span says so."""
    crisis = [span for span in SPANS["smalltalk"] if "crisis" in span.metadata.tags]
    assert len(crisis) >= 5
    for span in crisis:
        assert span.context.stakes == "high"
        assert "emergency number" in span.if_ok
