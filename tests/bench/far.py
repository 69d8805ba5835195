"""What opening and asking a large pack costs where it stands: bytes that move, and time.

python tests/bench/far.py [--diamonds 100000] [--delay 20] [--json FILE]

The pack's rows are of chance but one, so that a question's nearest rows lie all over the file: no
real pack is as bad. The host is on this machine; each answer of it waits for `--delay`, as one at
that distance would. A browser asks such a host (HTTP/1.1) six things at a time.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/browser"), str(ROOT / "py")]

from far_host import QUESTION, FarHost, large_pack  # noqa: E402 (found by the line above)
from playwright.sync_api import Page, sync_playwright  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402
from served import Site  # noqa: E402
from steps import wait_until_ready  # noqa: E402
from visit import ENGINE, profile  # noqa: E402

CALL = f"""async ([name, request]) => {{
  const before = performance.now();
  const reply = JSON.parse(await {ENGINE}[name](JSON.stringify(request)));
  if (reply.error) throw new Error(reply.error.message);
  return performance.now() - before;
}}"""


def main() -> None:
    """Measure, print, write what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--diamonds", type=int, default=100_000)
    parser.add_argument("--delay", type=float, default=20, help="milliseconds of each answer")
    parser.add_argument("--dist", type=Path, default=ROOT / "dist")
    parser.add_argument("--json", type=Path, metavar="FILE")
    told = parser.parse_args()
    data = large_pack(told.dist, told.diamonds - 1)
    result: dict[str, Any] = {"diamonds": told.diamonds, "delay": told.delay, "bytes": len(data)}
    with sync_playwright() as playwright:
        for name, ranges in (("with Range", True), ("without Range", False)):
            site, host = Site(told.dist, {}), FarHost(data, ranges=ranges, delay=told.delay / 1000)
            with profile(playwright) as context:
                page = context.pages[0]
                page.goto(site.address)
                wait_until_ready(page)
                result[name] = steps(page, host)
            site.stop()
            host.stop()
    show(result)
    if told.json:
        told.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def steps(page: Page, host: FarHost) -> dict[str, dict[str, float]]:
    """Open, ask, ask again, close, open again; seconds, bytes and requests of each."""
    found = {}

    def step(label: str, name: str, request: dict[str, str]) -> None:
        sent, asked = host.sent, len(host.asked)
        took = page.evaluate(CALL, [name, {"id": "far", "pack": "far", "url": host.url} | request])
        found[label] = {
            "seconds": took / 1000,
            "bytes": host.sent - sent,
            "requests": len(host.asked) - asked,
        }

    step("open", "open_url", {})
    step("a question", "ask", {"question": QUESTION})
    step("the same again", "ask", {"question": QUESTION})
    step("another question", "ask", {"question": "Which lamp is lit at night?"})
    page.evaluate(CALL, ["close_pack", {"id": "far"}])
    step("open on the next visit", "open_url", {})
    return found


def show(result: dict[str, Any]) -> None:
    """Print the figures as a table."""
    title = (
        f"{result['diamonds']:,} diamonds, {result['bytes'] / 1e6:.1f} MB, "
        f"{result['delay']:.0f} ms away: seconds, MB, requests"
    )
    table = Table("", "with Range", "without", title=title)
    for label in result["with Range"]:
        found = [result[name][label] for name in ("with Range", "without Range")]
        table.add_row(
            label,
            *(f"{f['seconds']:.2f}  {f['bytes'] / 1e6:.2f}  {f['requests']}" for f in found),
        )
    Console().print(table)


if __name__ == "__main__":
    main()
