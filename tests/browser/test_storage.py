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


def test_conversations_are_kept_apart_and_can_be_removed(page: Page) -> None:
    """A new one starts empty; the old one is in the library, and goes only when asked twice."""
    ask(page, BATS)
    answer_to(page, BATS)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator("#empty")).to_be_visible()
    ask(page, WHAT)
    answer_to(page, WHAT)
    page.locator("#open-library").click()
    page.locator("#conversations .choice", has_text=BATS).click()
    expect(turns(page).locator(".question")).to_have_text([BATS])
    page.locator("#open-library").click()
    page.get_by_role("button", name=f"Remove {BATS}").click()
    page.get_by_role("button", name=f"Really remove {BATS}?").click()
    expect(page.locator("#conversations > li")).to_have_count(1)
    page.reload()
    page.locator("#open-library").click()
    expect(page.locator("#conversations > li")).to_have_count(1)


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_is_remembered(visitor: Callable[..., BrowserContext], scheme: str) -> None:
    """The button shows the other theme, also after a reload; pressed again, the system's."""
    page = visitor(color_scheme=scheme).new_page()
    page.goto("./")
    expect(page.locator("#pack-name")).to_have_text("Starter")
    wait_until_ready(page)
    root = page.locator("html")
    other = {"light": "dark", "dark": "light"}[scheme]
    page.locator("#theme").click()
    expect(root).to_have_attribute("data-theme", other)
    page.reload()
    expect(root).to_have_attribute("data-theme", other)
    wait_until_ready(page)
    page.locator("#theme").click()
    expect(root).not_to_have_attribute("data-theme", other)
