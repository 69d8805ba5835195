"""The service worker in Chromium: one checked release at a time, whole, also without a server."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from assembly.site import publish

ROOT = Path(__file__).parents[2]
WORKER = (ROOT / "static" / "sw.js").read_text(encoding="utf-8")
PAGE = b"<!doctype html><link rel=icon href=data:,><title>%s</title><script src=page.js></script>"
SCRIPT = b"""
globalThis.messages = [];
navigator.serviceWorker.addEventListener("message", (event) => messages.push(event.data));
globalThis.changes = 0;
navigator.serviceWorker.addEventListener("controllerchange", () => changes++);
"""
INSTALL = """async () => {
  const registration = await navigator.serviceWorker.register("sw.js");
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  await new Promise((done) => {
    const look = () => ["activated", "redundant"].includes(worker.state) && done();
    worker.addEventListener("statechange", look);
    look();
  });
  return worker.state;
}"""
UPDATE = """async () => {
  const registration = await navigator.serviceWorker.getRegistration();
  await registration.update();
  while (!registration.waiting) await new Promise((done) => setTimeout(done, 20));
}"""
ACTIVATE = """async () => {
  const registration = await navigator.serviceWorker.getRegistration();
  const changed = new Promise((done) =>
    navigator.serviceWorker.addEventListener("controllerchange", done, { once: true }));
  registration.waiting.postMessage({ type: "activate" });
  await changed;
}"""
LAST_CACHE = """async () => {
  for (;;) {
    const names = await caches.keys();
    if (names.length === 1) return names[0];
    await new Promise((done) => setTimeout(done, 20));
  }
}"""
TEXT = "async (path) => { const r = await fetch(path); return r.ok ? r.text() : r.status; }"


def files(word: str) -> dict[str, bytes]:
    """Return a tiny release that says ``word`` in every file."""
    return {
        "index.html": PAGE % word.encode(),
        "page.js": SCRIPT,
        "code.txt": word.encode(),
        "deep/data.bin": word.encode() * 1000,
    }


class Host:
    """A static host of one folder: release "one", then others in its place."""

    def __init__(self, dist: Path, serve: Callable[..., Any]) -> None:
        self.dist = dist
        publish(files("one"), WORKER, dist)
        self.site = serve(dist)
        self.address = self.site.address

    def publish(self, word: str) -> str:
        """Put another release in the place of the present one. Returns its id."""
        release, _ = publish(files(word), WORKER, self.dist)
        self.site.stop()
        self.site.start()
        return release


@pytest.fixture
def host(tmp_path: Path, serve: Callable[..., Any]) -> Host:
    """Return a host on the loopback with release "one"."""
    return Host(tmp_path, serve)


@pytest.fixture
def page(chromium: Browser, host: Host) -> Iterator[Page]:
    """Return the page of ``host``, visited once, no worker yet."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(host.address)
    yield page
    context.close()


def test_precache_holds_exactly_the_release(page: Page, host: Host) -> None:
    """After one visit the cache holds every file of the release, their list, and nothing else."""
    assert page.evaluate(INSTALL) == "activated"
    held = page.evaluate(
        """async () => {
          const [name] = await caches.keys();
          return [name, (await (await caches.open(name)).keys()).map((request) => request.url)];
        }"""
    )
    release = publish(files("one"), WORKER, host.dist)[0]
    assert held[0].endswith(release)
    assert sorted(held[1]) == sorted(
        host.address + path for path in (*files("one"), "release.json")
    )


def test_progress_is_told_in_bytes(page: Page) -> None:
    """The page hears how far the precache is, up to all bytes, and that it is whole."""
    page.evaluate(INSTALL)
    *steps, last = page.evaluate("messages")
    total = sum(map(len, files("one").values()))
    assert [step["total"] for step in steps] == [total] * len(files("one"))
    assert steps[-1]["loaded"] == total
    assert last["type"] == "precached"


@pytest.mark.parametrize("path", ["", "index.html", "?from=home"])
def test_works_without_the_server(page: Page, host: Host, path: str) -> None:
    """With the server gone, a full reload shows the page and its files are still there."""
    page.evaluate(INSTALL)
    host.site.stop()
    page.goto(host.address + path)
    assert page.title() == "one"
    assert page.evaluate(TEXT, "deep/data.bin?channel=1") == "one" * 1000


def test_a_damaged_file_fails_the_install(page: Page, host: Host) -> None:
    """A file that is not the one the release lists is never cached for use."""
    (host.dist / "deep" / "data.bin").write_bytes(b"damaged")
    assert page.evaluate(INSTALL) == "redundant"
    assert (
        page.evaluate("async () => (await navigator.serviceWorker.getRegistration())?.active")
        is None
    )


def test_a_list_of_another_release_fails_the_install(page: Page, host: Host) -> None:
    """A worker does not install the files of a release that is not its own."""
    (host.dist / "release.json").write_text('{"release": "other", "files": {}}')
    assert page.evaluate(INSTALL) == "redundant"


def test_releases_never_mix(page: Page, host: Host) -> None:
    """A new release waits: the open page goes on with the old one, whole, also after a reload."""
    page.evaluate(INSTALL)
    host.publish("two")
    page.evaluate(UPDATE)
    assert page.evaluate(TEXT, "code.txt") == "one"
    page.reload()
    assert page.title() == "one"
    assert page.evaluate(TEXT, "code.txt") == "one"


def test_the_new_release_replaces_the_old_one_whole(page: Page, host: Host) -> None:
    """On the page's word every tab changes over, and the old release is forgotten."""
    page.evaluate(INSTALL)
    page.reload()
    other = page.context.new_page()
    other.goto(host.address)
    release = host.publish("two")
    page.evaluate(UPDATE)
    page.evaluate(ACTIVATE)
    other.evaluate(
        "async () => { while (!changes) await new Promise((done) => setTimeout(done, 20)); }"
    )
    assert page.evaluate(TEXT, "code.txt") == "two"
    assert page.evaluate(LAST_CACHE).endswith(release)
    host.site.stop()
    page.reload()
    assert page.title() == "two"


def test_unchanged_files_are_not_fetched_again(page: Page, host: Host) -> None:
    """A new release takes the files it shares with the old one out of its cache."""
    page.evaluate(INSTALL)
    host.publish("two")
    (host.dist / "page.js").write_bytes(b"gone from the server, still in the old release")
    page.evaluate(UPDATE)
    page.evaluate(ACTIVATE)
    assert page.evaluate(TEXT, "page.js") == SCRIPT.decode()
