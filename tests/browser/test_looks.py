"""How the page looks, as pictures in tests/artefacts, and what holds in every one of them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect
from served import ROOT
from steps import answer_to, ask, wait_until_ready

ARTEFACTS = ROOT / "tests" / "artefacts"
DESK = ViewportSize(width=1200, height=820)
PHONE = ViewportSize(width=360, height=740)
KNOWN = "Are bats blind?"
UNKNOWN = "What did the tide table for Murmansk say?"


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    """The colour scheme of the system."""
    return str(request.param)


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def page(
    visitor: Callable[..., BrowserContext], scheme: str, request: pytest.FixtureRequest
) -> Page:
    """A page on a desk or a phone, in light or dark."""
    page = visitor(viewport=request.param, color_scheme=scheme, reduced_motion="reduce").new_page()
    page.goto("./")
    return page


def picture(page: Page, scheme: str, what: str) -> None:
    """Keep a picture, and hold that nothing sticks out sideways."""
    size = page.viewport_size
    assert size is not None
    width = page.evaluate("() => document.documentElement.scrollWidth")
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"{what}-{size['width']}-{scheme}.png")
    assert width <= size["width"]


def test_the_page_in_pictures(page: Page, scheme: str) -> None:
    """Empty, answered, receipts and library: shown in light and dark, on a desk and a phone."""
    wait_until_ready(page)
    picture(page, scheme, "empty")
    ask(page, UNKNOWN)
    answer_to(page, UNKNOWN)
    ask(page, KNOWN)
    answer = answer_to(page, KNOWN)
    picture(page, scheme, "answer")
    answer.locator(".receipts > summary").click()
    answer.scroll_into_view_if_needed()
    picture(page, scheme, "receipts")
    page.locator("#open-library").click()
    expect(page.locator("#library")).to_be_visible()
    picture(page, scheme, "library")


def test_the_shell_is_there_without_any_script(visitor: Callable[..., BrowserContext]) -> None:
    """Static HTML paints everything: name, welcome, box, and why nothing answers."""
    page = visitor(java_script_enabled=False).new_page()
    page.goto("./")
    for part in ("h1", "#empty h2", "#question", "#send", "noscript"):
        expect(page.locator(part)).to_be_visible()


def test_the_page_reads_from_right_to_left(visitor: Callable[..., BrowserContext]) -> None:
    """In a right-to-left language the page is mirrored, and nothing sticks out."""
    page = visitor(viewport=PHONE).new_page()
    page.goto("./")
    page.evaluate("() => { document.documentElement.dir = 'rtl'; }")
    wait_until_ready(page)
    ask(page, KNOWN)
    expect(answer_to(page, KNOWN)).to_be_visible()
    picture(page, "light", "rtl")
    brand = page.locator(".brand").bounding_box()
    assert brand is not None
    assert brand["x"] > PHONE["width"] / 2
