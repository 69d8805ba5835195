"""One visit to the page by a browser with an empty profile, then a reload: when did what happen.

Boundary: drives Chromium, as `tests/browser` does and with its helpers; computes nothing.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright, Request
from steps import ask, wait_until_ready

from conftest import FLAGS, PATIENCE

HERE = Path(__file__).resolve().parent
COLD, WARM = "Are bats blind?", "What is ArenaLab?"

# The page asks the engine through PyScript; this asks the same exported functions.
ENGINE = "document.querySelector('script[type=py][worker]').xworker.sync"


@dataclass(frozen=True, slots=True)
class Visit:
    """What one load of the page showed.

    `moments` as `watch.js` notes them, in milliseconds since the navigation began; `fetched` the
    paths asked for until the page was ready.
    """

    moments: dict[str, Any]
    fetched: tuple[str, ...]


@contextmanager
def profile(playwright: Playwright) -> Iterator[BrowserContext]:
    """Run a Chromium of its own, with an empty profile on disk, while the block runs."""
    with tempfile.TemporaryDirectory() as folder:
        context = playwright.chromium.launch_persistent_context(
            folder,
            executable_path=os.environ.get("ARENALAB_CHROMIUM", "/usr/bin/chromium"),
            args=FLAGS,
            reduced_motion="reduce",  # an answer that appears bit by bit takes a second by design
        )
        context.set_default_timeout(PATIENCE)
        context.add_init_script(path=HERE / "watch.js")
        yield context
        context.close()


def cold(context: BrowserContext, address: str) -> Visit:
    """Open the page for the first time, and ask as soon as there is a box."""
    page = context.pages[0]
    fetched: list[str] = []

    def note(request: Request) -> None:
        if request.url.startswith(address):
            fetched.append(request.url.removeprefix(address).split("?")[0])

    context.on("request", note)
    page.goto(address, wait_until="commit")
    ask(page, COLD)
    wait_until_ready(page)
    until_ready = tuple(fetched)
    context.remove_listener("request", note)
    return Visit(_moments(page, COLD), until_ready)


def warm(context: BrowserContext) -> Visit:
    """Once the release is kept for offline use, reload, and ask as soon as there is a box."""
    page = context.pages[0]
    page.locator("#status", has_text="works offline").wait_for()
    page.reload(wait_until="commit")
    assert page.evaluate("() => navigator.serviceWorker.controller !== null"), "no service worker"
    ask(page, WARM)
    return Visit(_moments(page, WARM), ())


def answers(page: Page, pack: str, questions: list[str]) -> dict[str, Any]:
    """Open the pack at this path of the site and ask it: round trips and stages, milliseconds."""
    return page.evaluate(
        f"""async ([path, questions]) => {{
            const engine = {ENGINE};
            const file = new Uint8Array(await (await fetch(path)).arrayBuffer());
            const before = performance.now();
            const record = JSON.parse(await engine.open_pack('{{"id": "bench"}}', file));
            if (record.error) throw new Error(record.error.message);
            const opened = performance.now() - before;
            const asked = [];
            for (const question of questions) {{
                const start = performance.now();
                const request = JSON.stringify({{ question, pack: "bench" }});
                const {{ timing }} = JSON.parse(await engine.ask(request));
                asked.push({{ round_trip: performance.now() - start, timing }});
            }}
            return {{ opened, diamonds: record.count, bytes: file.length, asked }};
        }}""",
        [pack, questions],
    )


def _moments(page: Page, question: str) -> dict[str, Any]:
    page.wait_for_function("question => question in moments.answers", arg=question)
    moments: dict[str, Any] = page.evaluate("() => moments")
    return moments | {"answer": moments["answers"][question]}
