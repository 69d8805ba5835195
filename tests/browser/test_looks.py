"""How the page looks, as pictures in tests/artefacts, and what holds in every one of them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from served import ROOT
from steps import answer_to, ask, choose_language, open_sheet

ARTEFACTS = ROOT / "tests" / "artefacts"
KNOWN = "Are bats blind?"
UNKNOWN = "What did the tide table for Murmansk say?"
CODE = "What does a span look like in a file?"


def picture(page: Page, name: str) -> None:
    """Keep a picture, and hold that nothing sticks out sideways."""
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"{name}.png")
    width = page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= page.evaluate("() => innerWidth")


@pytest.mark.parametrize("code", ["en", "ar"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_screen_in_pictures(talk: Page, width: int, scheme: str, code: str) -> None:
    """Welcome, answers, receipts, list, library, settings, shortcuts, feedback."""
    choose_language(talk, code)
    talk.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    talk.set_viewport_size({"width": width, "height": 800})
    where = f"{code}-{width}-{scheme}"
    picture(talk, f"welcome-{where}")
    for question in (UNKNOWN, CODE, KNOWN):
        ask(talk, question)
        answer = answer_to(talk, question)
    picture(talk, f"answers-{where}")
    answer.locator(".receipts > summary").click()
    answer.scroll_into_view_if_needed()
    picture(talk, f"receipts-{where}")
    if width < 1024:
        talk.locator("#open-side").click()
        expect(talk.locator("#side")).to_be_visible()
    talk.locator("#conversations summary").first.click()
    picture(talk, f"list-{where}")
    talk.keyboard.press("Escape")
    if width < 1024:
        talk.keyboard.press("Escape")
    for name in ("library", "settings"):
        open_sheet(talk, name)
        picture(talk, f"{name}-{where}")
        talk.keyboard.press("Escape")
    talk.locator("#open-settings").focus()
    talk.keyboard.press("?")
    picture(talk, f"shortcuts-{where}")
    talk.keyboard.press("Escape")
    answer.locator("[data-do=rate-down]").click()
    picture(talk, f"feedback-{where}")
    talk.keyboard.press("Escape")


def test_the_shell_is_there_without_any_script(visitor: Callable[..., BrowserContext]) -> None:
    """Static HTML paints everything: name, welcome, box, and why nothing answers."""
    page = visitor(java_script_enabled=False).new_page()
    page.goto("./")
    for part in ("h1", "#empty h2", "#question", "#send", "noscript"):
        expect(page.locator(part)).to_be_visible()
