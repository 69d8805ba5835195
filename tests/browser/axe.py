"""axe-core, as it is pinned, asked about a page."""

import tarfile
from functools import cache

import pytest
from playwright.sync_api import Page
from served import ROOT

from assembly.lock import read_lock
from assembly.places import Places

# WCAG 2.2 A and AA, and what axe's makers hold for good practice.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (tags) => {
  const found = await axe.run(document, { runOnly: { type: "tag", values: tags } });
  return found.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`));
}"""


@cache
def script() -> str:
    """Return axe's code; skip the test where it is not downloaded."""
    places = Places(ROOT)
    [part] = [one for one in read_lock(places.lock) if one.name == "axe-core"]
    archive = places.downloads / part.file
    if not archive.exists():
        pytest.skip(f"{part.file} is not downloaded; python build.py test gets it")
    with tarfile.open(archive) as packed:
        code = packed.extractfile("package/axe.min.js")
        assert code is not None
        return code.read().decode()


def violations(page: Page) -> list[str]:
    """Return what axe holds against the page as it is now."""
    if not page.evaluate("() => 'axe' in globalThis"):
        page.evaluate(script())
    return list(page.evaluate(RUN, TAGS))
