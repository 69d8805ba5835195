"""How fast the page starts and answers, and what it weighs; docs/benchmarks.md says how to read it.

python tests/bench/page.py [--runs 5] [--json FILE] [--waterfall FILE]
"""

import argparse
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/browser"), str(ROOT / "py")]

import figures  # noqa: E402 (the browser tests' helpers are found by the line above)
from playwright.sync_api import sync_playwright  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402
from served import Site  # noqa: E402
from trivia import pack_file, read_trivia, split  # noqa: E402
from visit import answers, cold, profile, warm  # noqa: E402
from waterfall import waterfall  # noqa: E402

out, err = Console(), Console(stderr=True)
SMALL = 10_000  # bytes below which files are told together


def main() -> None:
    """Measure, print, write what was asked for."""
    told = arguments()
    if not (told.dist / "release.json").exists():
        sys.exit(f"{told.dist} holds no release; run python build.py site")
    if not told.trivia.exists():
        sys.exit(f"there is no {told.trivia}; name OpenTriviaQA's JSONL with --trivia")
    rows, questions = split(read_trivia(told.trivia), told.diamonds, told.questions)
    with err.status("Building the pack") as status:
        pack = pack_file(
            rows,
            told.dist,
            lambda *at: status.update(f"Building the pack: {at[0]} {at[1]:,}/{at[2]:,}"),
        )
    result = measure(told, pack, questions)
    show(result)
    if told.json:
        told.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if told.waterfall:
        starts = {"First visit": result["cold"], "Reload": result["warm"]}
        told.waterfall.write_text(waterfall(starts), encoding="utf-8")


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="visits, each with an empty profile")
    parser.add_argument("--diamonds", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--dist", type=Path, default=ROOT / "dist")
    trivia = ROOT.parent / "shared/data/opentriviaqa/opentriviaqa.jsonl"
    parser.add_argument("--trivia", type=Path, default=trivia)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--waterfall", type=Path, metavar="FILE", help="write the start as SVG")
    return parser.parse_args()


def measure(told: argparse.Namespace, pack: Path, questions: list[str]) -> dict[str, Any]:
    """Visit the page `runs` times; in the last visit, ask the large pack as well."""
    first, again = [], []
    load_before = os.getloadavg()[0]
    site = Site(told.dist, {"bench.diamonds": pack})
    try:
        with sync_playwright() as playwright, err.status("Visiting") as status:
            for run in range(1, told.runs + 1):
                status.update(f"Visit {run} of {told.runs}")
                with profile(playwright) as context:
                    first.append(cold(context, site.address))
                    again.append(warm(context))
                    if run == told.runs:
                        status.update(f"Asking {len(questions)} questions")
                        asked = answers(context.pages[0], "bench.diamonds", questions)
                    browser = context.pages[0].evaluate("() => navigator.userAgent")
    finally:
        site.stop()
    return {
        "runs": told.runs,
        "machine": {
            "cores": os.cpu_count(),
            "load_before": load_before,
            "load_after": os.getloadavg()[0],
            "system": platform.system(),
            "browser": browser.rpartition("Chrome/")[2].split()[0],
        },
        "cold": figures.start([visit.moments for visit in first]),
        "warm": figures.start([visit.moments for visit in again]),
        "bytes": figures.transferred(told.dist, first[-1].fetched),
        "answers": figures.answering(asked),
    }


def show(result: dict[str, Any]) -> None:
    """Print the figures as tables."""
    machine = result["machine"]
    title = f"Start: median of {result['runs']} (least–greatest), seconds"
    table = Table("", "first visit", "reload", title=title)
    for key, label in figures.MOMENTS.items():
        table.add_row(label, *(seconds(result[visit][key]) for visit in ("cold", "warm")))
    out.print(table)
    size = result["bytes"]
    out.print(weights(size))
    out.print(
        f"Before the first byte of a Python: {size['before'] / 1e3:.0f} kB gzipped, "
        f"{size['before_files']} files."
    )
    asked = result["answers"]
    title = f"Answering from {asked['diamonds']:,} diamonds, {asked['questions']} questions, ms"
    table = Table("", "p50", "p95", title=title)
    for name, value in asked.items():
        if isinstance(value, dict):
            table.add_row(name.replace("_", " "), f"{value['p50']:.1f}", f"{value['p95']:.1f}")
    out.print(table)
    out.print(
        f"That pack: {asked['pack_bytes'] / 1e6:.2f} MB, opened in {asked['pack_opened']:.0f} ms. "
        f"Chromium {machine['browser']}, {machine['cores']} cores, load average "
        f"{machine['load_before']:.1f} before and {machine['load_after']:.1f} after: what else "
        "runs on the machine slows all of this."
    )


def weights(size: dict[str, Any]) -> Table:
    """What must come to answer, also offline from then on: large files one by one, then all."""
    table = Table("", "as stored, kB", "gzipped, kB", title="What a first visit fetches to answer")
    small = {"raw": 0, "gzipped": 0, "count": 0}
    for path, one in sorted(size["files"].items(), key=lambda item: -item[1]["gzipped"]):
        if one["gzipped"] >= SMALL:
            table.add_row(path, f"{one['raw'] / 1e3:,.0f}", f"{one['gzipped'] / 1e3:,.0f}")
        else:
            small = {key: small[key] + one.get(key, 1) for key in small}
    for name, one in ((f"{small['count']} smaller files", small), ("all", size)):
        table.add_row(name, f"{one['raw'] / 1e3:,.0f}", f"{one['gzipped'] / 1e3:,.0f}")
    return table


def seconds(spread: dict[str, float]) -> str:
    """1.52 (1.40–1.71)."""
    median, least, greatest = (spread[name] / 1000 for name in ("median", "least", "greatest"))
    return f"{median:.2f} ({least:.2f}–{greatest:.2f})"


if __name__ == "__main__":
    main()
