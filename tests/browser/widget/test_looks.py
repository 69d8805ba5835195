"""The demo's three pages with the chat closed and opened: pictures, axe-core, nothing sideways.

The pictures are in tests/artefacts. Each page is light and dark, 360 and 1280 pixels wide; English
and Arabic are the pages' own languages.
"""

from collections.abc import Callable

import axe
import pytest
from host_page import ask_chat, button, inside, open_chat, sheet
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect
from served import ROOT

ARTEFACTS = ROOT / "tests" / "artefacts"
SIZES = {360: ViewportSize(width=360, height=740), 1280: ViewportSize(width=1280, height=820)}
# Page, a question as nobody wrote it down, a word of its answer.
DEMO = {
    "shop": ("Is my mug ok in the dishwasher?", "gold lustre"),
    "docs": ("How can I skip node_modules?", ".tideignore"),
    "library": ("متى تفتح المكتبة؟", "الأحد"),
}

Visitor = Callable[..., BrowserContext]


def picture(page: Page, name: str) -> None:
    """Keep a picture, and hold that nothing sticks out sideways."""
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"widget-{name}.png")
    size = page.viewport_size
    assert size is not None
    assert page.evaluate("() => document.documentElement.scrollWidth") <= size["width"]
    for frame in page.frames:
        assert frame.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("name", DEMO)
def test_the_demo_in_pictures(visitor: Visitor, name: str, width: int, scheme: str) -> None:
    """Each page answers from its own pack, and axe-core finds nothing, closed, opened, answered."""
    page = visitor(viewport=SIZES[width], color_scheme=scheme, reduced_motion="reduce").new_page()
    page.goto(f"static/demo/{name}.html")
    button(page).wait_for()
    page.locator("arena-chat").evaluate(
        "(node, theme) => node.setAttribute('theme', theme)", scheme
    )
    where = f"{name}-{width}-{scheme}"
    picture(page, f"{where}-closed")
    found = axe.violations(page)
    chat = open_chat(page)
    expect(chat.locator("#suggestions button")).to_have_count(3)
    picture(page, f"{where}-opened")
    question, word = DEMO[name]
    expect(ask_chat(page, question).locator(".prose")).to_contain_text(word)
    picture(page, f"{where}-answered")
    found += axe.violations(page)
    assert "\n".join(found) == ""


def test_axe_inside_the_frame_of_another_site(visitor: Visitor) -> None:
    """The chat by itself, its form for feedback open: nothing found in either theme."""
    for scheme in ("light", "dark"):
        page = visitor(viewport=SIZES[360], color_scheme=scheme).new_page()
        page.goto("embed.html")
        page.locator("#status", has_text="Answered on this device").wait_for()
        page.locator("#question").fill("Are bats blind?")
        page.keyboard.press("Enter")
        page.locator("[data-do=rate-down]").click()
        expect(page.locator("#feedback")).to_be_visible()
        page.screenshot(path=ARTEFACTS / f"widget-feedback-360-{scheme}.png")
        assert axe.violations(page) == []


def test_the_manuals_own_ways_in(visitor: Visitor) -> None:
    """The demo's search button and Ctrl K open the chat; its dark switch is followed."""
    page = visitor(viewport=SIZES[1280], color_scheme="light").new_page()
    page.goto("static/demo/docs.html")
    button(page).wait_for()
    page.keyboard.press("Control+k")
    expect(inside(page).locator("#question")).to_be_focused()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Ask the manual Ctrl K").click()
    expect(sheet(page)).to_be_visible()
    page.get_by_role("button", name="Dark").click()
    expect(inside(page).locator("html")).to_have_attribute("data-theme", "dark")


def test_the_list_of_the_demo(visitor: Visitor) -> None:
    """static/demo/ leads to all three."""
    page = visitor().new_page()
    page.goto("static/demo/index.html")
    expect(page.locator("main li a")).to_have_count(len(DEMO))
    assert axe.violations(page) == []
