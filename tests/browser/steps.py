"""What a person does with the page, and where they look for the result."""

from pathlib import Path

from playwright.sync_api import Locator, Page


def wait_until_ready(page: Page) -> None:
    """Wait until the line under the box says so."""
    page.locator("#status", has_text="Ready").wait_for()


def ask(page: Page, question: str) -> None:
    """Type a question and press Enter."""
    page.locator("#question").fill(question)
    page.keyboard.press("Enter")


def turns(page: Page) -> Locator:
    """The questions on screen with what stands below each."""
    return page.locator("#turns > .turn")


def answer_to(page: Page, question: str) -> Locator:
    """The answer below this question, once it is there."""
    turn = turns(page).filter(has=page.get_by_text(question, exact=True)).last
    turn.locator(".facts").wait_for()
    return turn.locator(".answer")


def drop(page: Page, *files: Path) -> None:
    """Let files fall on the page, as from a desktop."""
    page.evaluate(
        "() => { const i = document.createElement('input'); i.type = 'file'; "
        "i.multiple = true; i.id = 'dropped'; i.hidden = true; document.body.append(i); }"
    )
    page.locator("#dropped").set_input_files(files)
    page.evaluate(
        "() => { const data = new DataTransfer(); const input = document.getElementById('dropped');"
        " for (const file of input.files) data.items.add(file); input.remove();"
        " document.body.dispatchEvent(new DragEvent('drop',"
        " { dataTransfer: data, bubbles: true, cancelable: true })); }"
    )


def notice(page: Page, text: str) -> Locator:
    """A notice with this text, once it is there."""
    found = page.locator(".notice", has_text=text)
    found.wait_for()
    return found
