"""Asking: a cited answer, an honest "I don't know", and questions that come before Python does."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect
from steps import answer_to, ask, turns, wait_until_ready

KNOWN = "Are bats blind?"
UNKNOWN = "Who won the chess world championship in 1972?"
# On loopback a line of progress may be gone before one looks, so the page itself takes them down.
KEEP_STATUS = """
window.shown = [];
addEventListener("DOMContentLoaded", () => {
  const line = document.getElementById("status");
  const keep = () => window.shown.push(line.textContent);
  new MutationObserver(keep).observe(line, { childList: true, characterData: true, subtree: true });
});
"""


def test_an_answer_cites_its_source_and_says_how_sure_it_is(page: Page) -> None:
    """Below the text stand a link to the source, a word and a percentage, and the time taken."""
    wait_until_ready(page)
    ask(page, KNOWN)
    answer = answer_to(page, KNOWN)
    expect(answer).to_have_attribute("data-kind", "answer")
    source = answer.locator(".sources a").first
    expect(source).to_have_attribute("href", "https://en.wikipedia.org/wiki/Bat")
    expect(source).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(source).to_have_attribute("target", "_blank")
    expect(answer.locator(".sureness")).to_contain_text("%")
    expect(answer.locator(".facts")).to_contain_text("computed in this tab")


def test_receipts_show_each_diamond_with_its_numbers(page: Page) -> None:
    """On demand: question, quoted outcome, similarity, weight and quality, as bars and digits."""
    ask(page, KNOWN)
    answer = answer_to(page, KNOWN)
    receipt = answer.locator(".receipt").first
    expect(receipt).to_be_hidden()
    answer.locator(".receipts > summary").click()
    expect(receipt.locator(".asks")).to_contain_text("bats")
    expect(receipt.locator("blockquote")).not_to_be_empty()
    expect(receipt.locator("dt")).to_have_text(["Similarity", "Weight", "Quality"])
    expect(receipt.locator("svg.bar")).to_have_count(3)


def test_not_knowing_looks_like_an_answer(page: Page) -> None:
    """A matter that no example knows is admitted, with the nearest questions as buttons."""
    wait_until_ready(page)
    ask(page, UNKNOWN)
    answer = answer_to(page, UNKNOWN)
    expect(answer).to_have_attribute("data-kind", "unknown")
    expect(answer).not_to_contain_text("error")
    nearest = answer.locator(".suggestions button").first
    question = nearest.inner_text()
    nearest.click()
    expect(answer_to(page, question)).to_be_visible()


def test_questions_asked_before_python_is_up_are_answered_in_order(page: Page) -> None:
    """The box works at once; two early questions wait in sight and are answered when ready."""
    ask(page, KNOWN)
    ask(page, "What is ArenaLab?")
    expect(turns(page).locator(".question")).to_have_text([KNOWN, "What is ArenaLab?"])
    expect(page.locator("#question")).to_have_value("")
    expect(page.locator("#status")).not_to_have_text("Ready")
    for question in (KNOWN, "What is ArenaLab?"):
        expect(answer_to(page, question)).to_be_visible()


def test_loading_is_shown_in_bytes(visitor: Callable[..., BrowserContext]) -> None:
    """While something large comes, the line says what and how much of how much."""
    context = visitor()
    context.add_init_script(KEEP_STATUS)
    page = context.new_page()
    page.goto("./")
    wait_until_ready(page)
    shown = page.evaluate("() => window.shown")
    assert any(re.fullmatch(r"Loading the engine \d+\.\d of \d+\.\d MB", line) for line in shown)
    expect(page.locator("#line")).to_have_attribute("data-state", "done")


def test_the_keyboard_is_enough(page: Page) -> None:
    """Slash goes to the box, Shift+Enter makes a line, Enter sends, Escape closes the library."""
    wait_until_ready(page)
    box = page.locator("#question")
    page.locator("#open-library").focus()
    page.keyboard.press("/")
    expect(box).to_be_focused()
    page.keyboard.type("Are bats")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("blind?")
    expect(box).to_have_value("Are bats\nblind?")
    page.keyboard.press("Enter")
    expect(turns(page)).to_have_count(1)
    page.locator("#open-library").press("Enter")
    expect(page.locator("#library")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#library")).to_be_hidden()


def test_an_enormous_question_is_refused_with_a_reason(page: Page) -> None:
    """Its turn says how long it was and how long it may be; the next question works."""
    wait_until_ready(page)
    ask(page, "why " * 6_000)
    expect(turns(page).last).to_contain_text("ask in at most")
    ask(page, KNOWN)
    expect(answer_to(page, KNOWN)).to_be_visible()


def test_an_empty_question_is_not_asked(page: Page) -> None:
    """Enter in an empty box does nothing."""
    wait_until_ready(page)
    ask(page, "   ")
    page.locator("#send").click()
    expect(turns(page)).to_have_count(0)


def test_what_is_typed_is_never_markup(page: Page) -> None:
    """A question is shown letter by letter, whatever it looks like."""
    wait_until_ready(page)
    ask(page, "<b>bold</b><script>alert(1)</script>")
    expect(turns(page).locator(".question")).to_have_text("<b>bold</b><script>alert(1)</script>")
    expect(turns(page).locator(".question b")).to_have_count(0)
