"""Serve the bench page and drive Chromium through one case: a library at a size.

Each case has two browsers with nothing from before: one builds and saves, the other loads what was
saved and asks.
"""

import contextlib
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page, Playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--js-flags=--expose-gc"]
PATIENCE = 240_000  # milliseconds for one step
ASKING = 20_000  # milliseconds of questions
MEGABYTE = 1e6


class Door(SimpleHTTPRequestHandler):
    """Files of several folders, with what makes the page's clock exact."""

    protocol_version = "HTTP/1.1"
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
    }
    folders: Mapping[str, Path]

    def translate_path(self, path: str) -> str:
        """Return the file behind an address."""
        first, _, rest = path.partition("?")[0].lstrip("/").partition("/")
        folder = self.folders.get(first)
        return str(folder / rest if folder else self.folders[""] / first)

    def end_headers(self) -> None:
        """Isolate the page from others, so that its clock is exact to 5 µs."""
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def do_PUT(self) -> None:
        """Keep a piece of a saved index."""
        name, offset = Path(self.path).name.split("?")
        left = int(self.headers["content-length"])
        with (self.folders["kept"] / name).open("wb" if offset == "0" else "ab") as file:
            while left:
                piece = self.rfile.read(min(left, 1 << 20))
                file.write(piece)
                left -= len(piece)
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_told: object) -> None:
        """Be silent."""


@contextlib.contextmanager
def served(folders: Mapping[str, Path]) -> Iterator[str]:
    """Serve `folders` by the first part of a path; yield the address."""
    door = type("Here", (Door,), {"folders": folders})
    server = ThreadingHTTPServer(("127.0.0.1", 0), door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()


def case(playwright: Playwright, address: str, library: str, size: int) -> dict[str, Any]:
    """Return what a library shows at a size; `error` where it did not come through."""
    found: dict[str, Any] = {"library": library, "rows": size, "load_average": os.getloadavg()[0]}
    folder = tempfile.mkdtemp(prefix="index-bench-")
    unsaved, kept = library == "edgevec", library in ("arenalab_far", "arenalab_blob")
    worker = library.startswith("arenalab")  # as in our page
    try:
        if not kept:  # it opens what the one before it has saved
            with page(playwright, folder, address, worker=worker) as tab:
                found |= tab.do("init", library, size) | tab.do("build") | tab.do("save")
                if unsaved:
                    found |= {"load_ms": None} | tab.do("ask", ASKING) | memory(tab)
        if not unsaved:
            with page(playwright, folder, address, worker=worker) as tab:
                found |= tab.do("init", library, size)
                found |= tab.do("load")
                found |= tab.do("ask", ASKING) | memory(tab)
    except BrowserError as error:
        found["error"] = _reason(str(error))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return found


def _reason(message: str) -> str:
    """Return the line that says what went wrong: of a Python traceback, the last."""
    lines = [line for line in message.splitlines() if line.strip() and "    at " not in line]
    last = next((i for i, line in enumerate(lines) if "Traceback" in line), None)
    return (lines[0] if last is None else lines[-1]).removeprefix("Page.evaluate: ")[:200]


class Tab:
    """A page of the bench."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def do(self, name: str, *given: object) -> dict[str, Any]:
        """Call a function of the page."""
        call = "([name, given]) => bench[name](...given)"
        return self.page.evaluate(call, [name, list(given)])


@contextlib.contextmanager
def page(playwright: Playwright, profile: str, address: str, *, worker: bool) -> Iterator[Tab]:
    """Open the page in a browser of its own; the library may run in a worker."""
    browser = playwright.chromium.launch_persistent_context(
        profile,
        executable_path=os.environ.get("ARENALAB_CHROMIUM", "/usr/bin/chromium"),
        headless=True,
        args=FLAGS,
    )
    try:
        opened = browser.pages[0]
        opened.set_default_timeout(PATIENCE)
        opened.goto(f"{address}src/page.html{'?worker' if worker else ''}")
        opened.wait_for_function("window.ready")
        yield Tab(opened)
    finally:
        browser.close()


def memory(tab: Tab) -> dict[str, float]:
    """Return what the tab holds after a collection, in MB.

    process  resident memory of its process, as much of it as
    own      belongs to no file (a browser's task manager shows this), and
    peak     the most that was ever resident
    wasm     of it, what WebAssembly has taken, which never gives any back
    """
    wasm = tab.do("collected")
    found = max((_resident(process) for process in _renderers()), key=lambda one: one["process_mb"])
    return {**found, "wasm_mb": wasm / MEGABYTE}


def _resident(process: int) -> dict[str, float]:
    names = {"process_mb": "VmRSS", "own_mb": "RssAnon", "peak_mb": "VmHWM"}
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    fields = dict(line.split(":", 1) for line in lines)
    return {name: int(fields[one].split()[0]) * 1024 / MEGABYTE for name, one in names.items()}


def _renderers() -> Iterator[int]:
    """Yield the renderers that this process started."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                after = (entry / "stat").read_text().rpartition(")")[2].split()
                parents[int(entry.name)] = int(after[1])

    def mine(process: int) -> bool:
        while process in parents and process != os.getpid():
            process = parents[process]
        return process == os.getpid()

    for process in filter(mine, list(parents)):
        with contextlib.suppress(OSError):
            if b"--type=renderer" in Path(f"/proc/{process}/cmdline").read_bytes():
                yield process
