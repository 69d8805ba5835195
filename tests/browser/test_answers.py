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


def test_an_answer_cites_its_source_and_says_how_sure_it_is(talk: Page) -> None:
    """Below the text stand a link to the source, a word and a percentage, and the time taken."""
    ask(talk, KNOWN)
    answer = answer_to(talk, KNOWN)
    expect(answer).to_have_attribute("data-kind", "answer")
    source = answer.locator(".sources a").first
    expect(source).to_have_attribute("href", "https://en.wikipedia.org/wiki/Bat")
    expect(source).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(source).to_have_attribute("target", "_blank")
    expect(answer.locator(".sureness")).to_contain_text("%")
    expect(answer.locator(".facts")).to_contain_text("computed in this tab")


def test_receipts_show_each_diamond_with_its_numbers(talk: Page) -> None:
    """On demand: question, quoted outcome, similarity, weight and quality, as bars and digits."""
    ask(talk, KNOWN)
    answer = answer_to(talk, KNOWN)
    receipt = answer.locator(".receipt").first
    expect(receipt).to_be_hidden()
    answer.locator(".receipts > summary").click()
    expect(receipt.locator(".asks")).to_contain_text("bats")
    expect(receipt.locator("blockquote")).not_to_be_empty()
    expect(receipt.locator("dt")).to_have_text(["Similarity", "Weight", "Quality"])
    expect(receipt.locator("svg.bar")).to_have_count(3)


def test_not_knowing_looks_like_an_answer(talk: Page) -> None:
    """A matter that no example knows is admitted, with the nearest questions as buttons."""
    ask(talk, UNKNOWN)
    answer = answer_to(talk, UNKNOWN)
    expect(answer).to_have_attribute("data-kind", "unknown")
    expect(answer).not_to_contain_text("error")
    nearest = answer.locator(".suggestions button").first
    question = nearest.inner_text()
    nearest.click()
    expect(answer_to(talk, question)).to_be_visible()


def test_a_message_is_answered_as_far_as_it_is_known(talk: Page) -> None:
    """What is known is answered and cited; of the other question its number says that it is not."""
    ask(talk, f"{UNKNOWN} {KNOWN}")
    answer = answer_to(talk, f"{UNKNOWN} {KNOWN}")
    expect(answer).to_have_attribute("data-kind", "answer")
    expect(answer.locator(".prose")).to_contain_text("I don't know the answer to question 1.")
    expect(answer.locator(".sources a").first).to_have_attribute(
        "href", "https://en.wikipedia.org/wiki/Bat"
    )
    if answer.locator(".options").count():
        expect(answer.locator(".options")).to_contain_text("The nearest questions I can answer")


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
    assert any(
        re.fullmatch(r"(Starting Python|Loading the engine) \d+\.\d of \d+\.\d MB", line)
        for line in shown
    )
    expect(page.locator("#line")).to_have_attribute("data-state", "done")


def test_an_enormous_question_is_refused_with_a_reason(talk: Page) -> None:
    """Its turn says how long it was and how long it may be; the next question works."""
    ask(talk, "why " * 6_000)
    expect(turns(talk).last).to_contain_text("ask in at most")
    ask(talk, KNOWN)
    expect(answer_to(talk, KNOWN)).to_be_visible()


def test_an_empty_question_is_not_asked(talk: Page) -> None:
    """Enter in an empty box does nothing."""
    ask(talk, "   ")
    talk.locator("#send").click()
    expect(turns(talk)).to_have_count(0)


def test_what_is_typed_is_never_markup(talk: Page) -> None:
    """A question is shown letter by letter, whatever it looks like."""
    ask(talk, "<b>bold</b><script>alert(1)</script>")
    expect(turns(talk).locator(".question")).to_have_text("<b>bold</b><script>alert(1)</script>")
    expect(turns(talk).locator(".question b")).to_have_count(0)
