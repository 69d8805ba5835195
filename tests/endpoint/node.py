"""OpenAI's package for Node, as it is pinned, for tests that drive it."""

import shutil
import tarfile
from pathlib import Path

import pytest

from assembly.lock import read_lock
from assembly.places import Places

ROOT = Path(__file__).parents[2]


def node_modules(folder: Path) -> None:
    """Unpack the package into a folder; skip the test where it or Node is missing."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    places = Places(ROOT)
    [part] = [one for one in read_lock(places.lock) if one.name == "openai"]
    archive = places.downloads / part.file
    if not archive.exists():
        pytest.skip(f"{part.file} is not downloaded; python build.py test gets it")
    with tarfile.open(archive) as packed:
        packed.extractall(folder / "node_modules", filter="data")
    (folder / "node_modules" / "package").rename(folder / "node_modules" / "openai")
