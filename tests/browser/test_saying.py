"""How an answer appears: bit by bit, stopped, in one piece, one after the other."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect
from steps import answer_to, ask, open_sheet, turns

BATS = "Are bats blind?"
# The page takes down by itself what shows for a moment only.
WATCH = """(stop) => {
  window.seen = { lengths: [], busy: [], states: [] };
  const log = document.getElementById("log");
  const look = () => {
    const turn = document.querySelector("#turns > .turn:last-child");
    const text = turn?.querySelector(".prose")?.textContent ?? "";
    seen.lengths.push(text.length);
    seen.busy.push(log.ariaBusy);
    seen.states.push(turn?.dataset.status);
    if (stop && text.length && !seen.stopped) {
      seen.stopped = text;
      const key = new KeyboardEvent("keydown", { key: "Escape", bubbles: true });
      stop === "key" ? document.body.dispatchEvent(key) : document.getElementById("stop").click();
    }
  };
  const options = { childList: true, subtree: true, attributes: true, characterData: true };
  window.observer?.disconnect();
  window.observer = new MutationObserver(look);
  observer.observe(log, options);
}"""


def in_motion(page: Page, stop: str = "") -> None:
    """Let things move, and watch the last turn."""
    page.emulate_media(reduced_motion="no-preference")
    page.evaluate(WATCH, stop)


def test_an_answer_appears_bit_by_bit(talk: Page) -> None:
    """More and more of its text shows, while the log is marked busy, until all of it is there."""
    in_motion(talk)
    ask(talk, BATS)
    text = answer_to(talk, BATS).locator(".prose").inner_text()
    seen = talk.evaluate("() => window.seen")
    lengths = sorted({length for length in seen["lengths"] if length})
    assert len(lengths) > 3
    assert lengths[-1] >= len(text)
    assert "true" in seen["busy"]
    expect(talk.locator("#log")).to_have_attribute("aria-busy", "false")


def test_reduced_motion_shows_it_at_once(talk: Page) -> None:
    """Whoever asks the system for less motion never sees half an answer."""
    talk.evaluate(WATCH, "")
    ask(talk, BATS)
    answer_to(talk, BATS)
    assert "saying" not in talk.evaluate("() => window.seen.states")


def test_appearing_bit_by_bit_can_be_switched_off(talk: Page) -> None:
    """The setting does what reduced motion does."""
    switch = open_sheet(talk, "settings").get_by_label("word by word")
    switch.uncheck()
    talk.keyboard.press("Escape")
    in_motion(talk)
    ask(talk, BATS)
    answer_to(talk, BATS)
    assert "saying" not in talk.evaluate("() => window.seen.states")
    open_sheet(talk, "settings").get_by_label("word by word").check()
    talk.keyboard.press("Escape")


def test_stop_keeps_what_was_said_and_the_rest_can_be_shown(talk: Page) -> None:
    """What stood there stays, marked as stopped; nothing more comes until it is asked for."""
    in_motion(talk, "button")
    ask(talk, BATS)
    turn = turns(talk).last
    expect(turn.locator(".stopped")).to_be_visible()
    stopped = talk.evaluate("() => window.seen.stopped")
    assert turn.locator(".prose").inner_text().strip() == stopped.strip()
    expect(talk.locator("#stop")).to_be_hidden()
    turn.get_by_role("button", name="Show the rest").click()
    assert len(answer_to(talk, BATS).locator(".prose").inner_text()) > len(stopped)


def test_escape_stops_too(talk: Page) -> None:
    """Without reaching for the button."""
    in_motion(talk, "key")
    ask(talk, BATS)
    expect(turns(talk).last.locator(".stopped")).to_be_visible()


def test_a_question_that_waits_can_be_stopped_and_asked_again(page: Page) -> None:
    """Before Python is up, too: it is not answered until asked again."""
    ask(page, BATS)
    page.get_by_role("button", name="Stop", exact=True).click()
    again = turns(page).get_by_role("button", name="Ask again")
    expect(again).to_be_visible()
    again.click()
    expect(answer_to(page, BATS)).to_be_visible()


def test_fifty_questions_at_once_are_all_answered_in_order(talk: Page) -> None:
    """The box takes them as fast as they come; none is lost, doubled or swapped."""
    asked = [f"Are bats blind, number {k}?" for k in range(50)]
    for question in asked:
        ask(talk, question)
    expect(turns(talk).locator(".facts")).to_have_count(50)
    expect(turns(talk).locator(".question")).to_have_text(asked)
    assert talk.evaluate("() => document.querySelectorAll('.failed').length") == 0


def test_a_follow_up_says_how_it_was_understood(talk: Page) -> None:
    """The conversation goes with the question; what it was taken to mean stands above it."""
    ask(talk, "What is ArenaLab?")
    expect(answer_to(talk, "What is ArenaLab?").locator(".understood")).to_have_count(0)
    ask(talk, "who is it for?")
    answer = answer_to(talk, "who is it for?")
    expect(answer.locator(".understood")).to_contain_text("Understood as: What is ArenaLab?")
    expect(answer).to_contain_text("who have good answers already")


def test_a_change_of_topic_is_shown(talk: Page) -> None:
    """A thin line with two words; nothing of it on the first question, nor on a short one."""
    ask(talk, "What must a CSV file look like?")
    answer_to(talk, "What must a CSV file look like?")
    ask(talk, BATS)
    answer_to(talk, BATS)
    expect(turns(talk).locator(".topic")).to_have_count(0)
    question = "Do we only use ten percent of our brain?"
    ask(talk, question)
    answer_to(talk, question)
    expect(turns(talk).last.locator(".topic")).to_have_text("New topic")


def test_code_and_answers_can_be_copied(talk: Page) -> None:
    """A block of code has a button; so has the answer, which is copied as Markdown."""
    question = "What does a span look like in a file?"
    ask(talk, question)
    answer = answer_to(talk, question)
    button = answer.get_by_role("button", name="Copy the code").first
    button.click()
    expect(button).to_contain_class("copied")
    code = talk.evaluate("() => navigator.clipboard.readText()")
    assert code.strip() == answer.locator("pre").first.inner_text().strip()
    button = answer.get_by_role("button", name="Copy the answer")
    button.click()
    expect(button).to_contain_class("copied")
    expect(talk.locator("#announcer")).to_have_text("Copied")
    assert code.strip() in talk.evaluate("() => navigator.clipboard.readText()")


def test_a_browser_without_clipboard_says_so(visitor: Callable[..., BrowserContext]) -> None:
    """Where copying is not allowed there is another way, in words."""
    context = visitor()
    context.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page = context.new_page()
    page.goto("./")
    ask(page, BATS)
    answer_to(page, BATS).get_by_role("button", name="Copy the answer").click()
    expect(page.locator(".notice", has_text="by hand")).to_be_visible()
