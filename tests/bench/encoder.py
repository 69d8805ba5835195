"""How long the encoders take in a browser and in CPython; docs/benchmarks.md says how to read it.

python tests/bench/encoder.py [--json FILE]
python tests/bench/encoder.py --faq FAQ QUERIES     what rounding the weights costs, by `eval faq`
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(ROOT / "tests/browser"), str(ROOT / "tests"), str(ROOT / "py")]

import encoding  # noqa: E402 (the tests' helpers are found by the line above)
from playwright.sync_api import sync_playwright  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402
from served import Site  # noqa: E402
from visit import profile  # noqa: E402

import minilm  # noqa: E402
from arenalab.encode import load_encoder  # noqa: E402
from arenalab.encode.build import (  # noqa: E402
    HEADS,
    LONGEST,
    network_arrays,
    read_safetensors,
)
from arenalab.encode.encoder import TransformerEncoder  # noqa: E402
from arenalab.encode.pooling import rarity  # noqa: E402
from arenalab.encode.transformer import Transformer  # noqa: E402
from arenalab.encode.wordpiece import WordPiece  # noqa: E402
from arenalab.evaluate import evaluate_faq, read_faq, read_queries  # noqa: E402
from arenalab.learning import silent  # noqa: E402

INSIDE = ROOT / "tests/browser/inside"
MINUTE = 60_000  # milliseconds
out, err = Console(width=120), Console(stderr=True)


def main() -> None:
    """Measure, print, write what was asked for."""
    told = arguments()
    if told.faq:
        show_cost(told.dist, *told.faq)
        return
    with err.status("In the browser"):
        browser = in_browser(told.dist)
    with err.status("In CPython"):
        native = asyncio.run(encoding.measure(lambda file: read(told.dist / file)))
    result = {"load_average": os.getloadavg()[0], "browser": browser, "cpython": native}
    show(result)
    if told.json:
        told.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dist", type=Path, default=ROOT / "dist")
    parser.add_argument("--faq", type=Path, nargs=2, metavar=("FAQ", "QUERIES"))
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser.parse_args()


async def read(file: Path) -> bytes:
    """Return what is in a file."""
    return file.read_bytes()


def in_browser(dist: Path) -> dict[str, Any]:
    """Return what `encoding.py` measures in the Python of the release."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        packages = Path(folder) / "packages.json"
        packages.write_text("[]", encoding="utf-8")
        files = {name: INSIDE / name for name in ("index.html", "page.mjs", "run.mjs")}
        files |= {"task.py": HERE / "encoding.py", "packages.json": packages}
        site = Site(dist, {f"inside/{name}": file for name, file in files.items()})
        try:
            with profile(playwright) as context:
                page = context.pages[0]
                page.goto(f"{site.address}inside/index.html")
                ended = page.locator("#result[data-state]")
                ended.wait_for(timeout=5 * MINUTE, state="attached")
                text = ended.inner_text()
                if ended.get_attribute("data-state") != "done":
                    sys.exit(text)
        finally:
            site.stop()
    found: dict[str, Any] = json.loads(text)
    return found


def show(result: dict[str, Any]) -> None:
    """Print the table."""
    table = Table("", "", "bytes", "opened, ms", *(f"{n} tokens, ms" for n in encoding.TOKENS))
    for place in ("browser", "cpython"):
        for name, seen in result[place].items():
            times = (f"{ms:,.2f}" for ms in seen["query_ms"])
            table.add_row(place, name, f"{seen['bytes']:,}", f"{seen['open_ms']:,.0f}", *times)
    out.print(table)
    out.print(f"load {result['load_average']:.1f}")


def show_cost(dist: Path, faq: Path, queries: Path) -> None:
    """Print how often the right question comes first, by the published weights and by the file."""
    known = read_faq(faq.name, faq.read_bytes())
    asked = read_queries(queries.name, queries.read_bytes())
    table = Table("weights", "P@1", "MRR")
    rounded = load_encoder((dist / "models/minilm.encoder").read_bytes())
    for name, encoder in (("float32", exact()), ("minilm.encoder", rounded)):
        with err.status(name):
            found = evaluate_faq(known, asked, encoder, time.perf_counter, silent).measures
        table.add_row(name, f"{found['p_at_1']:.4f}", f"{found['mrr']:.4f}")
    out.print(table)


def exact() -> TransformerEncoder:
    """Return the encoder of the weights as published, with our pooling."""
    arrays = network_arrays(read_safetensors(minilm.member("model.safetensors")), HEADS, LONGEST)
    network = Transformer.assemble(lambda ids: arrays["tokens"][ids], arrays, HEADS)
    vocabulary = minilm.vocabulary()
    return TransformerEncoder("", "", WordPiece(vocabulary), network, rarity(vocabulary))


if __name__ == "__main__":
    main()
