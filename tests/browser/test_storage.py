"""What outlives a reload, what two tabs share, and what happens where storage is refused."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from steps import answer_to, ask, notice, turns, wait_until_ready

BATS = "Are bats blind?"
WHAT = "What is ArenaLab?"

# Storage as a private window, a blocked site or a full disk refuse it.
REFUSED = """
  indexedDB.open = () => { throw new DOMException("The user denied permission", "SecurityError"); };
"""
FULL = """
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...given) {
    if (this.name === "settings") return put.apply(this, given);
    throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
  };
"""


def test_a_conversation_survives_a_reload(page: Page) -> None:
    """Questions and answers are back before Python is, receipts and all."""
    ask(page, BATS)
    text = answer_to(page, BATS).locator(".prose").inner_text()
    page.reload()
    expect(turns(page)).to_have_count(1)
    expect(page.locator("#status")).not_to_have_text("Ready")
    answer = answer_to(page, BATS)
    expect(answer.locator(".prose")).to_have_text(text)
    expect(answer.locator(".receipts")).to_be_visible()


def test_a_question_left_unanswered_is_answered_after_the_reload(page: Page) -> None:
    """Closing the tab while Python starts loses nothing."""
    ask(page, BATS)
    expect(turns(page).locator(".waiting")).to_be_visible()
    page.reload()
    expect(answer_to(page, BATS)).to_be_visible()


def test_two_tabs_lose_no_message(visitor: Callable[..., BrowserContext]) -> None:
    """What is asked in either tab is answered there, seen in both, and kept."""
    context = visitor()
    first, second = context.new_page(), context.new_page()
    first.goto("./")
    wait_until_ready(first)
    second.goto("./")
    wait_until_ready(second)
    ask(first, BATS)
    ask(second, WHAT)
    for page in (first, second):
        for question in (BATS, WHAT):
            expect(answer_to(page, question)).to_be_visible()
    second.reload()
    expect(turns(second)).to_have_count(2)


@pytest.mark.allow_page_errors  # PyScript opens a database of its own, and does not catch that
def test_refused_storage_is_said_and_the_page_works(
    visitor: Callable[..., BrowserContext],
) -> None:
    """Without IndexedDB the page answers from memory and says that nothing is kept."""
    context = visitor()
    context.add_init_script(REFUSED)
    page = context.new_page()
    page.goto("./")
    notice(page, "refuses storage")
    ask(page, BATS)
    expect(answer_to(page, BATS)).to_be_visible()
    page.reload()
    notice(page, "refuses storage")
    expect(turns(page)).to_have_count(0)


def test_full_storage_is_said_and_the_page_works(visitor: Callable[..., BrowserContext]) -> None:
    """A write that fails is said; the answer still comes."""
    context = visitor()
    context.add_init_script(FULL)
    page = context.new_page()
    page.goto("./")
    ask(page, BATS)
    expect(answer_to(page, BATS)).to_be_visible()
    expect(notice(page, "Not saved")).to_contain_text("frees room")
