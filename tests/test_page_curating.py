"""Feedback: a rating at once, a reason that becomes the draft of a correction, its export."""

import json

import pytest
from page import export
from page.model import State, find_turn

from arenalab.importers import read
from arenalab.span import Span
from page_steps import ANSWER, RECEIPT, after, answered, asked, speak_english

speak_english()
GIVEN = {"id": "a", "reason": "wrong", "note": " They see well. ", "when": "2026-11-24T10:00:00Z"}


@pytest.fixture
def done() -> State:
    """Return the state of a page with one answered question."""
    return after(State(conversation="c"), asked("a", "Are bats blind?"), answered("a"))


def rated(rating: str) -> tuple:
    """Return the event of a thumb."""
    return ("rated", {"id": "a", "rating": rating})


def test_a_thumb_up_is_kept_at_once(done: State) -> None:
    """No dialog; pressed again it is taken back."""
    up = after(done, rated("up"))
    assert (find_turn(up, "a").rating, up.dialog) == ("up", None)
    assert find_turn(after(up, rated("up")), "a").rating is None


def test_a_thumb_down_asks_for_a_reason(done: State) -> None:
    """The rating counts at once; the dialog is about that turn."""
    down = after(done, rated("down"))
    assert (find_turn(down, "a").rating, down.dialog, down.about) == ("down", "feedback", "a")


def test_a_reason_becomes_a_draft(done: State) -> None:
    """It holds question, answer, reason, note, and the examples behind; the dialog closes."""
    state = after(done, rated("down"), ("explained", GIVEN))
    draft = state.drafts[0]
    assert (draft.question, draft.answer) == ("Are bats blind?", ANSWER["text"])
    assert (draft.reason, draft.note, draft.examples) == ("wrong", "They see well.", ("bats",))
    assert state.dialog is None


def test_a_note_has_at_most_a_thousand_characters(done: State) -> None:
    """Whatever reaches the state, no more is kept."""
    state = after(done, ("explained", GIVEN | {"note": "x" * 5_000}))
    assert len(state.drafts[0].note) == 1_000


def test_an_unknown_reason_makes_no_draft(done: State) -> None:
    """Only the listed reasons count."""
    assert after(done, ("explained", GIVEN | {"reason": "<b>"})).drafts == ()


def test_taking_the_thumb_back_takes_the_draft(done: State) -> None:
    """So does a thumb up instead."""
    state = after(done, rated("down"), ("explained", GIVEN))
    assert after(state, rated("down")).drafts == ()
    assert after(state, rated("up")).drafts == ()


def test_a_draft_can_be_removed_by_itself(done: State) -> None:
    """From the settings; the rating stays."""
    state = after(done, rated("down"), ("explained", GIVEN), ("draft_removed", {"id": "a"}))
    assert (state.drafts, find_turn(state, "a").rating) == ((), "down")


def test_drafts_are_exported_as_pending_spans(done: State) -> None:
    """Each line is a span as the engine reads it, the refused answer in if_not."""
    state = after(done, ("explained", GIVEN))
    lines = export.drafts_ndjson(state).splitlines()
    span = Span.from_json(json.loads(lines[0]))
    assert (span.id, span.this, span.status) == ("draft-a", "Are bats blind?", "pending")
    assert (span.if_ok, span.if_not) == ("They see well.", "No, bats can see.")
    assert span.context.previous_spans == ("bats",)
    assert span.metadata.tags == ("correction", "wrong")
    assert read("corrections.ndjson", "\n".join(lines).encode()).spans == (span,)


def test_a_conversation_is_exported_to_read(done: State) -> None:
    """Markdown: title, question, answer, how sure, sources as links."""
    text = export.conversation_markdown(done, "c")
    for part in (
        "# Are bats blind?\n",
        "No, bats can see.",
        "> Very sure, 97%",
        "- [Bat](<https://en.wikipedia.org/wiki/Bat>)",
    ):
        assert part in text


def test_a_source_that_is_no_web_address_is_exported_as_words() -> None:
    """No `javascript:` link leaves the page, whoever reads the file."""
    bad = RECEIPT | {"source_url": "javascript:alert(1)", "source_title": "x](javascript:1)"}
    assert export.source_line(bad) == "x)(javascript:1)"


def test_a_conversation_is_exported_whole(done: State) -> None:
    """JSON: what the page stores, readable again."""
    read_back = json.loads(export.conversation_json(done, "c"))
    assert read_back["turns"][0]["answer"] == ANSWER
    assert json.loads(export.all_json(done))["conversations"] == [read_back]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Are bats blind?", "Are-bats-blind.md"),
        ("../../etc/passwd", "etc-passwd.md"),
        ("<script>", "script.md"),
        ("faq.csv", "faq.csv.md"),
        ("هل الخفافيش عمياء؟", "هل-الخفافيش-عمياء؟.md"),
        ("\u202egpj", "gpj.md"),
        ("???", "arenalab.md"),
    ],
)
def test_a_title_becomes_a_harmless_file_name(title: str, name: str) -> None:
    """No path, no mark-up, no marks that turn text around."""
    assert export.file_name(title, ".md") == name
