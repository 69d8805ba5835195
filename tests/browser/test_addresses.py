"""Packs opened by their address: in the library, by the page's own address, kept, removed."""

from collections.abc import Callable

import pytest
from far_host import FarHost
from playwright.sync_api import BrowserContext, Locator, Page, expect
from steps import ask, choose_language, notice, open_sheet, turns, wait_until_ready


@pytest.fixture
def page(page: Page) -> Page:
    """The page, up and running."""
    wait_until_ready(page)
    return page


def open_address(page: Page, address: str) -> None:
    """Type an address into the library, and open it."""
    sheet = open_sheet(page, "library")
    sheet.locator("#address").fill(address)
    page.keyboard.press("Enter")
    expect(sheet).to_be_hidden()


def line_of_pack(page: Page, name: str) -> Locator:
    """The line of a pack in the open library."""
    return page.locator("#packs > li", has_text=name)


def test_a_pack_is_opened_by_its_address_and_stays(page: Page, far: FarHost) -> None:
    """It is chosen, says where it is, answers; a reload asks its host for little."""
    open_address(page, far.url)
    notice(page, "Lighthouses is ready: 40,001 examples")
    expect(page.locator("#pack-name")).to_have_text("Lighthouses")
    ask(page, "How tall is the lighthouse of Orfea?")
    expect(turns(page).locator(".facts")).to_be_visible()
    sent = far.sent
    assert sent < 0.4 * len(far.data)
    page.reload()
    wait_until_ready(page)
    expect(page.locator("#pack-name")).to_have_text("Lighthouses")
    ask(page, "Where is Orfea?")
    expect(turns(page).locator(".facts")).to_have_count(2)
    assert far.sent - sent < 0.2 * len(far.data)
    open_sheet(page, "library")
    line = line_of_pack(page, "Lighthouses")
    expect(line).to_contain_text("40,001 examples, 18.1 MB, on 127.0.0.1:")
    expect(line.get_by_role("button", name="Download")).to_have_count(0)


def test_bytes_are_shown_while_it_loads(page: Page, far: FarHost) -> None:
    """The line under the box says what is fetched, how much has come, and of how much."""
    far.delay = 0.7
    open_address(page, far.url)
    expect(page.locator("#status")).to_contain_text("Fetching the pack")
    expect(page.locator("#status")).to_have_text("Fetching the pack 1.1 of 2.2 MB")
    far.delay = 0
    notice(page, "Lighthouses is ready")
    expect(page.locator("#status")).to_have_text("Ready")


def test_a_removed_pack_leaves_nothing(page: Page, far: FarHost) -> None:
    """Neither the line in the library nor the parts that were kept of it."""
    open_address(page, far.url)
    notice(page, "Lighthouses is ready")
    open_sheet(page, "library")
    line = line_of_pack(page, "Lighthouses")
    line.get_by_role("button", name="Remove").click()
    line.get_by_role("button", name="Really remove").click()
    expect(line).to_have_count(0)
    page.wait_for_function(
        "async () => (await (await caches.open('arenalab-parts')).keys()).length === 0"
    )


def test_an_address_that_is_known_is_chosen(page: Page, far: FarHost) -> None:
    """It is not fetched, nor listed, a second time."""
    open_address(page, far.url)
    notice(page, "Lighthouses is ready")
    sent = far.sent
    open_address(page, far.url + "#part")
    assert far.sent == sent
    open_sheet(page, "library")
    expect(page.locator("#packs > li")).to_have_count(2)


@pytest.mark.allow_page_errors  # the connection drops on purpose
def test_an_interruption_is_said_and_goes_on(page: Page, far: FarHost) -> None:
    """The notice has a button; what had come is not fetched again."""
    far.drop_after = 1_400_000
    open_address(page, far.url)
    said = notice(page, "cannot be reached, or the connection was lost")
    far.drop_after = None
    said.get_by_role("button", name="Try again").click()
    notice(page, "Lighthouses is ready")
    assert far.sent < 0.4 * len(far.data)


@pytest.mark.allow_page_errors
def test_what_goes_wrong_is_said_in_the_pages_language(page: Page, far: FarHost) -> None:
    """In English with every detail, else in the person's own, with the values in place."""
    far.cors = False
    open_address(page, far.url)
    notice(page, "its host does not let other sites read it")
    choose_language(page, "de")
    open_address(page, far.url)
    notice(page, f"{far.url} ist da, aber der Server lässt es andere Seiten nicht lesen")
    far.cors = True
    open_address(page, far.url + "x")
    notice(page, "wird nicht ausgeliefert (Status 404)")
    choose_language(page, "ar")
    far.data = b"<!doctype html>" * 9000
    open_address(page, far.url)
    notice(page, "هذا ليس حزمة من ArenaLab")


@pytest.mark.parametrize("address", ["javascript:alert(1)", "http://pack.example/a", "https://"])
def test_what_is_no_address_is_refused(page: Page, address: str) -> None:
    """Nothing is asked for; it is said what an address looks like."""
    open_address(page, address)
    notice(page, "is not an address a pack can be fetched from")


def test_a_link_fills_the_address_in_and_a_person_opens_it(
    visitor: Callable[..., BrowserContext], far: FarHost
) -> None:
    """Of another site nothing is fetched until somebody says so; then the link chooses it."""
    page = visitor().new_page()
    page.goto(f"./?pack={far.url}")
    expect(page.locator("#library")).to_be_visible()
    expect(page.locator("#address")).to_have_value(far.url)
    wait_until_ready(page)
    assert far.asked == []
    page.locator("#address-form").get_by_role("button", name="Open").click()
    notice(page, "Lighthouses is ready")
    page.evaluate("() => document.querySelector('#packs [data-id=starter]').click()")
    expect(page.locator("#pack-name")).to_have_text("Starter", ignore_case=True)
    page.reload()
    expect(page.locator("#pack-name")).to_have_text("Lighthouses")
    expect(page.locator("#library")).to_be_hidden()


def test_a_link_to_a_pack_of_the_same_site_opens_it(
    visitor: Callable[..., BrowserContext],
) -> None:
    """It is this site's own, so nobody else learns of it."""
    page = visitor().new_page()
    page.goto("./?pack=packs/demo-shop.diamonds")
    notice(page, "is ready")
    expect(page.locator("#library")).to_be_hidden()
