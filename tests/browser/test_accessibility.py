"""For everyone: what axe finds, the order a screen reader hears, zoom, motion, focus."""

from collections.abc import Callable

import pytest
from axe import violations
from playwright.sync_api import BrowserContext, Page, expect
from steps import answer_to, ask, choose_language, open_sheet, turns

BATS = "Are bats blind?"
UNKNOWN = "What did the tide table for Murmansk say?"
CODE = "What does a span look like in a file?"


def opened(page: Page, screen: str) -> None:
    """Bring a screen up."""
    if screen == "answers":
        for question in (UNKNOWN, CODE, BATS):
            ask(page, question)
            answer_to(page, question)
        for summary in page.locator(".receipts > summary").all():
            summary.click()
    elif screen in ("library", "settings"):
        open_sheet(page, screen)
    elif screen == "shortcuts":
        page.locator("#side [data-do=shortcuts]").click()
    elif screen == "feedback":
        ask(page, BATS)
        answer_to(page, BATS).get_by_role("button", name="Not a good answer").click()
    elif screen == "list":
        ask(page, BATS)
        answer_to(page, BATS)
        page.locator("#conversations summary").first.click()
    elif screen == "renaming":
        ask(page, BATS)
        page.locator("#conversations summary").first.click()
        page.locator("#conversations").get_by_role("button", name="Rename").first.click()
    elif screen == "phone list":
        page.set_viewport_size({"width": 360, "height": 740})
        page.locator("#open-side").click()
        expect(page.locator("#side")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "screen",
    [
        "welcome",
        "answers",
        "library",
        "settings",
        "shortcuts",
        "feedback",
        "list",
        "renaming",
        "phone list",
    ],
)
def test_axe_finds_nothing(talk: Page, screen: str, scheme: str) -> None:
    """On every screen, in both themes: WCAG 2.2 AA, contrast among it, and good practice."""
    talk.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    opened(talk, screen)
    assert violations(talk) == []


def test_axe_finds_nothing_from_right_to_left(talk: Page) -> None:
    """In Arabic too."""
    choose_language(talk, "ar")
    ask(talk, BATS)
    answer_to(talk, BATS)
    assert violations(talk) == []
    open_sheet(talk, "settings")
    assert violations(talk) == []


@pytest.mark.allow_page_errors  # PyScript opens a database of its own, and does not catch that
def test_axe_finds_nothing_where_something_went_wrong(
    visitor: Callable[..., BrowserContext],
) -> None:
    """Notices and turns that failed are screens as well."""
    context = visitor()
    context.add_init_script(
        "indexedDB.open = () => { throw new DOMException('no', 'SecurityError') }"
    )
    page = context.new_page()
    page.goto("./")
    page.locator(".notice.warning").wait_for()
    ask(page, "why " * 6_000)
    page.locator(".failed").wait_for()
    assert violations(page) == []


def test_a_screen_reader_hears_question_then_answer_then_where_from(talk: Page) -> None:
    """The log is a polite live region; within a turn the order is what a listener needs."""
    log = talk.get_by_role("log", name="Conversation")
    expect(log).to_have_attribute("aria-live", "polite")
    ask(talk, BATS)
    answer_to(talk, BATS)
    expect(log).to_have_attribute("aria-busy", "false")
    heard = log.aria_snapshot()
    order = ["Are bats blind?", "bats can see", "Sources", "Very sure", "Good answer", "receipts"]
    places = [heard.index(part) for part in order]
    assert places == sorted(places)


def test_the_page_is_heard_in_the_order_it_is_seen(talk: Page) -> None:
    """Conversations, head, talk, box; the landmarks are there once each."""
    heard = talk.locator("body").aria_snapshot()
    order = [
        "Skip to the question",
        "New conversation",
        "banner",
        "main",
        "contentinfo",
        "Your question",
    ]
    places = [heard.index(order[0]), heard.index(order[1])]
    assert places == sorted(places)
    for role in ("main", "log"):
        expect(talk.get_by_role(role)).to_have_count(1)
    assert heard.index("main") < heard.index("Your question")


@pytest.mark.parametrize("name", ["library", "settings"])
def test_a_dialog_takes_the_focus_and_gives_it_back(talk: Page, name: str) -> None:
    """It is modal, Escape closes it, and the focus returns to what opened it."""
    button = talk.locator(f"#open-{name}")
    button.press("Enter")
    dialog = talk.locator(f"#{name}")
    assert dialog.evaluate("(node) => node.matches(':modal')")
    assert dialog.evaluate("(node) => node.contains(document.activeElement)")
    talk.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()


@pytest.mark.parametrize("screen", ["answers", "settings", "feedback"])
def test_nothing_is_lost_at_twice_the_size(talk: Page, screen: str) -> None:
    """At 200 % a desk of 1280 by 800 has 640 by 400 points: no sideways scrolling, all in reach."""
    talk.set_viewport_size({"width": 640, "height": 400})
    opened(talk, screen)
    assert talk.evaluate("() => document.documentElement.scrollWidth") <= 640
    cut = talk.evaluate(
        """() => [...document.querySelectorAll("button, label, h2, p, .prose")].filter((node) =>
          node.checkVisibility() && !node.closest(".visually-hidden, .skip") &&
          node.getBoundingClientRect().right > innerWidth + 1).map((node) => node.textContent)"""
    )
    assert cut == []
    if screen == "answers":
        talk.locator("#question").scroll_into_view_if_needed()
        expect(talk.locator("#send")).to_be_in_viewport()


def test_reduced_motion_moves_nothing(talk: Page) -> None:
    """No animation or transition runs while a question is asked and a dialog opens."""
    ask(talk, BATS)
    moving = "() => document.getAnimations().map((one) => one.animationName ?? 'transition')"
    assert [name for name in talk.evaluate(moving) if name != "transition"] == []
    answer_to(talk, BATS)
    open_sheet(talk, "settings")
    assert [name for name in talk.evaluate(moving) if name != "transition"] == []


def test_every_target_is_large_enough_for_a_finger(talk: Page) -> None:
    """Buttons are at least 24 by 24 points (WCAG 2.5.8)."""
    talk.set_viewport_size({"width": 360, "height": 740})
    ask(talk, BATS)
    answer_to(talk, BATS)
    small = talk.evaluate(
        """() => [...document.querySelectorAll("button, summary, input, select")].filter((node) => {
          const { width, height } = node.getBoundingClientRect();
          return node.checkVisibility() && width && (width < 24 || height < 24);
        }).map((node) => node.outerHTML)"""
    )
    assert small == []
    expect(turns(talk)).to_have_count(1)
