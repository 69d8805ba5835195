"""Without a server, and from one release to the next."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from served import ROOT, Site
from steps import answer_to, ask, notice, wait_until_ready

from assembly import site as release_builder

BATS = "Are bats blind?"
OFFLINE = re.compile("works offline")


@pytest.fixture
def page(visitor: Callable[..., BrowserContext]) -> Iterator[Page]:
    """A page of a profile in which service workers are allowed."""
    page = visitor(offline_use=True).new_page()
    page.goto("./")
    return page


@pytest.mark.allow_page_errors  # the browser itself logs its failed look for a newer worker
def test_after_one_visit_the_page_works_with_the_server_stopped(page: Page, site: Site) -> None:
    """Said to be ready for offline use, it reloads whole and answers with no server there."""
    expect(page.locator("#status")).to_have_text(OFFLINE)
    site.stop()
    page.reload()
    wait_until_ready(page)
    ask(page, BATS)
    expect(answer_to(page, BATS).locator(".sources a").first).to_be_visible()


def republish(old: Path, new: Path, changes: dict[str, tuple[str, str]]) -> None:
    """Write to `new` the release in `old` with these texts replaced in these files."""
    paths = json.loads((old / "release.json").read_text())["files"]
    files = {path: (old / path).read_bytes() for path in paths}
    for path, (before, after) in changes.items():
        assert before.encode() in files[path]
        files[path] = files[path].replace(before.encode(), after.encode())
    worker = (ROOT / "static/sw.js").read_text(encoding="utf-8")
    release_builder.publish(files, worker, new)


def test_a_new_release_replaces_the_old_one_whole(
    visitor: Callable[..., BrowserContext],
    serve: Callable[..., Site],
    dist: Path,
    tmp_path: Path,
) -> None:
    """The old release stays, whole, until the person takes the new one; then all of it is new."""
    republish(dist, tmp_path, {})
    site = serve(tmp_path)
    page = visitor(offline_use=True, base_url=site.address).new_page()
    page.goto(site.address)
    expect(page.locator("#status")).to_have_text(OFFLINE)
    site.stop()
    changes = {
        "index.html": ("<title>ArenaLab</title>", "<title>ArenaLab, newer</title>"),
        "static/languages/en.json": ("Very sure", "Newly sure"),
        "static/css/base.css": ("--round: 14px", "--round: 15px"),
    }
    republish(dist, tmp_path, changes)
    site.start()
    page.reload()
    expect(page).to_have_title("ArenaLab")
    bar = notice(page, "A new version is ready")
    with page.expect_navigation():
        bar.get_by_role("button", name="Reload").click()
    expect(page).to_have_title("ArenaLab, newer")
    ask(page, BATS)
    expect(answer_to(page, BATS)).to_contain_text("Newly sure")
