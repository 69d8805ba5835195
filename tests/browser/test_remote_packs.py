"""A pack that stays on its host: what the engine fetches of it, and what goes wrong on the way."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from far_host import OUTCOME, QUESTION, FarHost, large_pack
from playwright.sync_api import BrowserContext, Page
from steps import wait_until_ready

from arenalab import container
from arenalab.pack.file import LEFT

pytestmark = pytest.mark.allow_page_errors  # most hosts here break on purpose

ENGINE = "document.querySelector('script[type=py][worker]').xworker.sync"


@pytest.fixture(scope="module")
def data(dist: Path) -> bytes:
    """A pack too large to be fetched whole."""
    return large_pack(dist)


@pytest.fixture
def host(data: bytes) -> Iterator[FarHost]:
    """That pack, on another origin."""
    host = FarHost(data)
    yield host
    host.stop()


@pytest.fixture
def page(visitor: Callable[..., BrowserContext]) -> Page:
    """The page, up and running."""
    page = visitor().new_page()
    page.goto("./")
    wait_until_ready(page)
    return page


def call(page: Page, name: str, request: dict[str, Any]) -> dict[str, Any]:
    """Call the engine as the page does."""
    reply = page.evaluate(f"request => {ENGINE}.{name}(request)", json.dumps(request))
    return json.loads(reply)


def open_far(page: Page, host: FarHost) -> dict[str, Any]:
    """Open the pack of the host."""
    return call(page, "open_url", {"id": "far", "url": host.url})


def close_far(page: Page) -> None:
    """Forget that it is open; what is stored of it stays."""
    call(page, "close_pack", {"id": "far"})


def ask_far(page: Page) -> dict[str, Any]:
    """Ask it."""
    return call(page, "ask", {"pack": "far", "question": QUESTION, "threshold": 0.0})


def found(answer: dict[str, Any]) -> str:
    """Return the outcome of the nearest example, which was read from the file."""
    return answer["receipts"][0]["outcome"]


def failure(reply: dict[str, Any]) -> str:
    """Return the key of the error that came."""
    return reply["error"]["key"] or reply["error"]["kind"]


def index_of(data: bytes) -> int:
    """Return how many bytes of a pack's file opening it takes, and the first part that is asked."""
    header = container.read_header(data)
    return max(header.place(name).stop for name in header.sections if name not in LEFT) + (1 << 16)


@pytest.mark.parametrize("exposed", [True, False])
def test_only_what_is_needed_is_fetched(page: Page, host: FarHost, exposed: bool) -> None:
    """The answer for a part of the bytes, also where the host hides size and version; then offline.

    A second visit fetches nothing of the index again.
    """
    host.exposed = exposed
    assert open_far(page, host)["held"] == "index"
    assert found(ask_far(page)) == OUTCOME
    assert host.sent < 0.4 * len(host.data)
    close_far(page)
    before = host.sent
    assert open_far(page, host)["held"] == "index"
    assert host.sent - before <= 1 << 16
    close_far(page)
    host.broken = True
    assert open_far(page, host)["held"] == "index"


def test_nothing_about_the_visitor_goes_along(page: Page, host: FarHost) -> None:
    """No cookie, no referrer: a range of bytes is asked for, and that is all."""
    open_far(page, host)
    for headers in host.asked:
        assert not {"Cookie", "Referer", "Authorization"} & set(headers)


def test_a_host_without_ranges_will_do(page: Page, host: FarHost) -> None:
    """It sends the whole file, once: the next time its tag is enough; and it is there offline."""
    host.ranges = False
    open_far(page, host)
    assert found(ask_far(page)) == OUTCOME
    assert host.sent == len(host.data)
    close_far(page)
    assert open_far(page, host)["came"] == 0
    close_far(page)
    host.broken = True
    assert open_far(page, host)["came"] == 0
    assert found(ask_far(page)) == OUTCOME


def test_what_was_cut_off_goes_on(page: Page, host: FarHost) -> None:
    """A connection that drops is said, with what to do; asked again, no piece comes twice."""
    host.drop_after = 1_400_000
    assert failure(open_far(page, host)) == "pack_unreached"
    host.drop_after, kept = None, host.sent
    assert open_far(page, host)["held"] == "index"
    assert host.sent - kept < index_of(host.data) - (1 << 20)
    host.broken = True
    assert failure(ask_far(page)) == "pack_unreached"
    host.broken = False
    assert found(ask_far(page)) == OUTCOME


def test_why_nothing_comes_is_told_apart(page: Page, host: FarHost) -> None:
    """No such file, a host closed to other sites or gone, no pack, no network."""
    missing = call(page, "open_url", {"id": "far", "url": host.url + "x"})
    assert failure(missing) == "pack_missing"
    assert missing["error"]["values"] == {"url": host.url + "x", "status": 404}
    host.cors = False
    assert failure(open_far(page, host)) == "pack_closed"
    host.cors, right = True, host.data
    host.data = b"<!doctype html>" * 9000
    assert failure(open_far(page, host)) == "not_pack"
    host.data = right[:-100_000]
    assert failure(open_far(page, host)) == "DamagedFileError"
    host.data = right
    assert open_far(page, host)["held"] == "index"
    close_far(page)
    gone = FarHost(b"")
    gone.stop()
    assert failure(call(page, "open_url", {"id": "x", "url": gone.url})) == "pack_unreached"
    page.context.set_offline(True)
    assert failure(call(page, "open_url", {"id": "x", "url": gone.url})) == "pack_offline"


def test_a_flipped_bit_is_noticed(page: Page, host: FarHost) -> None:
    """The damaged part is refused, and not kept: once the host is right, the pack opens."""
    right, wrong = host.data, bytearray(host.data)
    wrong[200_000] ^= 1
    host.data = bytes(wrong)
    assert failure(open_far(page, host)) == "DamagedFileError"
    host.data = right
    assert open_far(page, host)["held"] == "index"


def test_a_file_that_changed_is_noticed(page: Page, host: FarHost) -> None:
    """Parts of two versions of a file are never mixed."""
    open_far(page, host)
    host.tag = '"two"'
    assert failure(ask_far(page)) == "pack_changed"


def test_a_small_pack_is_fetched_whole(page: Page, host: FarHost, dist: Path) -> None:
    """Asking for rows would take longer than all of it does."""
    host.data = (dist / "packs/demo-shop.diamonds").read_bytes()
    record = open_far(page, host)
    assert record["came"] <= len(host.data) + (1 << 16)
    assert "held" not in record


def test_what_is_kept_of_a_pack_goes_with_it(page: Page, host: FarHost) -> None:
    """Removed, nothing of it is left in the browser."""
    open_far(page, host)
    stored = "async () => (await (await caches.open('arenalab-parts')).keys()).length"
    assert page.evaluate(stored) > 2
    call(page, "close_pack", {"id": "far", "url": host.url})
    assert page.evaluate(stored) == 0


def test_where_nothing_can_be_stored_a_pack_opens_all_the_same(page: Page, host: FarHost) -> None:
    """A full disk costs the store, not the answer."""
    origin = page.evaluate("origin")
    page.context.new_cdp_session(page).send(
        "Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 1}
    )
    assert open_far(page, host)["held"] == "index"
    assert found(ask_far(page)) == OUTCOME
