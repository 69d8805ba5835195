"""Too little memory, or disk, for a pack: it is opened all the same, and the answer says how."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from served import Site
from steps import wait_until_ready
from test_remote_packs import ENGINE, call

from arenalab.pack import read_pack, save_pack
from arenalab.pack.build import build_pack
from arenalab.span import Span

PAGES = 3000  # of 64 kB: what WebAssembly gets, hardly more than starting takes
FITTING = 140_000  # diamonds of a pack that would be held whole, as far as its size goes
LARGE = 160_000  # of one that would not


@pytest.fixture
def tight(chromium: Browser, site: Site) -> Iterator[Page]:
    """The page in a Chromium that refuses memory."""
    executable = os.environ.get("ARENALAB_CHROMIUM", "/usr/bin/chromium")
    flags = ["--headless", "--no-sandbox", f"--js-flags=--wasm-max-mem-pages={PAGES}"]
    browser = chromium.browser_type.launch(executable_path=executable, args=flags)
    page = browser.new_page(base_url=site.address, service_workers="block")
    page.goto("./")
    wait_until_ready(page)
    yield page
    browser.close()


@pytest.fixture
def pack(dist: Path, tmp_path: Path) -> Callable[[int], Path]:
    """Write a pack of so many diamonds for the release's encoders."""
    meta = read_pack((dist / "packs/starter.diamonds").read_bytes()).meta

    def write(count: int) -> Path:
        rows = np.random.default_rng(0).standard_normal((count, 384), np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        made = build_pack(
            [Span(f"n{i}", f"number {i}", if_ok="yes", status="completed") for i in range(count)],
            rows,
            np.zeros(count, np.bool_),
            [(1000 + i % 29_000,) for i in range(count)],
            np.ones((count, 5)),
            vocabulary_size=30_522,
            meta={name: meta[name] for name in ("name", "encoder", "calibration")},
        )
        save_pack(made, tmp_path / "large.diamonds")
        return tmp_path / "large.diamonds"

    return write


def open_file(page: Page, file: Path) -> dict[str, Any]:
    """Have the engine open a file that a person has chosen."""
    page.evaluate("() => document.body.append(document.createElement('input'))")
    chosen = page.locator("body > input")
    chosen.evaluate("(input) => (input.type = 'file')")
    chosen.set_input_files(file)
    reply = chosen.evaluate(
        f"""(input) => {ENGINE}.open_pack('{{"id": "large"}}', input.files[0])"""
    )
    return json.loads(reply)


@pytest.mark.allow_page_errors
def test_where_memory_is_refused_the_index_is_held(
    tight: Page, pack: Callable[[int], Path]
) -> None:
    """A pack that does not fit is opened by its index, answers, and says so in its plan."""
    opened = open_file(tight, pack(FITTING))
    assert opened["held"] == "index"
    assert "not enough memory" in opened["notes"][0]
    plan = call(tight, "ask", {"pack": "large", "question": "number 7"})["plan"]
    assert plan["held"] == "index"
    assert "Only the index is in memory" in plan["words"]


def test_where_the_disk_is_full_the_file_itself_is_read(
    visitor: Callable[..., BrowserContext], site: Site, pack: Callable[[int], Path]
) -> None:
    """Without room for a copy of a large pack, it answers from the file, scoring less."""
    file = pack(LARGE)
    plans = []
    for quota in (1 << 30, 1 << 20):
        page = visitor().new_page()
        page.goto("./")
        wait_until_ready(page)
        page.context.new_cdp_session(page).send(
            "Storage.overrideQuotaForOrigin",
            {"origin": site.address.rstrip("/"), "quotaSize": quota},
        )
        assert open_file(page, file)["held"] == "index"
        plans.append(call(page, "ask", {"pack": "large", "question": "number 7"})["plan"])
    assert plans[1]["rescored"] < plans[0]["rescored"]
