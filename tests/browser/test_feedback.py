"""Thumbs, reasons, and the drafts of corrections they become."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from steps import answer_to, ask, open_sheet

from arenalab.span import Span

RECORDS = """(name) => new Promise((done) => {
  indexedDB.open("arenalab").onsuccess = ({ target }) => {
    const all = target.result.transaction(name).objectStore(name).getAll();
    all.onsuccess = () => { target.result.close(); done(all.result); };
  };
})"""
REASONS = ("Wrong", "Not what I asked", "Out of date", "Unclear", "Unsafe", "Something else")


def asked(page: Page, question: str) -> Locator:
    """Ask, and return the answer."""
    ask(page, question)
    return answer_to(page, question)


def stored(page: Page, name: str, question: str) -> list[dict[str, object]]:
    """What the database holds about a question."""
    return [record for record in page.evaluate(RECORDS, name) if record["question"] == question]


def test_a_thumb_up_counts_at_once(talk: Page) -> None:
    """No dialog; it is stored, and a second press takes it back. Opened receipts stay open."""
    question = "Are bats blind? Thumbs up."
    answer = asked(talk, question)
    answer.locator(".receipts > summary").click()
    up = answer.get_by_role("button", name="Good answer", exact=True)
    up.press("Enter")
    expect(up).to_have_attribute("aria-pressed", "true")
    expect(up).to_be_focused()
    expect(answer.locator(".receipt").first).to_be_visible()
    expect(talk.locator("#feedback")).to_be_hidden()
    assert [record["rating"] for record in stored(talk, "conversations", question)] == ["up"]
    up.click()
    expect(up).to_have_attribute("aria-pressed", "false")


def test_a_thumb_down_asks_for_the_reason(talk: Page) -> None:
    """The six reasons are there; none is chosen for the person; the focus comes back."""
    answer = asked(talk, "Are bats blind? Thumbs down.")
    down = answer.get_by_role("button", name="Not a good answer")
    down.click()
    dialog = talk.get_by_role("dialog", name="What was not right?")
    expect(dialog.get_by_role("radio")).to_have_count(6)
    for reason in REASONS:
        expect(dialog.get_by_role("radio", name=reason, exact=True)).not_to_be_checked()
    talk.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(down).to_be_focused()
    expect(down).to_have_attribute("aria-pressed", "true")


def test_a_note_has_a_thousand_characters_and_says_how_many_are_left(talk: Page) -> None:
    """What is typed beyond that does not arrive."""
    answer = asked(talk, "Are bats blind? A long note.")
    answer.get_by_role("button", name="Not a good answer").click()
    note = talk.locator("#note")
    expect(talk.locator("#note-left")).to_have_text("1,000 characters left")
    note.fill("x" * 998)
    note.press("End")
    talk.keyboard.type("yyyy")
    expect(note).to_have_value("x" * 998 + "yy")
    expect(talk.locator("#note-left")).to_have_text("0 characters left")
    talk.keyboard.press("Escape")


def test_a_reason_and_a_note_become_a_draft_that_can_be_exported(talk: Page) -> None:
    """A pending span in this browser: listed, exported as NDJSON the engine reads, removable."""
    question = "Are bats blind? A draft."
    answer = asked(talk, question)
    answer.get_by_role("button", name="Not a good answer").click()
    talk.get_by_role("radio", name="Out of date").check(force=True)
    talk.locator("#note").fill("Bats see *quite* well.")
    talk.get_by_role("button", name="Keep as a draft").click()
    expect(talk.locator(".notice", has_text="Kept as a draft")).to_be_visible()
    assert [draft["reason"] for draft in stored(talk, "drafts", question)] == ["out_of_date"]
    settings = open_sheet(talk, "settings")
    with talk.expect_download() as coming:
        settings.get_by_role("button", name="Export for curating").click()
    lines = Path(coming.value.path()).read_text(encoding="utf-8").splitlines()
    spans = [Span.from_json(json.loads(line)) for line in lines]
    [span] = [span for span in spans if span.this == question]
    assert (span.status, span.if_ok) == ("pending", "Bats see *quite* well.")
    assert "echolocation" in span.if_not
    assert span.context.previous_spans
    settings.get_by_role("button", name=f"Remove the draft about {question}").click()
    expect(settings.locator("#drafts")).not_to_contain_text(question)
    assert stored(talk, "drafts", question) == []


@pytest.mark.parametrize("way", ["Cancel", "Close"])
def test_a_reason_can_be_left_out(talk: Page, way: str) -> None:
    """The thumb counts without one; no draft is made."""
    question = f"Are bats blind? {way} it."
    answer = asked(talk, question)
    answer.get_by_role("button", name="Not a good answer").click()
    talk.locator("#feedback").get_by_role("button", name=way).click()
    expect(talk.locator("#feedback")).to_be_hidden()
    assert stored(talk, "drafts", question) == []
    assert [record["rating"] for record in stored(talk, "conversations", question)] == ["down"]
