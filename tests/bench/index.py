"""How fast, small and exact the index is beside others, in one Chromium; see docs/benchmarks.md.

python tests/bench/index.py [--rows 10000 49399 100000 1000000] [--libraries …] [--json FILE]

It may run in pieces: FILE takes each case as it ends, and `--print FILE` prints what is in it.
"""

import argparse
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(ROOT / "py"), str(ROOT / "tests"), str(HERE / "peers")]

import corpus  # noqa: E402 (found by the line above)
import numpy as np  # noqa: E402
from drive import case, served  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from arenalab.encode import load_encoder  # noqa: E402
from arenalab.learning import terms  # noqa: E402
from plain_runtime import plain_runtime  # noqa: E402

CACHE = HERE / "cache" / "index"
PEERS = HERE / "cache" / "peers"
SIZES = (10_000, corpus.TRIVIA, 100_000, 1_000_000)
# Libraries, with the most rows they are asked to hold: beyond, a build takes more than four minutes
# or fails.
LIBRARIES = {
    "arenalab": 1_000_000,
    "arenalab_words": 1_000_000,
    "arenalab_far": 1_000_000,
    "arenalab_blob": 1_000_000,
    "brute": 1_000_000,
    "hnswlib": corpus.TRIVIA,
    "edgevec": corpus.TRIVIA,
    "voy": corpus.TRIVIA,
    "minisearch": corpus.TRIVIA,
    "flexsearch": corpus.TRIVIA,
    "orama": corpus.TRIVIA,
}
NAMES = {
    "arenalab": "ArenaLab, vectors",
    "arenalab_words": "ArenaLab, vectors and words",
    "arenalab_far": "the same, rows left in a file",
    "arenalab_blob": "the same, rows left in a Blob",
    "brute": "JavaScript, float32",
    "hnswlib": "hnswlib-wasm",
    "edgevec": "EdgeVec",
    "voy": "Voy",
    "minisearch": "MiniSearch",
    "flexsearch": "FlexSearch",
    "orama": "Orama",
}
WORDS = ("minisearch", "flexsearch", "orama")
NEAREST = 10
CLOSE = 1e-6  # a row counts as one of the nearest if its cosine is so near to the tenth best
out, err = Console(width=150), Console(stderr=True)


def main() -> None:
    """Make the data, run the cases, print, write what was asked for."""
    told = arguments()
    if told.print:
        show(json.loads(told.print.read_text(encoding="utf-8")))
        return
    result = Result(told.json)
    prepare_peers()
    with err.status("Making the data") as status:
        data = Data(told.data, told.encoder, told.rows, status.update)
    kept = CACHE / "kept"
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir()
    folders = {
        "": CACHE,
        "src": HERE / "peers",
        "data": CACHE,
        "kept": kept,
        "put": kept,
        "dist": PEERS / "dist",
        "runtime": plain_runtime(told.dist, CACHE / "runtime"),
        "wheels": told.dist / "runtime/wheels",
        "static": ROOT / "static",
    }
    (CACHE / "arenalab.zip").write_bytes(zipped(ROOT / "py"))
    wheels = sorted(p.name for p in folders["wheels"].iterdir() if p.name[:5] in ("numpy", "msgpa"))
    (CACHE / "wheels.json").write_text(json.dumps(wheels))
    with served(folders) as address, sync_playwright() as playwright:
        for size in told.rows:
            for library in told.libraries:
                if size <= LIBRARIES[library]:
                    with err.status(f"{NAMES[library]}, {size:,}"):
                        found = case(playwright, address, library, size)
                    data.judge(found)
                    result.add(found)
    shutil.rmtree(kept)
    show(result.told)


class Result:
    """What the cases showed, kept in a file if one is given, with what other runs put there."""

    def __init__(self, file: Path | None) -> None:
        self.file = file
        self.told: dict[str, Any] = {
            "cores": os.cpu_count(),
            "system": platform.system(),
            "cases": [],
        }
        if file and file.exists():
            self.told = json.loads(file.read_text(encoding="utf-8"))

    def add(self, found: dict[str, Any]) -> None:
        """Take one case, in the place of an earlier one of the same library and size."""

        def place(case: dict[str, Any]) -> tuple[int, int]:
            return case["rows"], list(LIBRARIES).index(case["library"])

        err.print_json(data=found, indent=None)
        others = [case for case in self.told["cases"] if place(case) != place(found)]
        self.told["cases"] = sorted([*others, found], key=place)
        if self.file:
            self.file.write_text(json.dumps(self.told, indent=1) + "\n", encoding="utf-8")


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--libraries", nargs="+", choices=LIBRARIES, default=list(LIBRARIES))
    parser.add_argument("--dist", type=Path, default=ROOT / "dist")
    parser.add_argument("--encoder", type=Path, default=ROOT / "dist/models/minilm.encoder")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--print", type=Path, metavar="FILE")
    return parser.parse_args()


def prepare_peers() -> None:
    """Obtain the libraries as locked, and bundle each alone, once."""
    if (PEERS / "dist/voy.js").exists():
        return
    PEERS.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / "peers" / name, PEERS)
    install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(install, cwd=PEERS, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["node", str(HERE / "peers/build.mjs"), str(PEERS)], check=True)


def zipped(folder: Path) -> bytes:
    """Return the package as the page unpacks it."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for file in sorted((folder / "arenalab").rglob("*.py")):
            archive.write(file, file.relative_to(folder))
    return data.getvalue()


class Data:
    """What is indexed and asked, as files in CACHE, and what is right."""

    def __init__(self, data: Path, encoder_file: Path, sizes: list[int], tell: Any) -> None:  # noqa: ANN401 (rich's)
        CACHE.mkdir(parents=True, exist_ok=True)
        self.corpus = corpus.read(data)
        texts, queries = self.corpus.texts, self.corpus.queries

        def progress(done: int, total: int) -> None:
            tell(f"Encoding {done:,} of {total:,} texts")

        self.queries = corpus.encoded(queries, encoder_file, progress)
        self.queries.tofile(CACHE / "queries.f32")
        self.real = corpus.encoded(texts, encoder_file, progress)
        (CACHE / "texts.json").write_text(json.dumps(texts[: corpus.TRIVIA]))
        asked = {"queries": queries, "known": self.corpus.known}
        (CACHE / "queries.json").write_text(json.dumps(asked))
        encoder = load_encoder(encoder_file.read_bytes())
        (CACHE / "query-tokens.json").write_text(json.dumps([terms(encoder, q) for q in queries]))
        tokens = [np.array(terms(encoder, text), np.uint16) for text in texts]
        self.tenth = {}
        for size in sizes:
            tell(f"Writing {size:,} rows and finding what is nearest")
            self.tenth[size] = self._write(size)
            own = [tokens[i] for i in corpus.copied(len(texts), size)]
            np.concatenate(own).tofile(CACHE / f"tokens-{size}.u16")
            np.array([len(one) for one in own], np.uint8).tofile(CACHE / f"lengths-{size}.u8")

    def _write(self, size: int) -> np.ndarray:
        """Write the rows of a size; return the tenth best cosine of each query among them."""
        best = np.full((len(self.queries), NEAREST), -2, np.float32)
        with (CACHE / f"rows-{size}.f32").open("wb") as file:
            for block in corpus.rows(self.real, size):
                block.tofile(file)
                cosines = np.partition(self.queries @ block.T, -NEAREST, axis=1)[:, -NEAREST:]
                best = np.sort(np.concatenate([best, cosines], axis=1), axis=1)[:, -NEAREST:]
        return best[:, 0]

    def judge(self, found: dict[str, Any]) -> None:
        """Put recall in the place of the ids found.

        A vector library's id counts if its exact cosine reaches the tenth best. Libraries of words
        have no such measure: they must find a text that they hold, asked with a word left out.
        """
        ids, size = found.pop("ids", None), found["rows"]
        known = found.pop("known", None)
        if known:
            texts = self.corpus.texts
            hits = [any(texts[i] == texts[n] for i in one) for n, one in enumerate(known)]
            found["known_at_10"] = float(np.mean(hits))
        elif ids and found["library"] not in WORDS:
            rows = np.memmap(CACHE / f"rows-{size}.f32", np.float32, "r").reshape(size, -1)
            right = [
                (rows[sorted(set(one[:NEAREST]))] @ query >= tenth - CLOSE).sum()
                for one, query, tenth in zip(ids, self.queries, self.tenth[size], strict=False)
            ]
            found["recall_at_10"] = float(np.mean(right)) / NEAREST


def show(result: dict[str, Any]) -> None:
    """Print the table; ratios are to ArenaLab's search of vectors at the same size."""
    ours = {c["rows"]: c.get("p50") for c in result["cases"] if c["library"] == "arenalab"}
    titles = (
        "library",
        "rows",
        "build s",
        "load ms",
        "bytes a row",
        "p50 ms",
        "first ms",
        "p95 ms",
    )
    table = Table(*titles, "× ours", "recall@10", "tab MB", "of its own", "load")
    for one in result["cases"]:
        size, load = one["rows"], number(one["load_average"], digits=1)
        if "error" in one:
            table.add_row(NAMES[one["library"]], f"{size:,}", one["error"], *[""] * 9, load)
            continue
        at_hand = one.get("index_bytes")
        stored = f"{one['bytes'] / size:,.0f}" if "bytes" in one else "-"
        base, known = ours.get(size), one.get("known_at_10")
        table.add_row(
            NAMES[one["library"]],
            f"{size:,}",
            number(one.get("build_ms"), 1e-3),
            number(one.get("load_ms"), digits=0),
            f"{at_hand / size:.1f} of {stored}" if at_hand else stored,
            number(one["p50"]),
            number(one["first_p50"]),
            number(one["p95"]),
            number(one["p50"] / base if base else None),
            f"{known:.3f} known" if known else number(one.get("recall_at_10"), digits=4),
            number(one["process_mb"], digits=0),
            number(one["own_mb"], digits=0),
            load,
        )
    out.print(table)


def number(value: float | None, factor: float = 1, digits: int = 2) -> str:
    """Return a figure for the table."""
    return "-" if value is None else f"{value * factor:,.{digits}f}"


if __name__ == "__main__":
    main()
