"""Raw visits → figures: medians with their spread, and bytes. No browser here."""

import gzip
import json
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
    """Return the bytes of the files fetched until ready, as served and gzipped, and of all.

    `sw.js` and the list of the release come on top of what the release lists.
    """
    listed = json.loads((dist / "release.json").read_text(encoding="utf-8"))["files"]
    until_ready = sorted({path or "index.html" for path in fetched})
    parts: dict[str, list[int]] = {}
    for path in until_ready:
        data = (dist / path).read_bytes()
        part = parts.setdefault(_part(path), [0, 0])
        part[0] += len(data)
        part[1] += min(len(data), len(gzip.compress(data, 6)))
    return {
        "requests": len(fetched),
        "files": len(until_ready),
        "raw": sum(raw for raw, _ in parts.values()),
        "gzipped": sum(packed for _, packed in parts.values()),
        "parts": {name: {"raw": raw, "gzipped": packed} for name, (raw, packed) in parts.items()},
        "release_raw": sum(entry["bytes"] for entry in listed.values()),
    }


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


def _part(path: str) -> str:
    folders = path.split("/")[:-1]
    return "/".join(folders[:2]) if folders[:1] == ["runtime"] else (folders or ["page"])[0]
