"""What the endpoint costs in a page and at the edge; docs/benchmarks.md says how to read it.

python tests/bench/places.py [--requests 200] [--starts 5] [--json FILE]

Needs dist/ (python build.py site), Chromium and Node. The page and the Worker serve the tests' tiny
world where the way is measured, and the released packs where a start is.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
# In the place of this folder, whose endpoint.py is another one.
sys.path[:1] = [str(ROOT / folder) for folder in ("tests", "tests/browser", "py")]

from assembly.edge import NEEDED, assemble  # noqa: E402
from assembly.lock import read_lock  # noqa: E402
from assembly.package import build_wheel  # noqa: E402
from assembly.places import Places  # noqa: E402
from endpoint.page_process import release, tab  # noqa: E402 (found by the line above)
from plain_runtime import plain_runtime  # noqa: E402

# Times in the page: a request by fetch, through the service worker; and what the engine itself
# says it took, by the sum of its own metrics before and after.
MEASURE = """async ({ path, body, requests }) => {
  const sent = body ? { method: "POST", body } : {};
  const took = async () => {
    const text = await (await fetch("metrics")).text();
    const route = path.startsWith("/") ? path : "/" + path;
    const line = text.split("\\n").find((one) =>
      one.startsWith(`arenalab_request_duration_seconds_sum{route="${route}"}`));
    return line ? Number(line.split(" ").pop()) * 1000 : 0;
  };
  for (let i = 0; i < 20; i++) await (await fetch(path, sent)).text();
  const before = await took();
  const times = [];
  for (let i = 0; i < requests; i++) {
    const start = performance.now();
    await (await fetch(path, sent)).text();
    times.push(performance.now() - start);
  }
  return { times, engine: ((await took()) - before) / requests };
}"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--dist", type=Path, default=ROOT / "dist")
    parser.add_argument("--json", type=Path)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        result = {
            "page": page(told.dist, Path(name), told.requests),
            "edge": edge(told.dist, Path(name), told.starts, told.requests),
        }
    for place, figures in result.items():
        for figure, value in figures.items():
            print(f"{place:5} {figure:45} {value:>12,.2f}")
    if told.json:
        told.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def page(dist: Path, folder: Path, requests: int) -> dict[str, float]:
    """Return milliseconds of a request in a tab: whole, of the engine, of the way between."""
    story = {"model": "tiny", "messages": [{"role": "user", "content": "Can I get a refund?"}]}
    asked = {
        "health": ("healthz", None),
        "chat": ("v1/chat/completions", json.dumps(story)),
        "stream": ("v1/chat/completions", json.dumps({**story, "stream": True})),
    }
    site = release(dist, folder)
    found = {}
    try:
        with tab(site.address) as opened:
            for name, (path, body) in asked.items():
                sent = {"path": path, "body": body, "requests": requests}
                told = opened.evaluate(MEASURE, sent)
                found[f"{name}: p50 ms by fetch"] = statistics.median(told["times"])
                found[f"{name}: mean ms by fetch"] = statistics.fmean(told["times"])
                found[f"{name}: mean ms of the engine"] = told["engine"]
                way = statistics.fmean(told["times"]) - told["engine"]
                found[f"{name}: mean ms of the way (overhead)"] = way
    finally:
        site.stop()
    return found


def edge(dist: Path, folder: Path, starts: int, requests: int) -> dict[str, float]:
    """Return the Worker's size, its start in Node, and milliseconds of a question."""
    places = Places(ROOT)
    parts = [part for part in read_lock(places.lock) if part.name in NEEDED]
    wheels = [places.downloads / part.file for part in parts]
    target = folder / "edge"
    size = assemble(ROOT, dist, [*wheels, build_wheel(ROOT, folder)], target)
    found: dict[str, float] = {"code: MB gzipped": size / 1e6}
    code = (target / name for name in ("src", "python_modules"))
    files = [file for part in code for file in part.rglob("*") if file.is_file()]
    found["code: MB"] = sum(file.stat().st_size for file in files) / 1e6
    for encoder in ("static", "minilm"):
        variables = {"ENCODER": encoder, "CONSTITUTION": encoder, "PACKS": ["starter"]}
        loaded, first, times, memory = [], [], [], []
        for _ in range(starts):
            with worker(dist, target, variables) as (send, ready, process):
                loaded.append(ready)
                first.append(timed(send, 0))
                times = [timed(send, number) for number in range(1, requests + 1)]
                memory.append(resident(process))
        found[f"{encoder}: ms until Python and modules are there"] = statistics.median(loaded)
        found[f"{encoder}: ms of the first question, files opened"] = statistics.median(first)
        found[f"{encoder}: p50 ms of a question"] = statistics.median(times)
        found[f"{encoder}: MB of the Node process"] = statistics.median(memory)
    return found


Send = Callable[[bytes], None]


@contextmanager
def worker(dist: Path, target: Path, variables: Any) -> Iterator[tuple[Send, float, int]]:  # noqa: ANN401
    """Run the Worker in Node; yield how to ask it, milliseconds of its start, its process id."""
    host = ROOT / "tests/endpoint/edge/host.mjs"
    runtime = plain_runtime(dist, target / "runtime")
    command = ["node", str(host), *map(str, (runtime, target, target / "assets"))]
    command.append(json.dumps(variables))
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        port, ready = running.stdout.readline().split()

        def send(body: bytes) -> None:
            address = f"http://127.0.0.1:{port}/v1/chat/completions"
            urllib.request.urlopen(urllib.request.Request(address, body)).read()

        yield send, float(ready), running.pid
        running.stdin.close()


def timed(send: Send, number: int) -> float:
    """Return milliseconds of a question that was not asked before."""
    content = f"What can ArenaLab do for {number} people?"
    body = {"model": "starter", "messages": [{"role": "user", "content": content}]}
    began = time.perf_counter()
    send(json.dumps(body).encode())
    return (time.perf_counter() - began) * 1000


def resident(process: int) -> float:
    """Return the resident memory of a process in MB."""
    status = Path(f"/proc/{process}/status").read_text()
    return float(status.split("VmRSS:")[1].split()[0]) / 1000


if __name__ == "__main__":
    main()
