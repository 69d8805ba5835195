"""What the embedded chat weighs, how soon it answers, and what Lighthouse says of the pages.

python tests/bench/widget.py [--runs 5] [--json FILE] [--lighthouse]
"""

import argparse
import gzip
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/browser"), str(ROOT / "py")]

from host_page import Host, Reply, document  # noqa: E402 (found by the line above)
from playwright.sync_api import BrowserContext, Request, sync_playwright  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402
from served import Site  # noqa: E402
from visit import profile  # noqa: E402

LIGHTHOUSE = "lighthouse@12.8.2"
INSTALLED = ROOT / "tests/bench/cache/lighthouse"
CATEGORIES = ("performance", "accessibility", "best-practices")
QUESTIONS = ("Are your mugs dishwasher safe?", "How long does delivery take?")
CHAT = '<arena-chat pack="/faq.diamonds" title="Ask us"></arena-chat>'
# Open and ask at once; when does the frame show, when can packs be asked, when is there an answer.
VISIT = """async (question) => {
  const chat = document.querySelector("arena-chat");
  const start = performance.now(), at = {};
  const note = (name) => { at[name] ??= performance.now() - start; };
  chat.addEventListener("arena-ready", () => note("ready"));
  const look = () => chat.shadowRoot.querySelector(".shown") ? note("shown") : setTimeout(look, 5);
  look();
  await chat.ask(question);
  note("answer");
  return at;
}"""
MOMENTS = {"shown": "chat on screen", "ready": "packs can be asked", "answer": "first answer"}
STAGES = {
    "shown at once": ("",),
    "interface": ("runtime/pyscript", "app/", "static/vendor"),
    "MicroPython": ("runtime/micropython",),
    "Python, encoder, pack": (
        *("runtime/", "models/", "packs/", "app/worker.py", "release.json"),
        *(f"static/{name}.mjs" for name in ("runtime", "image", "packed", "progress", "reading")),
    ),
}
STARTS = [(start, stage) for stage, starts in STAGES.items() for start in starts]
out, err = Console(), Console(stderr=True)


def main() -> None:
    """Measure, print, write what was asked for."""
    told = arguments()
    if not (told.dist / "release.json").exists():
        sys.exit(f"{told.dist} holds no release; run python build.py site")
    site, host = Site(told.dist, {}), Host()
    pack = (told.dist / "packs/demo-shop.diamonds").read_bytes()
    host.replies["/faq.diamonds"] = Reply(pack, "application/octet-stream")
    host.replies["/"] = Reply(document(site.address, CHAT))
    result: dict[str, Any] = {"runs": told.runs, "load": os.getloadavg()[0]}
    try:
        result |= measure(told, site, host)
        if told.lighthouse:
            install()
            pages = {"a page with the chat closed": "static/demo/shop.html", "ArenaLab's page": ""}
            result["lighthouse"] = {
                name: scores(site.address + path) for name, path in pages.items()
            }
    finally:
        site.stop()
        host.stop()
    show(result)
    if told.json:
        told.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="visits, each with an empty profile")
    parser.add_argument("--dist", type=Path, default=ROOT / "dist")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--lighthouse", action="store_true", help="install and run Lighthouse too")
    return parser.parse_args()


def measure(told: argparse.Namespace, site: Site, host: Host) -> dict[str, Any]:
    """Open the chat in `runs` empty profiles, and in each once more when the release is kept."""
    first, again = [], []
    fetched: set[str] = set()
    with sync_playwright() as playwright, err.status("Visiting") as status:
        for run in range(1, told.runs + 1):
            status.update(f"Visit {run} of {told.runs}")
            with profile(playwright) as context:
                note = noting(context, site.address, fetched)
                first.append(visit(context, host.address, QUESTIONS[0]))
                context.remove_listener("request", note)
                kept(context, site)
                again.append(visit(context, host.address, QUESTIONS[1]))
        with profile(playwright) as context:
            page_fetched: set[str] = set()
            noting(context, site.address, page_fetched)
            context.pages[0].goto(site.address)
            context.pages[0].locator("#status", has_text="Ready").wait_for()
    return {
        "first": first,
        "again": again,
        "bytes": {
            "embed.js": sum(weigh(told.dist, ["static/embed.js"]).values()),
            "the chat": weigh(told.dist, fetched - {"static/embed.js"}),
            "ArenaLab's page": weigh(told.dist, page_fetched),
        },
    }


def noting(context: BrowserContext, address: str, fetched: set[str]) -> Callable[[Request], None]:
    """Note the paths asked of the site at `address`. Returns the listener."""

    def note(request: Request) -> None:
        if request.url.startswith(address):
            fetched.add(request.url.removeprefix(address).split("?")[0] or "index.html")

    context.on("request", note)
    return note


def visit(context: BrowserContext, address: str, question: str) -> dict[str, float]:
    """Milliseconds from opening the chat to its moments."""
    page = context.pages[0]
    page.goto(address)
    page.locator("arena-chat .ask").wait_for()
    found: dict[str, float] = page.evaluate(VISIT, question)
    return found


def kept(context: BrowserContext, site: Site) -> None:
    """Wait until the service worker holds the release."""
    frame = next(f for f in context.pages[0].frames if f.url.startswith(site.address))
    frame.evaluate(
        "async () => { while (!(await navigator.serviceWorker.getRegistration())?.active)"
        " await new Promise((done) => setTimeout(done, 100)); }"
    )


def weigh(dist: Path, fetched: Iterable[str]) -> dict[str, int]:
    """Bytes by stage, each file with gzip where that makes it smaller, as public hosts send it."""
    sizes: dict[str, int] = defaultdict(int)
    for path in fetched:
        if path.startswith("models/minilm") or not (dist / path).is_file():
            continue  # the large encoder comes after the first answer
        stage = max((len(start), stage) for start, stage in STARTS if path.startswith(start))[1]
        data = (dist / path).read_bytes()
        sizes[stage] += min(len(data), len(gzip.compress(data, 9)))
    return dict(sizes)


def install() -> None:
    """Fetch Lighthouse into a place that git ignores, once."""
    if not (INSTALLED / "node_modules/lighthouse").exists():
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(INSTALLED)]
        subprocess.run([*command, LIGHTHOUSE], check=True, stdout=sys.stderr)


def scores(address: str) -> dict[str, int]:
    """Lighthouse's scores of a page, 0 to 100."""
    chrome = os.environ.get("ARENALAB_CHROMIUM", "/usr/bin/chromium")
    command = ["node", str(INSTALLED / "node_modules/lighthouse/cli/index.js"), address]
    flags = ["--quiet", "--output=json", f"--only-categories={','.join(CATEGORIES)}"]
    flags += ["--chrome-flags=--headless=new --no-sandbox --disable-gpu"]
    done = subprocess.run(
        [*command, *flags],
        check=True,
        capture_output=True,
        env=os.environ | {"CHROME_PATH": chrome},
    )
    found = json.loads(done.stdout)["categories"]
    return {name: round(found[name]["score"] * 100) for name in CATEGORIES}


def show(result: dict[str, Any]) -> None:
    """Print the figures as tables."""
    table = Table("seconds", "first time", "again", title="From opening to the first answer")
    for key, label in MOMENTS.items():
        table.add_row(label, *(seconds(result[visit], key) for visit in ("first", "again")))
    out.print(table)
    sizes = result["bytes"]
    table = Table("kB gzipped", "the chat", "ArenaLab's page", title="Bytes of a first visit")
    table.add_row("embed.js", f"{sizes['embed.js'] / 1000:.2f}", "")
    for stage in STAGES:
        of = [sizes[name].get(stage, 0) / 1000 for name in ("the chat", "ArenaLab's page")]
        table.add_row(stage, *(f"{kilobytes:,.0f}" for kilobytes in of))
    out.print(table)
    if "lighthouse" in result:
        table = Table("Lighthouse", *CATEGORIES, title="Scores of 100, emulated phone")
        for name, found in result["lighthouse"].items():
            table.add_row(name, *(str(found[category]) for category in CATEGORIES))
        out.print(table)
    out.print(f"Median of {result['runs']} (least–greatest); load average {result['load']:.1f}.")


def seconds(visits: list[dict[str, float]], key: str) -> str:
    """1.52 (1.40–1.71)."""
    found = [visit[key] / 1000 for visit in visits]
    return f"{median(found):.2f} ({min(found):.2f}–{max(found):.2f})"


if __name__ == "__main__":
    main()
