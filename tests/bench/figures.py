"""Raw visits → figures: medians with their spread, and bytes. No browser here."""

import gzip
import statistics
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

MOMENTS = {
    "paint": "First paint",
    "interface": "Interface runs",
    "ready": "Ready",
    "answer": "First answer on screen, asked at once",
}

# Where the Pythons lie: the interface's, then the engine's.
PYTHONS = ("runtime/micropython/", "runtime/pyodide/", "runtime/image/", "runtime/zstd/")
# What is fetched for better answers once there are answers.
UPGRADE = ("models/minilm", "packs/minilm")
# What the browser fetches on its own to keep the release.
KEPT = ("sw.js", "release.json")


def spread(values: Iterable[float]) -> dict[str, float]:
    """Return median, least and greatest of some values."""
    sorted_ = sorted(values)
    return {"median": statistics.median(sorted_), "least": sorted_[0], "greatest": sorted_[-1]}


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` of the values do not exceed."""
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


def start(visits: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return how long each moment took and when each stage had its first and last byte."""
    stages = dict.fromkeys(name for moments in visits for name in moments["stages"])
    return {
        **{name: spread(m[name] for m in visits if name in m) for name in MOMENTS},
        "stages": {
            name: {
                edge: statistics.median(
                    m["stages"][name][edge] for m in visits if name in m["stages"]
                )
                for edge in ("first", "last")
            }
            for name in stages
        },
    }


def transferred(dist: Path, fetched: Sequence[str]) -> dict[str, Any]:
    """Return what a first visit fetches to answer, in bytes: as stored, and sent with gzip.

    `fetched` are the paths asked for until the page was ready, in their order. Of those that answer
    better later on some may be among them, which do not count; `sw.js` and the list of the release
    may not yet be, and do. `before` is what was asked for before the first byte of a Python.
    """
    asked = list(dict.fromkeys(path or "index.html" for path in fetched))
    first = next((at for at, path in enumerate(asked) if path.startswith(PYTHONS)), len(asked))
    needed = [path for path in dict.fromkeys([*asked, *KEPT]) if not path.startswith(UPGRADE)]
    files = {path: _weigh(dist / path) for path in needed}
    return {
        "requests": len(fetched),
        "raw": sum(one["raw"] for one in files.values()),
        "gzipped": sum(one["gzipped"] for one in files.values()),
        "before": sum(files[path]["gzipped"] for path in asked[:first]),
        "before_files": first,
        "files": files,
    }


def _weigh(file: Path) -> dict[str, int]:
    """Bytes of a file, and with gzip at its usual level; a server leaves out what grows by it."""
    data = file.read_bytes()
    return {"raw": len(data), "gzipped": min(len(data), len(gzip.compress(data, 6)))}


def answering(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return p50 and p95 of the round trip and of each stage, in milliseconds."""
    asked = found["asked"]
    series = {"round_trip": [one["round_trip"] for one in asked]}
    series["engine"] = [sum(one["timing"].values()) for one in asked]
    series |= {stage: [one["timing"][stage] for one in asked] for stage in asked[0]["timing"]}
    return {
        "diamonds": found["diamonds"],
        "pack_bytes": found["bytes"],
        "pack_opened": found["opened"],
        "questions": len(asked),
        **{n: {"p50": quantile(v, 0.5), "p95": quantile(v, 0.95)} for n, v in series.items()},
    }
