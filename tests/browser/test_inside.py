"""The engine inside the browser: its own tests pass there, and it answers as CPython does."""

import importlib.util
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext
from served import HERE, ROOT, Site

from assembly.lock import read_lock
from assembly.places import Places

INSIDE = HERE / "inside"
MINUTES = 60_000  # milliseconds
CLOSE = 1e-5
IMPORTERS_NEED = ("beautifulsoup4", "docutils", "markdown-it-py")


@pytest.fixture
def run(
    visitor: Callable[..., BrowserContext],
    serve: Callable[..., Site],
    dist: Path,
    tmp_path: Path,
) -> Iterator[Callable[..., str]]:
    """Run a file of `inside/` in the release's Pyodide, with packages, and files beside it."""

    def run_task(task: str, beside: Mapping[str, Path], packages: Sequence[str] = ()) -> str:
        listed = tmp_path / "packages.json"
        listed.write_text(json.dumps(packages))
        files = {
            "index.html": INSIDE / "index.html",
            "page.mjs": INSIDE / "page.mjs",
            "run.mjs": INSIDE / "run.mjs",
            "task.py": INSIDE / task,
            "packages.json": listed,
            **beside,
        }
        site = serve(dist, {f"inside/{name}": file for name, file in files.items()})
        page = visitor().new_page()
        page.goto(f"{site.address}inside/index.html")
        result = page.locator("#result[data-state]")
        result.wait_for(timeout=15 * MINUTES, state="attached")
        text = result.inner_text()
        assert result.get_attribute("data-state") == "done", text
        return text

    return run_task


def test_the_unit_tests_pass_inside_the_browser(run: Callable[..., str], tmp_path: Path) -> None:
    """All tests that need neither data nor an operating system, on the Python people get."""
    archive = tmp_path / "tests.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for folder in ("tests", "app/page", "static/diamonds", "static/languages"):
            for file in sorted((ROOT / folder).rglob("*")):
                inside_browser = HERE in file.parents
                if file.is_file() and not inside_browser and file.suffix != ".pyc":
                    packed.write(file, file.relative_to(ROOT))
        for name in ("pyproject.toml", "index.html", "static/languages.js"):
            packed.write(ROOT / name, name)
    places = Places(ROOT)
    testing = [
        part
        for part in read_lock(places.lock)
        if part.use == "testing" and part.file.endswith(".whl")
    ]
    wheels = {part.file: places.downloads / part.file for part in testing}
    if missing := [file for file in wheels.values() if not file.exists()]:
        pytest.skip(f"{missing[0].name} is not downloaded; python build.py test gets it")
    packages = [*IMPORTERS_NEED, *(f"./{file}" for file in wheels)]
    result = json.loads(run("suite.py", {"tests.zip": archive, **wheels}, packages))
    assert result["failures"] == []
    assert result["passed"] > 0


def test_the_browser_answers_as_cpython_does(
    run: Callable[..., str], dist: Path, tmp_path: Path
) -> None:
    """Alone and in conversation: the same kind, text, ids and options; numbers within 1e-5."""
    spec = importlib.util.spec_from_file_location("answers", INSIDE / "answers.py")
    assert spec is not None
    assert spec.loader is not None
    answers = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(answers)
    questions = many_questions()
    asked = tmp_path / "questions.json"
    asked.write_text(json.dumps(questions))
    there = json.loads(run("answers.py", {"questions.json": asked}))
    encoder, pack = ((dist / file).read_bytes() for file in answers.FILES)
    here = json.loads(json.dumps(answers.answers(encoder, pack, questions)))
    for question, one, other in zip(questions, here, there, strict=True):
        assert_same(one, other, question)


def test_a_pack_of_which_the_index_is_held_answers_the_same(run: Callable[..., str]) -> None:
    """Left in a file or a Blob for its size, or for want of memory: the same text.

    Rows of a Blob are waited for, so fewer are scored; a copy goes when the pack does.
    """
    found = json.loads(run("nearby.py", {"world.py": ROOT / "tests/world.py"}))
    assert found["whole"]["held"] == "all"
    for case in ("copy", "same copy", "no memory", "index"):
        assert found[case]["held"] == "index"
        assert found[case]["text"] == found["whole"]["text"]
        assert found[case]["copy"] == (case != "index")
    assert found["copy"]["plan"]["rescored"] == found["whole"]["plan"]["rescored"]
    assert "Only the index is in memory" in found["copy"]["plan"]["words"]
    assert found["index"]["plan"]["rescored"] < found["whole"]["plan"]["rescored"]
    assert sorted(found["copies"]) == ["no%20memory"]
    assert "cut short" in found["cut short"]["error"]["message"]


def many_questions() -> list[str]:
    """Phrasings the starter pack knows, changed a little, follow-ups, and what it cannot know."""
    lines = (ROOT / "static/diamonds/misconceptions.ndjson").read_text(encoding="utf-8")
    spans = [json.loads(line) for line in lines.splitlines()]
    known = [f"Tell me: {span['this']}" for span in spans[:: len(spans) // 40]][:40]
    strange = [
        f"Where is platform {k} of the station in Ulm, and what is {k} + 7?" for k in range(10)
    ]
    follow_up = ["Is that true?", "and for children?", "why?"]
    return [text for one in zip(known, follow_up * 14, strict=False) for text in one] + strange


def assert_same(here: object, there: object, where: str) -> None:
    """Equal, numbers to 1e-5, all the way down."""
    if isinstance(here, dict):
        assert isinstance(there, dict)
        assert here.keys() == there.keys(), where
        for key, value in here.items():
            assert_same(value, there[key], f"{where} → {key}")
    elif isinstance(here, list):
        assert isinstance(there, list)
        assert len(here) == len(there), where
        for number, (one, other) in enumerate(zip(here, there, strict=True)):
            assert_same(one, other, f"{where} → {number}")
    elif isinstance(here, float):
        assert there == pytest.approx(here, abs=CLOSE), where
    else:
        assert here == there, where
