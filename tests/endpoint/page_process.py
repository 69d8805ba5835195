"""A tab in Chromium that answers on request: a process of its own, as pytest may drive another.

Arguments: the folder of the built release, and one for the files it makes. It says "ready", or what
went wrong; then each line that it reads is a request, and each that it writes the reply, in JSON
with bodies in base64.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from served import ROOT, Site

from assembly.site import publish
from endpoint import tiny
from plain_runtime import plain_runtime

HERE = Path(__file__).parent / "page"
SEND = """async ({ method, path, headers, body }) => {
  const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
  const sent = { method, headers, body: bytes.length ? bytes : undefined };
  const reply = await fetch("." + path, sent);
  const parts = [];
  for await (const part of reply.body) parts.push(btoa(String.fromCharCode(...part)));
  return { status: reply.status, headers: [...reply.headers], parts };
}"""


def release(dist: Path, folder: Path, more: Mapping[str, Path] | None = None) -> Site:
    """Serve a release of the page in `page/`; runtime, tiny world and `more` files beside it."""
    files = {file.name: file.read_bytes() for file in HERE.iterdir()}
    worker = (ROOT / "static" / "sw.js").read_text(encoding="utf-8")
    publish(files, worker, folder / "site")
    (folder / "tiny.encoder").write_bytes(tiny.encoder_file())
    (folder / "tiny.diamonds").write_bytes(tiny.pack_file())
    beside = {**(more or {})}
    beside |= {name: folder / name for name in ("tiny.encoder", "tiny.diamonds")}
    for file in (dist / "runtime/wheels").iterdir():
        beside[f"runtime/wheels/{file.name}"] = file
    for file in plain_runtime(dist, folder / "runtime").iterdir():
        beside[f"runtime/pyodide/{file.name}"] = file
    return Site(folder / "site", beside)


@contextmanager
def tab(address: str) -> Iterator[Page]:
    """Open the page and wait until its engine serves."""
    executable = os.environ.get("ARENALAB_CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        arguments = ["--headless", "--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=executable, args=arguments)
        page = browser.new_page()
        page.set_default_timeout(90_000)
        page.goto(address)
        page.evaluate("ready")
        yield page
        browser.close()


def say(line: str) -> None:
    """Write one line, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(dist: Path, folder: Path) -> None:
    """Answer line by line until the input ends."""
    site = release(dist, folder)
    try:
        with tab(site.address) as page:
            say("ready")
            for line in sys.stdin:
                say(json.dumps(page.evaluate(SEND, json.loads(line))))
    finally:
        site.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
