"""A part of the release that is missing or damaged: what the person sees."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect
from steps import ask, notice, turns

pytestmark = pytest.mark.allow_page_errors


@pytest.fixture
def without(visitor: Callable[..., BrowserContext]) -> Callable[[str], Page]:
    """Open the page where one file of the release does not come."""

    def open_page(path: str) -> Page:
        context = visitor()
        context.route(f"**/{path}", lambda route: route.abort())
        page = context.new_page()
        page.goto("./")
        return page

    return open_page


@pytest.mark.parametrize(
    "path",
    [
        "runtime/pyodide/pyodide.asm.wasm.zst",
        "runtime/zstd/zstd.wasm",
        "models/static.encoder",
        "packs/starter.diamonds",
    ],
)
def test_a_missing_part_of_the_engine_is_said_with_a_way_out(
    without: Callable[[str], Page], path: str
) -> None:
    """The page says that it could not start and offers to reload; the question is not lost."""
    page = without(path)
    ask(page, "Are bats blind?")
    expect(page.locator("#status")).to_have_text("Could not start")
    expect(page.locator(".notice.error")).not_to_contain_text("Traceback")
    expect(page.locator(".notice.error")).to_be_visible()
    expect(turns(page)).to_contain_text("did not start")
    page.context.unroute_all()
    page.get_by_role("button", name="Reload").click()
    expect(turns(page).locator(".facts")).to_be_visible()


@pytest.mark.parametrize("path", ["image.json", "memory.bin.zst", "_umath_linalg.wasm.zst"])
def test_without_its_image_python_starts_from_the_beginning(
    without: Callable[[str], Page], path: str
) -> None:
    """That takes longer, and nothing else is different."""
    page = without(f"runtime/image/{path}")
    ask(page, "Are bats blind?")
    expect(turns(page).locator(".facts")).to_be_visible()
    expect(page.locator(".notice.error")).to_have_count(0)


DAMAGED = bytes.fromhex("28b52ffd") + bytes(1000)


def test_a_damaged_image_is_left_alone(visitor: Callable[..., BrowserContext]) -> None:
    """Python starts from the beginning."""
    page = spoilt(visitor, "runtime/image/memory.bin.zst")
    expect(turns(page).locator(".facts")).to_be_visible()
    expect(page.locator(".notice.error")).to_have_count(0)


def test_a_damaged_python_is_said_with_a_way_out(visitor: Callable[..., BrowserContext]) -> None:
    """As is one that does not come."""
    page = spoilt(visitor, "runtime/pyodide/pyodide.asm.wasm.zst")
    expect(page.locator("#status")).to_have_text("Could not start")
    expect(page.locator(".notice.error")).to_be_visible()


def spoilt(visitor: Callable[..., BrowserContext], path: str) -> Page:
    """Open the page where one packed file is of no use, and ask."""
    context = visitor()
    context.route(f"**/{path}", lambda route: route.fulfill(body=DAMAGED))
    page = context.new_page()
    page.goto("./")
    ask(page, "Are bats blind?")
    return page


@pytest.mark.parametrize(
    "path", ["runtime/micropython/micropython.wasm", "runtime/pyscript/core.js"]
)
def test_a_missing_part_of_the_interface_is_said(without: Callable[[str], Page], path: str) -> None:
    """Even before any Python runs, the static page says that it could not start."""
    page = without(path)
    expect(page.locator("#status")).to_contain_text("could not start")


def test_without_the_large_encoder_the_small_one_answers(without: Callable[[str], Page]) -> None:
    """Answers go on, and a notice says what is lacking."""
    page = without("models/minilm.encoder")
    ask(page, "Are bats blind?")
    expect(turns(page).locator(".facts")).to_be_visible()
    notice(page, "less finely")


@pytest.mark.parametrize("name", ["static", "minilm"])
def test_a_damaged_encoder_is_refused(visitor: Callable[..., BrowserContext], name: str) -> None:
    """One flipped byte on the way is noticed and named; nothing is answered from it."""
    context = visitor()

    def flip(route: Route) -> None:
        body = bytearray(route.fetch().body())
        body[len(body) // 2] ^= 1
        route.fulfill(body=bytes(body))

    context.route(f"**/models/{name}.encoder", flip)
    page = context.new_page()
    page.goto("./")
    notice(page, "damaged")
    started = "Could not start" if name == "static" else "Ready"
    expect(page.locator("#status")).to_contain_text(started)
