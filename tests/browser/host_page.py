"""A site of somebody else's that embeds the chat: pages, packs and headers made for one test."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from loopback import Loopback
from playwright.sync_api import FrameLocator, Locator, Page

HEARD = """
window.heard = [];
for (const kind of ["ready", "answer", "feedback", "error"])
  addEventListener(`arena-${kind}`, (event) => heard.push({ event: kind, ...event.detail }));
"""


OpenPage = Callable[..., Page]
"""The fixture `open_page` of widget/conftest.py."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the site answers a path with. `hold` delays it until the event is set."""

    body: bytes
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    hold: threading.Event | None = None


class Host(Loopback):
    """Serves `replies`, path → Reply, at an origin of its own; no CORS headers."""

    def __init__(self, name: str = "127.0.0.1") -> None:
        self.replies: dict[str, Reply] = {}
        self.asked: list[str] = []
        self.address = self.begin(_Handler, name)


class _Handler(BaseHTTPRequestHandler):
    host: Host

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        self.host.asked.append(path)
        reply = self.host.replies.get(path, Reply(b"", status=404))
        if path == "/favicon.ico":
            reply = Reply(b"", status=204)
        if reply.hold:
            reply.hold.wait(60)
        self.send_response(reply.status)
        for name, value in {"Content-Type": reply.kind, **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        try:
            self.wfile.write(reply.body)
        except ConnectionError:  # the page went away while it was held
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


def document(
    arena: str,
    body: str,
    *,
    head: str = "",
    lang: str = "en",
    dir: str = "ltr",  # noqa: A002 - the attribute's name
    script: str | None = None,
) -> bytes:
    """Return a page with this body; `script` in place of the usual tag for embed.js of `arena`."""
    if script is None:
        script = f'<script async src="{arena}static/embed.js"></script>'
    return (
        f'<!doctype html><html lang="{lang}" dir="{dir}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">'
        f"<title>A site</title>{head}{script}</head>"
        f"<body><main><h1>A site</h1><p>Words.</p></main>{body}</body></html>"
    ).encode()


def button(page: Page) -> Locator:
    """The button of the only chat on the page."""
    return page.locator("arena-chat .ask")


def sheet(page: Page) -> Locator:
    """What the button opens."""
    return page.locator("arena-chat dialog")


def inside(page: Page) -> FrameLocator:
    """The chat itself, in its frame."""
    return page.frame_locator("arena-chat iframe")


def open_chat(page: Page) -> FrameLocator:
    """Press the button and wait for the chat to show."""
    button(page).click()
    page.locator("arena-chat iframe.shown").wait_for()
    return inside(page)


def ask_chat(page: Page, question: str) -> Locator:
    """Ask in the open chat. Returns the answer, once it is there."""
    chat = inside(page)
    chat.locator("#question").fill(question)
    chat.locator("#question").press("Enter")
    turn = chat.locator(".turn").filter(has=chat.get_by_text(question, exact=True)).last
    turn.locator(".facts, .failed").first.wait_for()
    return turn.locator(".answer")


def heard(page: Page, event: str, count: int = 1) -> list[dict]:
    """Return the details of the events `arena-EVENT`, once there are at least `count`."""
    page.wait_for_function(
        "([event, count]) => heard.filter((one) => one.event === event).length >= count",
        arg=[event, count],
    )
    return [one for one in page.evaluate("heard") if one["event"] == event]
