"""The bench's arithmetic: medians, quantiles, bytes, the split of questions, the picture."""

import gzip
import importlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

HERE = Path(__file__).resolve().parent


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Import a module of this folder."""
    monkeypatch.syspath_prepend(HERE)
    return importlib.import_module


def visit(paint: float) -> dict:
    """Return the moments of a made-up visit."""
    stages = {"runtime": {"first": paint + 1, "last": paint + 2}}
    return {"paint": paint, "interface": 2.0, "ready": 3.0, "answer": 4000.0, "stages": stages}


def test_a_start_is_a_median_with_its_spread(module: Callable[[str], ModuleType]) -> None:
    """Median, least and greatest of each moment; medians of each stage's edges."""
    start = module("figures").start([visit(1), visit(9), visit(2)])
    assert start["paint"] == {"median": 2, "least": 1, "greatest": 9}
    assert start["stages"]["runtime"] == {"first": 3, "last": 4}


def test_quantiles_are_values_that_occurred(module: Callable[[str], ModuleType]) -> None:
    """Of 1 to 100 they are near 50 and 95; of one value they are that value."""
    quantile = module("figures").quantile
    assert quantile(range(1, 101), 0.5) in (50, 51)
    assert quantile(range(1, 101), 0.95) in (95, 96)
    assert quantile([7], 0.95) == 7


def test_bytes_are_those_that_an_answer_needs(
    module: Callable[[str], ModuleType], tmp_path: Path
) -> None:
    """Each file once, raw and gzipped where that helps; MiniLM is not needed, the kept list is."""
    files = {
        "index.html": b"a" * 1000,
        "static/early.js": b"b" * 500,
        "runtime/image/memory.bin.zst": bytes(range(256)),
        "models/minilm.encoder": b"c" * 9000,
        "sw.js": b"d",
        "release.json": b"{}",
    }
    for path, data in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    fetched = ["", "static/early.js", "runtime/image/memory.bin.zst", "static/early.js"]
    found = module("figures").transferred(tmp_path, [*fetched, "models/minilm.encoder"])
    packed = {path: len(gzip.compress(data, 6)) for path, data in files.items()}
    assert found["files"]["runtime/image/memory.bin.zst"] == {"raw": 256, "gzipped": 256}
    assert found["before"] == packed["index.html"] + packed["static/early.js"]
    assert (found["requests"], found["before_files"], found["raw"]) == (5, 2, 1000 + 500 + 256 + 3)
    assert found["gzipped"] == found["before"] + 256 + 3


def test_questions_asked_are_not_in_the_pack(module: Callable[[str], ModuleType]) -> None:
    """Both halves are spread over all rows, of the sizes wanted, and share nothing."""
    rows = [(f"q{i}", "a") for i in range(1000)]
    kept, asked = module("trivia").split(rows, 600, 50)
    assert len(kept) == 600
    assert len(set(asked)) == 50
    assert not {question for question, _ in kept} & set(asked)


def test_the_picture_is_well_formed_and_holds_every_stage(
    module: Callable[[str], ModuleType],
) -> None:
    """One row a stage and a moment, for each start."""
    figures, waterfall = module("figures"), module("waterfall")
    start = figures.start([visit(1)])
    drawn = waterfall.waterfall({"First visit": start, "Reload": start})
    ElementTree.fromstring(drawn)
    assert drawn.count("Python") == 2
    assert drawn.count('class="mark"') == 2 * len(figures.MOMENTS)
