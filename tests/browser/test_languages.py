"""The interface in five languages: all of it, both directions, chosen and remembered."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from served import ROOT
from steps import answer_to, ask, choose_language, open_sheet, wait_until_ready

CODES = ("en", "es", "pt", "de", "ar")
UNSAID = """(texts) => [...document.querySelectorAll("[data-say], [data-hint], [data-label]")]
  .filter((node) => (node.dataset.say && node.textContent !== texts[node.dataset.say]) ||
    (node.dataset.hint && node.placeholder !== texts[node.dataset.hint]) ||
    (node.dataset.label && node.ariaLabel !== texts[node.dataset.label]))
  .map((node) => node.outerHTML)"""


def texts(code: str) -> dict[str, str]:
    """Return the texts of a language."""
    file = ROOT / "static" / "languages" / f"{code}.json"
    return json.loads(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("code", CODES)
def test_the_page_speaks_the_browsers_language(
    visitor: Callable[..., BrowserContext], code: str, width: int
) -> None:
    """Every text of the page is of that language, its direction too, and nothing sticks out."""
    page = visitor(locale=f"{code}-XX", viewport={"width": width, "height": 740}).new_page()
    page.goto("./")
    expect(page.locator("html")).to_have_attribute("lang", code)
    expect(page.locator("html")).to_have_attribute("dir", texts(code)["dir"])
    expect(page.locator("#welcome")).to_have_text(texts(code)["welcome"])
    assert page.evaluate(UNSAID, texts(code)) == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("code", CODES)
def test_what_the_page_composes_is_of_that_language_too(talk: Page, code: str) -> None:
    """Status, sureness, receipts, not knowing: all follow the choice, also in what stands there."""
    question = "Are bats blind?"
    ask(talk, question)
    ask(talk, "What did the tide table for Murmansk say?")
    answer_to(talk, "What did the tide table for Murmansk say?")
    choose_language(talk, code)
    said = texts(code)
    expect(talk.locator("#status")).to_have_text(said["ready"])
    expect(talk.locator(".sureness").first).to_contain_text(said["sure_certain"])
    expect(talk.locator(".turn").last).to_contain_text(said["template_unknown"])
    expect(talk.locator(".rate button").first).to_have_attribute("aria-label", said["copy_answer"])


def test_a_choice_is_remembered_and_shows_before_python(page: Page) -> None:
    """After a reload the page is Arabic at once, mirrored, with no flash of another language."""
    choose_language(page, "ar")
    page.reload(wait_until="commit")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("#welcome")).to_have_text(texts("ar")["welcome"])
    expect(page.locator("#status")).not_to_have_text(texts("ar")["ready"])
    sheet = open_sheet(page, "settings")
    expect(sheet.locator("#language")).to_have_value("ar")


def test_the_address_can_say_the_language(visitor: Callable[..., BrowserContext]) -> None:
    """`?lang=de` comes before the browser's own; what is no language of ours is let go."""
    page = visitor().new_page()
    page.goto("./?lang=de-AT")
    expect(page.locator("#welcome")).to_have_text(texts("de")["welcome"])
    for bad in ("xx", "../../sw", "<script>", "constructor"):
        page.goto(f"./?lang={bad}")
        expect(page.locator("#welcome")).to_have_text(texts("en")["welcome"])


def test_from_right_to_left_everything_is_mirrored(talk: Page) -> None:
    """The list stands at the right, the sheet at the left; an English answer stays as it is."""
    choose_language(talk, "ar")
    ask(talk, "Are bats blind?")
    answer = answer_to(talk, "Are bats blind?")
    side, brand = talk.locator("#side").bounding_box(), talk.locator(".brand").bounding_box()
    assert side is not None
    assert brand is not None
    assert side["x"] > 640
    assert brand["x"] > 640
    sheet = open_sheet(talk, "settings").bounding_box()
    assert sheet is not None
    assert sheet["x"] == 0
    assert answer.locator(".prose").evaluate("(node) => getComputedStyle(node).direction") == "ltr"


@pytest.mark.allow_page_errors
def test_a_language_that_does_not_come_leaves_the_page_readable(
    visitor: Callable[..., BrowserContext],
) -> None:
    """English stands in at the start; a failed choice is said, and the page stays as it was."""
    context = visitor(locale="de-DE")
    context.route("**/languages/de.json", lambda route: route.abort())
    page = context.new_page()
    page.goto("./")
    wait_until_ready(page)
    expect(page.locator("#welcome")).to_have_text(texts("en")["welcome"])
    open_sheet(page, "settings").locator("#language").select_option("de")
    expect(page.locator(".notice")).to_contain_text("could not be loaded")
    expect(page.locator("html")).to_have_attribute("lang", "en")
