"""How fast a pack is built, and how much memory that takes at most; see docs/benchmarks.md.

python tests/bench/build.py [--rows 4096] [--encoder FILE] [--workers 2] [--keep PACK] [--json FILE]

A million diamonds are built with `--rows 1000000 --encoder dist/models/static.encoder`: by the
transformer that takes hours, and its share does not depend on how many there are.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(ROOT / "py")]

import corpus  # noqa: E402 (found by the line above)
import numpy as np  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

PAUSE = 0.25  # seconds between two looks at the memory
MEGABYTE = 1e6
COMMAND = "from arenalab.cli import main; main()"
out, err = Console(width=120), Console(stderr=True)


def main() -> None:
    """Write the input, build it, print, write what was asked for."""
    told = arguments()
    with tempfile.TemporaryDirectory(dir=told.folder, prefix="build-bench-") as folder:
        source, pack = Path(folder) / "in.ndjson", told.keep or Path(folder) / "out.diamonds"
        with err.status(f"Writing {told.rows:,} diamonds"):
            write(source, told.data, told.rows)
        command = [sys.executable, "-c", COMMAND, "build", str(source), "-o", str(pack), "--json"]
        command += ["--encoder", str(told.encoder), "--workers", str(told.workers)]
        # Each worker has at least four parts, as in a large build.
        command += ["--shard-size", str(min(8192, max(32, told.rows // told.workers // 128 * 32)))]
        result = {
            "encoder": told.encoder.name,
            "workers": told.workers,
            "input_mb": source.stat().st_size / MEGABYTE,
            "load_average": os.getloadavg()[0],
            **watched(command, Path(f"{pack}.parts"), told.rows),
        }
    show(result)
    if told.json:
        told.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=4096, help="diamonds")
    parser.add_argument("--encoder", type=Path, default=ROOT / "dist/models/minilm.encoder")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data")
    parser.add_argument("--folder", type=Path, help="where there is room for the parts")
    parser.add_argument("--keep", type=Path, metavar="PACK", help="keep the pack")
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser.parse_args()


def write(file: Path, data: Path, count: int) -> None:
    """Write `count` diamonds as NDJSON."""
    with file.open("w", encoding="utf-8") as lines:
        for number, (question, answer) in enumerate(islice(pairs(data), count)):
            span = {"id": f"d{number}", "this": question, "if_ok": answer, "status": "completed"}
            lines.write(json.dumps(span, ensure_ascii=False) + "\n")


def pairs(data: Path) -> Iterator[tuple[str, str]]:
    """Yield real questions and answers, shuffled, then variations (seed 0) without end.

    A variation lacks one word of the question and has another of the same set.
    """
    real = [
        (row["question"].strip(), row["answer"].strip())
        for row in corpus.lines(data / "opentriviaqa/opentriviaqa.jsonl")
    ]
    rng = np.random.default_rng(0)
    real = [real[i] for i in rng.permutation(len(real)) if all(real[i])]
    yield from real
    words = sorted({word for question, _ in real for word in question.split()})
    while True:
        question, answer = real[rng.integers(len(real))]
        told = question.split()
        told[rng.integers(len(told))] = words[rng.integers(len(words))]
        yield " ".join(told), answer


def watched(command: list[str], parts: Path, rows: int) -> dict[str, Any]:
    """Run a build; return how long each phase took and what all processes held at most, in MB.

    held  memory they hold, what they share counted once (PSS), mapped files among it
    own   of it, what belongs to no file, and so cannot be let go of
    """
    phases: dict[str, dict[str, float]] = {}
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            seen = phases.setdefault(phase(parts), {"seconds": 0, "held_mb": 0, "own_mb": 0})
            before = time.perf_counter()
            for name, size in memory(process.pid).items():
                seen[name] = max(seen[name], size)
            time.sleep(PAUSE)
            seen["seconds"] += time.perf_counter() - before
        told = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise SystemExit(f"the build failed: {told}")
    seconds = time.perf_counter() - begun
    return {
        "seconds": seconds,
        "spans_a_second": rows / seconds,
        "built": json.loads(told),
        "phases": phases,
    }


def phase(parts: Path) -> str:
    """Return what a build is at, by what stands in its folder."""
    if not (parts / "cut.json").exists():
        return "cut"
    if not (parts / "all.npz").exists():
        return "compare"
    done = len(list(parts.glob("part-*.part")))
    if done < len(json.loads((parts / "cut.json").read_bytes())):
        return "encode"
    return "join, calibrate, write"


def memory(process: int) -> dict[str, float]:
    """Return what a process and its children hold, in MB."""
    held = {"held_mb": 0.0, "own_mb": 0.0}
    for one in tree(process):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii").splitlines()
        except OSError:  # it has ended
            continue
        sizes = dict(line.split(":", 1) for line in lines[1:])
        held["held_mb"] += int(sizes["Pss"].split()[0]) * 1024 / MEGABYTE
        held["own_mb"] += int(sizes["Pss_Anon"].split()[0]) * 1024 / MEGABYTE
    return held


def tree(process: int) -> Iterator[int]:
    """Yield a process, its children, and theirs."""
    yield process
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    except OSError:  # it has ended
        return
    for child in map(int, children.split()):
        yield from tree(child)


def show(result: dict[str, Any]) -> None:
    """Print the table."""
    built = result["built"]
    titles = ("phase", "seconds", "diamonds a second", "memory of all processes, MB")
    table = Table(*titles, "of it, belonging to no file")
    for name, seen in result["phases"].items():
        speed = built["spans"] / seen["seconds"]
        sizes = (seen["seconds"], speed, seen["held_mb"], seen["own_mb"])
        table.add_row(name, *(f"{size:,.0f}" for size in sizes))
    out.print(table)
    out.print(
        f"{built['spans']:,} diamonds, {built['rows']:,} rows, {built['bytes']:,} bytes; "
        f"{result['encoder']}, {result['workers']} workers: {result['seconds']:,.0f} s, "
        f"{result['spans_a_second']:,.0f} diamonds a second; load {result['load_average']:.1f}"
    )


if __name__ == "__main__":
    main()
