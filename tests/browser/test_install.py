"""The page as an app: its manifest and its icons."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page
from served import ROOT

MANIFEST = json.loads((ROOT / "static/manifest.webmanifest").read_text(encoding="utf-8"))


def test_the_browser_reads_the_manifest_without_complaint(page: Page) -> None:
    """Chromium parses it and finds a page of its own window, with a name and a start."""
    session = page.context.new_cdp_session(page)
    found = session.send("Page.getAppManifest")
    assert found["errors"] == []
    assert found["manifest"]["display"].casefold().endswith("standalone")
    assert found["url"].endswith("static/manifest.webmanifest")
    problems = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [problem["errorId"] for problem in problems if "icon" in problem["errorId"]] == []


@pytest.mark.parametrize("icon", MANIFEST["icons"], ids=lambda icon: icon["src"])
def test_each_icon_is_what_the_manifest_says(page: Page, icon: dict[str, str]) -> None:
    """It is there, and as large as it says."""
    size = page.evaluate(
        """async (src) => {
          const image = new Image();
          image.src = src;
          await image.decode();
          return `${image.naturalWidth}x${image.naturalHeight}`;
        }""",
        f"static/{icon['src']}",
    )
    assert icon["sizes"] in (size, "any")


def test_there_are_icons_of_every_kind_that_is_asked_for() -> None:
    """192 and 512 points, and one that may be cut to any shape."""
    kinds = {(icon["sizes"], icon["purpose"]) for icon in MANIFEST["icons"]}
    assert kinds >= {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")}


def test_the_maskable_icon_fills_its_square(page: Page) -> None:
    """Its corners are painted: whatever is cut off, no hole is left."""
    alpha = page.evaluate(
        """async () => {
          const image = new Image();
          image.src = "static/icons/maskable-512.png";
          await image.decode();
          const canvas = new OffscreenCanvas(512, 512).getContext("2d");
          canvas.drawImage(image, 0, 0);
          return [[0, 0], [511, 0], [0, 511], [511, 511]].map(([x, y]) =>
            canvas.getImageData(x, y, 1, 1).data[3]);
        }"""
    )
    assert alpha == [255] * 4


def test_the_icons_are_small() -> None:
    """They are part of every visit that stores the page: 16 kB together."""
    files = [Path(ROOT / "static" / icon["src"]) for icon in MANIFEST["icons"]]
    assert sum(file.stat().st_size for file in files) < 16_000
