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


def tidy(page: Page) -> None:
    """Bring a page that was used back to an empty conversation and what it shows at first."""
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.evaluate(
        "() => document.querySelectorAll('dialog:modal').forEach((dialog) => dialog.close())"
    )
    for button in page.locator(".notice [data-do=dismiss]").all():
        button.click()
    page.locator("#search").fill("")
    page.locator("#side [data-do=new]").click()
    page.locator("#question").fill("")
    if page.locator("html").get_attribute("lang") != "en":
        choose_language(page, "en")


def open_sheet(page: Page, name: str) -> Locator:
    """Open the library or the settings with their buttons."""
    page.locator(f"#open-{name}").click()
    sheet = page.locator(f"#{name}")
    sheet.wait_for()
    return sheet


def choose_language(page: Page, code: str) -> None:
    """Choose a language in the settings, and close them."""
    sheet = open_sheet(page, "settings")
    sheet.locator("#language").select_option(code)
    page.locator(f"html[lang={code}]").wait_for()
    page.keyboard.press("Escape")


def line_of(page: Page, title: str) -> Locator:
    """The line of a conversation in the list."""
    return page.locator("#conversations > li").filter(
        has=page.get_by_role("button", name=title, exact=True)
    )


def act_on(page: Page, title: str, action: str) -> None:
    """Do what the menu of a conversation offers."""
    line = line_of(page, title)
    line.locator("summary").click()
    line.get_by_role("button", name=action, exact=True).click()
