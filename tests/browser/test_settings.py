"""The settings: each does what it says, and is still chosen after a reload."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from steps import answer_to, ask, drop, notice, open_sheet, wait_until_ready

SLIDE = """(value) => {
  const slider = document.getElementById("threshold");
  slider.value = value;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_is_remembered(visitor: Callable[..., BrowserContext], scheme: str) -> None:
    """The other theme shows at once and after a reload; "As the system" follows it again."""
    page = visitor(color_scheme=scheme).new_page()
    page.goto("./")
    other = {"light": "dark", "dark": "light"}[scheme]
    root = page.locator("html")
    sheet = open_sheet(page, "settings")
    sheet.get_by_role("radio", name=other.title()).check(force=True)
    expect(root).to_have_attribute("data-theme", other)
    page.reload()
    expect(root).to_have_attribute("data-theme", other)
    sheet = open_sheet(page, "settings")
    expect(sheet.get_by_role("radio", name=other.title())).to_be_checked()
    sheet.get_by_role("radio", name="As the system").check(force=True)
    expect(root).not_to_have_attribute("data-theme", other)


def test_a_threshold_says_what_it_does_as_measured(talk: Page) -> None:
    """The sentence and the drawing come from the pack's own header and follow the slider."""
    sheet = open_sheet(talk, "settings")
    effect = sheet.locator("#effect")
    said = re.compile(r"At 60% it answers \d+% of the questions it knows; \d+% of those answers")
    expect(effect).to_have_text(said)
    expect(sheet.locator("#threshold-now")).to_have_text("60%, balanced")
    mark = sheet.locator("#coverage .now")
    before = mark.get_attribute("cx")
    sheet.locator("#threshold").press("End")
    expect(sheet.locator("#threshold-now")).to_have_text("95%, strict")
    expect(effect).to_contain_text("At 95%")
    assert mark.get_attribute("cx") != before
    expect(sheet.locator("#coverage svg")).to_have_attribute("role", "img")
    sheet.get_by_role("button", name="Use the pack's own").click()
    expect(sheet.locator("#threshold-now")).to_have_text("60%, balanced")
    talk.keyboard.press("Escape")


def test_a_higher_threshold_holds_back_what_is_less_sure(talk: Page) -> None:
    """The same question is answered at the pack's own bar, and asked back above its sureness."""
    question = "tell me what it does"
    ask(talk, question)
    answer = answer_to(talk, question)
    expect(answer).to_have_attribute("data-kind", "answer")
    sure = re.search(r"(\d+)%", answer.locator(".sureness").inner_text())
    assert sure is not None
    assert int(sure[1]) < 95
    open_sheet(talk, "settings")
    talk.evaluate(SLIDE, 95)
    talk.keyboard.press("Escape")
    talk.locator("#side [data-do=new]").click()
    ask(talk, question)
    expect(answer_to(talk, question)).to_have_attribute("data-kind", "clarify")
    open_sheet(talk, "settings").get_by_role("button", name="Use the pack's own").click()
    talk.keyboard.press("Escape")


def test_several_packs_are_asked_together(page: Page, tmp_path: Path) -> None:
    """A specialist beside the chosen pack answers what that does not know; receipts name packs."""
    faq = tmp_path / "shop.csv"
    faq.write_text("question,answer\nDo you ship to Norway?,We ship to all of Europe.\n", "utf-8")
    wait_until_ready(page)
    drop(page, faq)
    notice(page, "shop.csv is ready")
    sheet = open_sheet(page, "settings")
    sheet.get_by_role("checkbox", name="Starter").check()
    page.keyboard.press("Escape")
    expect(page.locator("#pack-name")).to_have_text("shop.csv + 1")
    for question, said, pack in (
        ("Are bats blind?", "bats can see", "Starter"),
        ("Is shipping to Norway possible?", "all of Europe", "shop.csv"),
    ):
        ask(page, question)
        answer = answer_to(page, question)
        expect(answer).to_contain_text(said)
        answer.locator(".receipts > summary").click()
        expect(answer.locator(".receipt .origin").first).to_contain_text(pack)


def test_settings_are_kept(page: Page) -> None:
    """Threshold and switches are as they were left."""
    wait_until_ready(page)
    sheet = open_sheet(page, "settings")
    page.evaluate(SLIDE, 80)
    sheet.get_by_label("word by word").uncheck()
    page.wait_for_timeout(500)  # nobody can leave before it is stored
    page.reload()
    page.locator("#status", has_text=re.compile("Loading|Starting|Ready")).wait_for()
    sheet = open_sheet(page, "settings")
    expect(sheet.locator("#threshold-now")).to_have_text("80%, careful")
    expect(sheet.get_by_label("word by word")).not_to_be_checked()


def test_keys_of_a_single_letter_can_be_switched_off(talk: Page) -> None:
    """Then they do nothing, and the others still work."""
    open_sheet(talk, "settings").get_by_label("Shortcuts of a single key").uncheck()
    talk.keyboard.press("Escape")
    talk.locator("#open-library").focus()
    talk.keyboard.press("l")
    talk.keyboard.press("/")
    expect(talk.locator("#library")).to_be_hidden()
    expect(talk.locator("#open-library")).to_be_focused()
    open_sheet(talk, "settings").get_by_label("Shortcuts of a single key").check()
    talk.keyboard.press("Escape")
    talk.locator("#open-library").focus()
    talk.keyboard.press("l")
    expect(talk.locator("#library")).to_be_visible()


def test_a_press_beside_a_sheet_closes_it_and_one_inside_does_not(talk: Page) -> None:
    """The edge of the sheet belongs to it; what lies beside it does not."""
    sheet = open_sheet(talk, "settings")
    box = sheet.bounding_box()
    assert box is not None
    talk.mouse.click(box["x"] + 5, box["y"] + 300)
    expect(sheet).to_be_visible()
    talk.mouse.click(box["x"] - 40, box["y"] + 300)
    expect(sheet).to_be_hidden()
    talk.mouse.click(5, 400)
    expect(talk.locator("#side")).to_be_visible()
    expect(talk.locator("#side")).to_have_attribute("open", "")
