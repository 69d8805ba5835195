"""A pack that stays on its host: what the engine fetches of it, and what goes wrong on the way."""

import json
from pathlib import Path
from typing import Any

import pytest
from far_host import OUTCOME, QUESTION, FarHost
from playwright.sync_api import Page
from steps import wait_until_ready

from arenalab import container
from arenalab.pack.file import LEFT

pytestmark = pytest.mark.allow_page_errors  # most hosts here break on purpose

ENGINE = "document.querySelector('script[type=py][worker]').xworker.sync"


@pytest.fixture
def page(page: Page) -> Page:
    """The page, up and running."""
    wait_until_ready(page)
    return page


def call(page: Page, name: str, request: dict[str, Any]) -> dict[str, Any]:
    """Call the engine as the page does."""
    reply = page.evaluate(f"request => {ENGINE}.{name}(request)", json.dumps(request))
    return json.loads(reply)


def open_far(page: Page, far: FarHost) -> dict[str, Any]:
    """Open the pack of the host."""
    return call(page, "open_url", {"id": "far", "url": far.url})


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
def test_only_what_is_needed_is_fetched(page: Page, far: FarHost, exposed: bool) -> None:
    """The answer for a part of the bytes, also where the host hides size and version; then offline.

    A second visit fetches nothing of the index again.
    """
    far.exposed = exposed
    assert open_far(page, far)["held"] == "index"
    assert found(ask_far(page)) == OUTCOME
    assert far.sent < 0.4 * len(far.data)
    close_far(page)
    before = far.sent
    assert open_far(page, far)["held"] == "index"
    assert far.sent - before <= 1 << 16
    close_far(page)
    far.broken = True
    assert open_far(page, far)["held"] == "index"


def test_nothing_about_the_visitor_goes_along(page: Page, far: FarHost) -> None:
    """No cookie, no referrer: a range of bytes is asked for, and that is all."""
    open_far(page, far)
    for headers in far.asked:
        assert not {"Cookie", "Referer", "Authorization"} & set(headers)


def test_a_host_without_ranges_will_do(page: Page, far: FarHost) -> None:
    """It sends the whole file, once: the next time its tag is enough; and it is there offline."""
    far.ranges = False
    open_far(page, far)
    assert found(ask_far(page)) == OUTCOME
    assert far.sent == len(far.data)
    close_far(page)
    assert open_far(page, far)["came"] == 0
    close_far(page)
    far.broken = True
    assert open_far(page, far)["came"] == 0
    assert found(ask_far(page)) == OUTCOME


def test_what_was_cut_off_goes_on(page: Page, far: FarHost) -> None:
    """A connection that drops is said, with what to do; asked again, no piece comes twice."""
    far.drop_after = 1_400_000
    assert failure(open_far(page, far)) == "pack_unreached"
    far.drop_after, kept = None, far.sent
    assert open_far(page, far)["held"] == "index"
    assert far.sent - kept < index_of(far.data) - (1 << 20)
    far.broken = True
    assert failure(ask_far(page)) == "pack_unreached"
    far.broken = False
    assert found(ask_far(page)) == OUTCOME


def test_why_nothing_comes_is_told_apart(page: Page, far: FarHost) -> None:
    """No such file, a host closed to other sites or gone, no pack, no network."""
    missing = call(page, "open_url", {"id": "far", "url": far.url + "x"})
    assert failure(missing) == "pack_missing"
    assert missing["error"]["values"] == {"url": far.url + "x", "status": 404}
    far.cors = False
    assert failure(open_far(page, far)) == "pack_closed"
    far.cors, right = True, far.data
    far.data = b"<!doctype html>" * 9000
    assert failure(open_far(page, far)) == "not_pack"
    far.data = right[:-100_000]
    assert failure(open_far(page, far)) == "DamagedFileError"
    far.data = right
    assert open_far(page, far)["held"] == "index"
    close_far(page)
    gone = FarHost(b"")
    gone.stop()
    assert failure(call(page, "open_url", {"id": "x", "url": gone.url})) == "pack_unreached"
    page.context.set_offline(True)
    assert failure(call(page, "open_url", {"id": "x", "url": gone.url})) == "pack_offline"


def test_a_flipped_bit_is_noticed(page: Page, far: FarHost) -> None:
    """The damaged part is refused, and not kept: once the host is right, the pack opens."""
    right, wrong = far.data, bytearray(far.data)
    wrong[200_000] ^= 1
    far.data = bytes(wrong)
    assert failure(open_far(page, far)) == "DamagedFileError"
    far.data = right
    assert open_far(page, far)["held"] == "index"


def test_a_file_that_changed_is_noticed(page: Page, far: FarHost) -> None:
    """Parts of two versions of a file are never mixed."""
    open_far(page, far)
    far.tag = '"two"'
    assert failure(ask_far(page)) == "pack_changed"


def test_a_small_pack_is_fetched_whole(page: Page, far: FarHost, dist: Path) -> None:
    """Asking for rows would take longer than all of it does."""
    far.data = (dist / "packs/demo-shop.diamonds").read_bytes()
    record = open_far(page, far)
    assert record["came"] <= len(far.data) + (1 << 16)
    assert "held" not in record


def test_what_is_kept_of_a_pack_goes_with_it(page: Page, far: FarHost) -> None:
    """Removed, nothing of it is left in the browser."""
    open_far(page, far)
    stored = "async () => (await (await caches.open('arenalab-parts')).keys()).length"
    assert page.evaluate(stored) > 2
    call(page, "close_pack", {"id": "far", "url": far.url})
    assert page.evaluate(stored) == 0


def test_where_nothing_can_be_stored_a_pack_opens_all_the_same(page: Page, far: FarHost) -> None:
    """A full disk costs the store, not the answer."""
    origin = page.evaluate("origin")
    page.context.new_cdp_session(page).send(
        "Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 1}
    )
    assert open_far(page, far)["held"] == "index"
    assert found(ask_far(page)) == OUTCOME
