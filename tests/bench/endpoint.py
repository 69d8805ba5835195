"""How fast and how large the server is: requests a second, p50, p99, memory; printed as a table.

    python tests/bench/endpoint.py [--encoder FILE] [--sizes 10000 100000] [--seconds 5]

Needs `wrk`. Packs are synthetic: random unit vectors and short texts, which cost what real ones
cost. Questions are real texts, each with a number of its own, so that none was encoded before. The
default constitution is upheld, as it is by `arenalab serve`.
"""

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from arenalab.encode import Encoder, load_encoder
from arenalab.pack import build_pack, write_pack
from arenalab.span import Span

CONNECTIONS = (1, 8, 64)
QUESTIONS = (
    "How do I reset password NUMBER?",
    "Which languages are supported in NUMBER?",
    "Can I get a refund for order NUMBER?",
    "What does the basic plan cost for a school with NUMBER pupils?",
)


def main() -> None:
    """Measure every size with one worker, and with as many as there are cores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", type=Path, default=Path("dist/models/minilm.encoder"))
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--seconds", type=int, default=5)
    told = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("this bench needs wrk; on Debian and Ubuntu: apt-get install wrk")
    encoder = load_encoder(told.encoder.read_bytes())
    print(
        "| diamonds | workers | connections | requests/s | p50 ms | p99 ms | memory MB "
        "| pack: file | resident | shared |"
    )
    print("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        script = folder / "post.lua"
        script.write_text(lua())
        for size in told.sizes:
            pack = folder / "bench.diamonds"
            pack.write_bytes(synthetic(size, encoder))
            for workers in sorted({1, os.cpu_count() or 1}):
                with serving(pack, told.encoder, workers) as (address, process):
                    for connections in CONNECTIONS:
                        rate, p50, p99 = load(address, script, connections, told.seconds)
                        row = (size, workers, connections, rate, p50, p99, memory(process))
                        row += (pack.stat().st_size / 1e6, *mapped(process, pack))
                        print(
                            "| "
                            + " | ".join(
                                f"{value:,.0f}" if value >= 100 else f"{value:.3g}" for value in row
                            )
                            + " |"
                        )


def synthetic(size: int, encoder: Encoder) -> bytes:
    """Return the file of a pack of `size` diamonds with random vectors."""
    random = np.random.default_rng(0)
    vectors = random.standard_normal((size, encoder.dimensions), np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    spans = [
        Span(id=str(i), this=f"question {i}?", if_ok=f"Outcome {i}. " * 8) for i in range(size)
    ]
    vocabulary = len(encoder.tokenizer.vocabulary)
    made_with = {"id": encoder.id, "digest": encoder.digest, "dimensions": encoder.dimensions}
    words = random.integers(1000, vocabulary, (size, 12))
    pack = build_pack(
        spans,
        vectors,
        np.zeros(size, np.bool_),
        [tuple(map(int, row)) for row in words],
        np.ones((size, 5)),
        vocabulary_size=vocabulary,
        meta={"name": "bench", "encoder": made_with},
    )
    return write_pack(pack)


def lua() -> str:
    """Return what wrk runs: one question after the other, each thread with numbers of its own."""
    bodies = [
        json.dumps({"model": "bench", "messages": [{"role": "user", "content": text}]})
        for text in QUESTIONS
    ]
    listed = ",\n".join(f"[[{body}]]" for body in bodies)
    return f"""
local bodies = {{ {listed} }}
local turn = 0
math.randomseed(os.time())
function setup(thread) thread:set("first", math.random(900000) * 1000) end
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
request = function()
  turn = turn + 1
  local body = string.gsub(bodies[turn % #bodies + 1], "NUMBER", first + turn)
  return wrk.format(nil, nil, nil, body)
end
"""


@contextmanager
def serving(pack: Path, encoder: Path, workers: int) -> Iterator[tuple[str, int]]:
    """Run the server while the block runs; yield its address and its process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from arenalab.cli import main; main()", "serve", str(pack)]
    options = ["--encoder", str(encoder.resolve()), "--port", str(port), "--workers", str(workers)]
    running = subprocess.Popen([*command, *options], stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{address}/healthz").read()
                break
            except OSError:
                time.sleep(0.1)
        yield address, running.pid
    finally:
        running.terminate()
        running.wait()


def load(address: str, script: Path, connections: int, seconds: int) -> tuple[float, float, float]:
    """Return requests a second, and p50 and p99 in milliseconds."""
    threads = str(min(connections, 2))
    command = ["wrk", "-t", threads, "-c", str(connections), "-d", f"{seconds}s", "--latency"]
    command += ["--timeout", "30s", "-s", str(script), f"{address}/v1/chat/completions"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        sys.exit(said)
    [rate] = re.findall(r"Requests/sec:\s+([\d.]+)", said)
    units = {"us": 0.001, "ms": 1.0, "s": 1000.0}
    latency = {
        percent: float(value) * units[unit]
        for percent, value, unit in re.findall(r"(\d+)%\s+([\d.]+)(us|ms|s)", said)
    }
    return float(rate), latency["50"], latency["99"]


def memory(process: int) -> float:
    """Return the memory of a process and its children in MB; what they share counts once (PSS)."""
    texts = [Path(f"/proc/{one}/smaps_rollup").read_text() for one in family(process)]
    return sum(kilobytes("Pss", text) for text in texts) / 1000


def mapped(process: int, file: Path) -> tuple[float, float]:
    """Return MB of a mapped file in a process and its children: one by one, and shared (PSS)."""
    whole = "\n".join(Path(f"/proc/{one}/smaps").read_text() for one in family(process))
    parts = re.split(r"^(?=[0-9a-f]+-[0-9a-f]+ )", whole, flags=re.MULTILINE)
    of_file = [part for part in parts if part.split("\n")[0].endswith(str(file))]
    rss, pss = (sum(kilobytes(kind, part) for part in of_file) / 1000 for kind in ("Rss", "Pss"))
    return rss, pss


def family(process: int) -> list[int]:
    """Return a process and its children."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [process, *map(int, children)]


def kilobytes(kind: str, text: str) -> float:
    """Return a figure out of smaps."""
    return float(re.findall(rf"^{kind}:\s+(\d+)", text, re.MULTILINE)[0])


if __name__ == "__main__":
    main()
