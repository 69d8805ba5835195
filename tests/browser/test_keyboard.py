"""A whole visit without a mouse, and each shortcut of the list."""

from playwright.sync_api import Locator, Page, expect
from steps import answer_to, turns


def tab_to(page: Page, wanted: Locator, *, back: bool = False) -> None:
    """Press Tab until this has the focus; it must come within a hundred presses."""
    for _ in range(100):
        if wanted.evaluate("(node) => node === document.activeElement"):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"{wanted} is not reached")


def test_a_visit_with_the_keyboard_alone(talk: Page) -> None:
    """Ask, open receipts, rate, give a reason, name and delete a conversation, change a setting."""
    question = "Are bats blind? Asked by hand."
    talk.locator("#open-library").focus()
    talk.keyboard.press("/")
    talk.keyboard.type(question)
    talk.keyboard.press("Enter")
    answer = answer_to(talk, question)

    tab_to(talk, answer.locator(".receipts > summary"), back=True)
    talk.keyboard.press("Enter")
    expect(answer.locator(".receipt").first).to_be_visible()

    down = answer.get_by_role("button", name="Not a good answer")
    tab_to(talk, down, back=True)
    talk.keyboard.press("Enter")
    tab_to(talk, talk.locator("#feedback [value=wrong]"))
    talk.keyboard.press("ArrowDown")
    expect(talk.locator("#feedback [value=not_asked]")).to_be_checked()
    tab_to(talk, talk.locator("#note"))
    talk.keyboard.type("They see well.")
    tab_to(talk, talk.locator("#feedback [type=submit]"))
    talk.keyboard.press("Enter")
    expect(talk.locator("#feedback")).to_be_hidden()
    expect(down).to_be_focused()

    line = talk.locator("#conversations > li").first
    tab_to(talk, line.locator("summary"), back=True)
    talk.keyboard.press("Enter")
    tab_to(talk, line.get_by_role("button", name="Rename"))
    talk.keyboard.press("Enter")
    talk.keyboard.press("Control+A")
    talk.keyboard.type("By hand")
    talk.keyboard.press("Enter")
    expect(line.locator(".choice")).to_have_text("By hand")
    tab_to(talk, line.locator("summary"))
    talk.keyboard.press("Enter")
    talk.keyboard.press("Escape")
    expect(line.locator("details")).not_to_have_attribute("open", "")
    expect(line.locator("summary")).to_be_focused()
    talk.keyboard.press("Enter")
    tab_to(talk, line.get_by_role("button", name="Delete"))
    talk.keyboard.press("Enter")
    expect(talk.get_by_role("button", name="Undo")).to_be_focused()
    tab_to(talk, talk.locator("[data-do=accept-removal]"))
    talk.keyboard.press("Enter")

    tab_to(talk, talk.locator("#open-settings"))
    talk.keyboard.press("Enter")
    tab_to(talk, talk.locator("#gradually"))
    talk.keyboard.press("Space")
    expect(talk.locator("#gradually")).not_to_be_checked()
    talk.keyboard.press("Space")
    talk.keyboard.press("Escape")
    expect(talk.locator("#open-settings")).to_be_focused()


def test_enter_sends_and_shift_enter_makes_a_line(talk: Page) -> None:
    """As in any chat; ↑ in the empty box brings the last question back."""
    box = talk.locator("#question")
    talk.locator("#open-library").focus()
    talk.keyboard.press("/")
    expect(box).to_be_focused()
    talk.keyboard.type("Are bats")
    talk.keyboard.press("Shift+Enter")
    talk.keyboard.type("blind?")
    expect(box).to_have_value("Are bats\nblind?")
    talk.keyboard.press("Enter")
    expect(turns(talk)).to_have_count(1)
    expect(box).to_have_value("")
    talk.keyboard.press("ArrowUp")
    expect(box).to_have_value("Are bats\nblind?")


def test_every_shortcut_of_the_list_works(talk: Page) -> None:
    """? L S C N J K / and Escape, pressed outside the box."""
    for question in ("Are bats blind? One.", "Are bats blind? Two."):
        talk.locator("#question").fill(question)
        talk.keyboard.press("Enter")
        answer_to(talk, question)
    talk.locator("#open-settings").focus()
    for key, dialog in (("?", "shortcuts"), ("l", "library"), ("s", "settings")):
        talk.keyboard.press(key)
        expect(talk.locator(f"#{dialog}")).to_be_visible()
        talk.keyboard.press("Escape")
        expect(talk.locator(f"#{dialog}")).to_be_hidden()
        expect(talk.locator("#open-settings")).to_be_focused()
    questions = turns(talk).locator(".question")
    talk.keyboard.press("j")
    expect(questions.nth(0)).to_be_focused()
    talk.keyboard.press("j")
    expect(questions.nth(1)).to_be_focused()
    talk.keyboard.press("k")
    expect(questions.nth(0)).to_be_focused()
    talk.keyboard.press("c")
    expect(talk.locator("#search")).to_be_focused()
    talk.locator("#open-settings").focus()
    talk.keyboard.press("n")
    expect(talk.locator("#empty")).to_be_visible()
    expect(talk.locator("#question")).to_be_focused()


def test_letters_typed_in_a_box_are_letters(talk: Page) -> None:
    """No shortcut fires where a person writes."""
    talk.locator("#question").focus()
    talk.keyboard.type("?nslcjk/")
    expect(talk.locator("#question")).to_have_value("?nslcjk/")
    talk.locator("#search").fill("")
    talk.locator("#search").press("n")
    expect(talk.locator("#search")).to_have_value("n")


def test_the_first_stop_skips_to_the_question(page: Page) -> None:
    """The first thing Tab reaches is a link, shown when it has the focus, that leads to the box."""
    skip = page.get_by_role("link", name="Skip to the question")
    first = "() => document.querySelector('a[href], button, input, select, textarea').className"
    assert page.evaluate(first) == "skip"
    skip.focus()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#question")).to_be_focused()
