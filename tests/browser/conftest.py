"""Chromium against the built release. Every test fails on any error the page shows or logs.

A test that provokes an error on purpose carries `allow_page_errors`.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from far_host import FarHost, large_pack
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from served import ROOT, Site
from steps import tidy, wait_until_ready

HERE = Path(__file__).resolve().parent
DIST = Path(os.environ.get("ARENALAB_DIST", ROOT / "dist"))
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NO_SERVICE_WORKER = "delete Navigator.prototype.serviceWorker"
# Milliseconds; starting Python on a busy machine takes a while.
PATIENCE = int(os.environ.get("ARENALAB_PATIENCE", "90000"))


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker of tests that provoke errors."""
    config.addinivalue_line("markers", "allow_page_errors: the page may log errors in this test")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives Chromium on a real machine."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.native)


@pytest.fixture(scope="session")
def dist() -> Path:
    """The built release."""
    if not (DIST / "release.json").exists():
        pytest.skip("dist/ is not built; run python build.py site")
    return DIST


@pytest.fixture
def serve() -> Iterator[Callable[..., Site]]:
    """Serve a release, with files beside it, until the test is over."""
    sites: list[Site] = []

    def start(dist: Path, beside: Mapping[str, Path] | None = None) -> Site:
        sites.append(Site(dist, beside or {}))
        return sites[-1]

    yield start
    for site in sites:
        site.stop()


@pytest.fixture
def site(dist: Path, serve: Callable[..., Site]) -> Site:
    """The built release, served."""
    return serve(dist)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests."""
    executable = os.environ.get("ARENALAB_CHROMIUM", "/usr/bin/chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


class Errors(list[str]):
    """What pages showed or logged as an error, or asked of another host."""

    def watch(self, context: BrowserContext) -> None:
        """Listen to all pages of a context; they may speak with this machine alone."""
        own = ("http://127.0.0.1:", "http://localhost:", "blob:", "data:")
        context.on("console", lambda m: self._note(m.type == "error", f"console: {m.text}"))
        context.on("weberror", lambda e: self._note(True, f"uncaught: {e.error}"))
        # A request that a reload or a closed tab cuts short is no failure.
        context.on(
            "requestfailed",
            lambda r: self._note(r.failure != "net::ERR_ABORTED", f"failed: {r.url} {r.failure}"),
        )
        context.on("response", lambda r: self._note(r.status >= 400, f"{r.status}: {r.url}"))
        context.on("request", lambda r: self._note(not r.url.startswith(own), f"to: {r.url}"))

    def _note(self, is_error: bool, text: str) -> None:
        if is_error:
            self.append(text)


@pytest.fixture(autouse=True)
def errors(request: pytest.FixtureRequest) -> Iterator[Errors]:
    """Fail the test when a page showed an error, unless it is marked allow_page_errors."""
    found = Errors()
    yield found
    if not request.node.get_closest_marker("allow_page_errors"):
        assert found == []


@pytest.fixture
def visitor(
    chromium: Browser, site: Site, errors: Errors
) -> Iterator[Callable[..., BrowserContext]]:
    """Make a browser profile; options as for Playwright's `new_context`.

    Without `offline_use` it has no service worker, which saves storing the release in each test.
    Motion is reduced, so that answers are there at once.
    """
    contexts: list[BrowserContext] = []

    def make(*, offline_use: bool = False, **options: object) -> BrowserContext:
        usual = {"base_url": site.address, "locale": "en-GB", "reduced_motion": "reduce"}
        context = chromium.new_context(**usual | options)
        context.set_default_timeout(PATIENCE)
        if not offline_use:
            context.add_init_script(NO_SERVICE_WORKER)
        errors.watch(context)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(visitor: Callable[..., BrowserContext]) -> Page:
    """A page of a fresh profile, opened and still loading."""
    page = visitor().new_page()
    page.goto("./")
    return page


@pytest.fixture(scope="session")
def far_pack(dist: Path) -> bytes:
    """A pack too large to be fetched whole."""
    return large_pack(dist)


@pytest.fixture
def far(far_pack: bytes) -> Iterator[FarHost]:
    """That pack, on another origin."""
    host = FarHost(far_pack)
    yield host
    host.stop()


@pytest.fixture(scope="session")
def shared_site(dist: Path) -> Iterator[Site]:
    """The built release, served to all tests that only read it."""
    site = Site(dist, {})
    yield site
    site.stop()


@pytest.fixture(scope="session")
def started(chromium: Browser, shared_site: Site) -> Iterator[tuple[Page, Errors]]:
    """A page whose engine has started, for all tests that can share one."""
    context = chromium.new_context(
        base_url=shared_site.address,
        locale="en-GB",
        reduced_motion="reduce",
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(PATIENCE)
    context.add_init_script(NO_SERVICE_WORKER)
    found = Errors()
    found.watch(context)
    page = context.new_page()
    page.goto("./")
    wait_until_ready(page)
    yield page, found
    context.close()


@pytest.fixture
def talk(started: tuple[Page, Errors], errors: Errors) -> Iterator[Page]:
    """The shared page in an empty conversation, as wide as a desk, light, in English."""
    page, found = started
    found.clear()
    tidy(page)
    yield page
    errors.extend(found)
