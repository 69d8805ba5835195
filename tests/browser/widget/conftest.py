"""A site that embeds the chat, a page of it, and packs to answer from."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from host_page import HEARD, Host, OpenPage, Reply, document
from playwright.sync_api import BrowserContext, Page
from served import Site

from arenalab.arena import learn
from arenalab.encode import load_encoder
from arenalab.pack import write_pack
from arenalab.span import Span

PACK = "application/octet-stream"
QUESTION = "When are you open?"
SPANS = [
    {
        "id": "open",
        "this": QUESTION,
        "if_ok": "From **9 to 5**, on weekdays. <img src=x onerror=alert(1)>",
        "status": "completed",
        "metadata": {
            "source": {"url": "/visit#hours", "title": "Visit <b>us</b>"},
            "alternates": ["opening hours", "What are your opening times?", "are you open today"],
        },
    },
    {
        "id": "dogs",
        "this": "May I bring my dog?",
        "if_ok": "On a lead, yes.",
        "status": "completed",
        "metadata": {
            "source": {"url": "javascript:alert(2)", "title": "House rules"},
            "alternates": ["are dogs allowed", "pets", "can my dog come along"],
        },
    },
    {
        "id": "cost",
        "this": "What does a ticket cost?",
        "if_ok": "Twelve euros; six for children.",
        "status": "completed",
        "metadata": {"alternates": ["ticket price", "how much is admission", "entrance fee"]},
    },
]
OTHER = [
    {
        "id": "coffee",
        "this": "Is there a café?",
        "if_ok": "Yes, in the garden.",
        "status": "completed",
        "metadata": {"alternates": ["can I get coffee", "where can we eat", "restaurant"]},
    }
]


@pytest.fixture(scope="session")
def packs(dist: Path) -> dict[str, bytes]:
    """Two small packs, by name; titles and sources in them are not to be trusted."""
    encoder = load_encoder((dist / "models/minilm.encoder").read_bytes())

    def make(name: str, spans: list[dict]) -> bytes:
        return write_pack(learn([Span.from_json(one) for one in spans], encoder, name=name))

    return {"visit": make("Visit <i>all</i>", SPANS), "cafe": make("Café", OTHER)}


@pytest.fixture
def host(packs: dict[str, bytes]) -> Iterator[Host]:
    """Somebody's site, with a pack at /visit.diamonds and one at /cafe.diamonds."""
    site = Host()
    for name, data in packs.items():
        site.replies[f"/{name}.diamonds"] = Reply(data, PACK)
    yield site
    site.stop()


@pytest.fixture
def open_page(visitor: Callable[..., BrowserContext], site: Site, host: Host) -> OpenPage:
    """Open a page of the host's with this body.

    `headers` go with it, `before` runs before its scripts, `page` is for `document`; what is left
    is for Playwright's `new_context`.
    """

    def make(
        body: str,
        *,
        headers: dict[str, str] | None = None,
        before: str = "",
        page: dict[str, str] | None = None,
        **options: object,
    ) -> Page:
        html = document(site.address, body, **(page or {}))
        host.replies["/"] = Reply(html, headers=headers or {})
        context = visitor(**options)
        context.add_init_script(HEARD + before)
        opened = context.new_page()
        opened.goto(host.address)
        opened.locator("arena-chat .ask").first.wait_for()
        return opened

    return make
