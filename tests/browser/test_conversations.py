"""Conversations: listed, named, searched, exported, deleted and brought back."""

import json
from pathlib import Path

from playwright.sync_api import Page, expect
from steps import act_on, answer_to, ask, line_of, turns

BATS = "Are bats blind?"
WHAT = "What is ArenaLab?"


def download(page: Page, start: str, title: str = "") -> tuple[str, str]:
    """Press what downloads a file. Return the file's name and its text."""
    with page.expect_download() as coming:
        if title:
            act_on(page, title, start)
        else:
            page.get_by_role("button", name=start, exact=True).click()
    return coming.value.suggested_filename, Path(coming.value.path()).read_text(encoding="utf-8")


def test_conversations_are_listed_and_kept_apart(page: Page) -> None:
    """A new one starts empty; the old one is in the list, last used first, and can be reopened."""
    ask(page, BATS)
    page.locator("#side").get_by_role("button", name="New conversation").click()
    expect(page.locator("#empty")).to_be_visible()
    ask(page, WHAT)
    expect(page.locator("#conversations .choice")).to_have_text([WHAT, BATS])
    line_of(page, BATS).locator(".choice").click()
    expect(turns(page).locator(".question")).to_have_text([BATS])
    expect(line_of(page, BATS).locator(".choice")).to_have_attribute("aria-current", "true")


def test_a_conversation_is_renamed_for_good(page: Page) -> None:
    """The name stands in the list at once and after a reload; Escape leaves it as it was."""
    ask(page, BATS)
    act_on(page, BATS, "Rename")
    box = page.get_by_label("Name of the conversation")
    expect(box).to_be_focused()
    expect(box).to_have_value(BATS)
    box.fill("Night animals")
    page.keyboard.press("Enter")
    expect(line_of(page, "Night animals")).to_be_visible()
    act_on(page, "Night animals", "Rename")
    box.fill("never mind")
    page.keyboard.press("Escape")
    expect(line_of(page, "Night animals")).to_be_visible()
    page.reload()
    expect(line_of(page, "Night animals")).to_be_visible()


def test_conversations_are_searched_by_title_and_by_what_was_said(talk: Page) -> None:
    """Questions and answers count; the place is shown; how many are found is said."""
    question = "Are bats blind, would you say?"
    ask(talk, question)
    answer_to(talk, question)
    talk.locator("#search").fill("WOULD YOU SAY")
    expect(talk.locator("#conversations .choice")).to_have_text([question])
    talk.locator("#search").fill("echolocation")
    expect(talk.locator("#conversations .choice .aside").first).to_contain_text("echolocation")
    expect(talk.locator("#found")).to_contain_text("found")
    talk.locator("#search").fill("zzzz")
    expect(talk.locator("#conversations")).to_contain_text("No conversation mentions this")


def test_a_deleted_conversation_can_be_brought_back(page: Page) -> None:
    """Undo has the focus, restores it here and in the store; without Undo it stays gone."""
    ask(page, BATS)
    page.locator("#side [data-do=new]").click()
    ask(page, WHAT)
    act_on(page, BATS, "Delete")
    expect(line_of(page, BATS)).to_have_count(0)
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    undo.press("Enter")
    expect(line_of(page, BATS)).to_be_visible()
    expect(turns(page).locator(".question")).to_have_text([BATS])
    page.reload()
    expect(line_of(page, BATS)).to_be_visible()
    act_on(page, BATS, "Delete")
    expect(line_of(page, BATS)).to_have_count(0)
    page.reload()
    expect(line_of(page, WHAT)).to_be_visible()
    expect(line_of(page, BATS)).to_have_count(0)


def test_a_conversation_is_exported_as_markdown(talk: Page) -> None:
    """A file named after it, with the question, the answer, how sure, and links to its sources."""
    question = "Are bats blind, in Markdown?"
    ask(talk, question)
    answer_to(talk, question)
    name, text = download(talk, "Export as Markdown", question)
    assert name == "Are-bats-blind-in-Markdown.md"
    assert text.startswith(f"# {question}\n")
    for part in ("bats can see", "% ", "(<https://en.wikipedia.org/wiki/Bat>)"):
        assert part.strip() in text


def test_a_conversation_is_exported_as_json(talk: Page) -> None:
    """Everything that is stored of it, its receipts among it; so are all of them at once."""
    question = "Are bats blind, in JSON?"
    ask(talk, question)
    answer_to(talk, question)
    name, text = download(talk, "Export as JSON", question)
    whole = json.loads(text)
    assert name.endswith(".json")
    assert whole["turns"][0]["question"] == question
    assert whole["turns"][0]["answer"]["receipts"]
    _, text = download(talk, "Export all")
    assert whole in json.loads(text)["conversations"]


def test_the_list_is_a_sheet_on_a_phone(talk: Page) -> None:
    """Its button opens it over the talk; Escape, a choice and the backdrop close it."""
    talk.set_viewport_size({"width": 360, "height": 740})
    side = talk.locator("#side")
    expect(side).to_be_hidden()
    talk.locator("#open-side").click()
    expect(side).to_be_visible()
    talk.keyboard.press("Escape")
    expect(side).to_be_hidden()
    expect(talk.locator("#open-side")).to_be_focused()
    talk.locator("#open-side").click()
    talk.mouse.click(350, 400)
    expect(side).to_be_hidden()
    talk.locator("#open-side").click()
    side.get_by_role("button", name="New conversation").click()
    expect(side).to_be_hidden()
