"""The pins: complete, without addresses, and the same in the browser as in CPython."""

import re
from pathlib import Path

import pytest

from assembly.failure import BuildError
from assembly.lock import Part, read_lock
from assembly.places import Places

ROOT = Path(__file__).parents[1]
PLACES = Places(ROOT)
PARTS = read_lock(PLACES.lock)
HOST = re.compile(r"https?://|\b[\w-]+\.(com|org|io|net|dev)\b")

pytestmark = pytest.mark.native


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_every_digest_is_a_sha256(part: Part) -> None:
    """A part is pinned by 64 hex digits, and by the version in its file's name."""
    assert re.fullmatch(r"[0-9a-f]{64}", part.sha256)
    assert part.version in part.file
    assert part.license


@pytest.mark.parametrize("path", [PLACES.lock, PLACES.requirements], ids=lambda path: path.name)
def test_pins_hold_no_address(path: Path) -> None:
    """Where a part comes from is said by kind of registry, never by host."""
    assert HOST.search(path.read_text()) is None


def test_names_are_unique() -> None:
    """A part is named once, so that its name finds it."""
    names = [part.name for part in PARTS]
    assert len(names) == len(set(names))


def test_needs_are_pinned() -> None:
    """Whatever a wheel needs is in the lock as well."""
    names = {part.name for part in PARTS}
    assert {need for part in PARTS for need in part.needs} <= names


def test_browser_and_cpython_have_the_same_libraries() -> None:
    """A library used on both sides has one version."""
    lines = PLACES.requirements.read_text().splitlines()
    pins = dict(line.split(";")[0].strip().split("==") for line in lines if "==" in line)
    here = {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in pins.items()}
    wheels = [part for part in PARTS if part.source != "npm"]
    both = {part.name for part in wheels if part.name in here} - {"hypothesis"}
    assert {"numpy", "msgpack", "docutils", "beautifulsoup4", "markdown-it-py"} <= both
    assert {part.name: part.version for part in wheels if part.name in both} == {
        name: here[name] for name in both
    }


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"parts": [{"name": "x"}]}', '{"parts": 3}'])
def test_a_broken_lock_is_named(tmp_path: Path, text: str) -> None:
    """A lock that cannot be read is named, with how to get it back."""
    (tmp_path / "lock.json").write_text(text)
    with pytest.raises(BuildError, match=r"lock\.json cannot be read .*git checkout"):
        read_lock(tmp_path / "lock.json")
