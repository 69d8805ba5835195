"""A pack that stays on its host: what is fetched of it, and what goes wrong on the way."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route
from served import Site
from steps import wait_until_ready

ENGINE = "document.querySelector('script[type=py][worker]').xworker.sync"
QUESTION = "Are bats blind?"


class Host:
    """Serves one pack as a host would that can be told to misbehave. `sent` are body bytes."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.sent = 0
        self.ranges = True
        self.broken = False
        self.tag = '"one"'

    def answer(self, route: Route) -> None:
        """Answer one request."""
        asked = route.request.headers.get("range")
        if self.broken:
            route.abort()
        elif asked and self.ranges:
            first, last = map(int, asked.removeprefix("bytes=").split("-"))
            body = self.data[first : last + 1]
            self.sent += len(body)
            span = f"bytes {first}-{first + len(body) - 1}/{len(self.data)}"
            route.fulfill(status=206, body=body, headers={"Content-Range": span, "ETag": self.tag})
        else:
            self.sent += len(self.data)
            route.fulfill(body=self.data, headers={"ETag": self.tag})


@pytest.fixture
def host(dist: Path) -> Host:
    """The starter pack on a host of its own."""
    return Host((dist / "packs/starter.diamonds").read_bytes())


@pytest.fixture
def page(visitor: Callable[..., BrowserContext], host: Host) -> Page:
    """The page, up and running, with the host under far/."""
    context = visitor()
    context.route("**/far/pack.diamonds*", host.answer)
    page = context.new_page()
    page.goto("./")
    wait_until_ready(page)
    call(page, "upgrade", {})  # so that every opening asks with the same encoder
    return page


def call(page: Page, name: str, request: dict[str, Any]) -> dict[str, Any]:
    """Call the engine as the page does."""
    reply = page.evaluate(f"request => {ENGINE}.{name}(request)", json.dumps(request))
    return json.loads(reply)


def open_far(page: Page, site: Site) -> dict[str, Any]:
    """Open the pack of the host."""
    return call(page, "open_url", {"id": "far", "url": f"{site.address}far/pack.diamonds"})


def ask_far(page: Page) -> dict[str, Any]:
    """Ask it."""
    return call(page, "ask", {"id": "far", "pack": "far", "question": QUESTION})


@pytest.mark.allow_page_errors  # the host breaks on purpose
def test_only_what_is_needed_is_fetched(page: Page, host: Host, site: Site) -> None:
    """The same answer as from the whole file, for a part of its bytes; offline the next time."""
    assert open_far(page, site)["held"] == "index"
    answer = ask_far(page)
    here = call(page, "ask", {"pack": "starter", "question": QUESTION})
    assert answer["text"] == here["text"]
    assert host.sent < 0.75 * len(host.data)
    call(page, "close_pack", {"id": "far"})
    host.broken = True
    assert open_far(page, site)["held"] == "index"


def test_a_host_without_ranges_will_do(page: Page, host: Host, site: Site) -> None:
    """It sends the whole file, once."""
    host.ranges = False
    open_far(page, site)
    assert ask_far(page)["kind"] == "answer"
    assert host.sent == len(host.data)


@pytest.mark.allow_page_errors
def test_what_was_cut_off_goes_on(page: Page, host: Host, site: Site) -> None:
    """A connection that drops is said, with what to do; asked again, it goes on."""
    open_far(page, site)
    host.broken = True
    error = ask_far(page)["error"]
    assert error["kind"] == "UnavailableError"
    assert "ask again" in error["message"]
    host.broken = False
    assert ask_far(page)["kind"] == "answer"


def test_a_flipped_bit_is_noticed(page: Page, host: Host, site: Site) -> None:
    """The damaged part is refused, and not kept: once the host is right, the pack opens."""
    right, wrong = host.data, bytearray(host.data)
    wrong[20_000] ^= 1
    host.data = bytes(wrong)
    assert open_far(page, site)["error"]["kind"] == "DamagedFileError"
    host.data = right
    assert open_far(page, site)["held"] == "index"


def test_a_file_that_changed_is_noticed(page: Page, host: Host, site: Site) -> None:
    """Parts of two versions of a file are never mixed."""
    open_far(page, site)
    host.tag = '"two"'
    assert "changed" in ask_far(page)["error"]["message"]


def test_where_nothing_can_be_stored_a_pack_opens_all_the_same(
    visitor: Callable[..., BrowserContext], host: Host, site: Site
) -> None:
    """A full disk costs the store, not the answer."""
    context = visitor()
    context.route("**/far/pack.diamonds*", host.answer)
    page = context.new_page()
    page.goto("./")
    wait_until_ready(page)
    page.context.new_cdp_session(page).send(
        "Storage.overrideQuotaForOrigin", {"origin": site.address.rstrip("/"), "quotaSize": 1}
    )
    assert open_far(page, site)["held"] == "index"
    assert ask_far(page)["kind"] == "answer"
