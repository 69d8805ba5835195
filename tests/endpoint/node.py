"""Packages for Node, as they are pinned, for tests that drive them."""

import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from assembly.lock import read_lock
from assembly.places import Places

ROOT = Path(__file__).parents[2]


def node_modules(folder: Path, name: str = "openai") -> Path:
    """Unpack a package into a folder's node_modules; skip the test where it or Node is missing."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    places = Places(ROOT)
    [part] = [one for one in read_lock(places.lock) if one.name == name]
    archive = places.downloads / part.file
    if not archive.exists():
        pytest.skip(f"{part.file} is not downloaded; python build.py test gets it")
    with tarfile.open(archive) as packed:
        packed.extractall(folder / "node_modules", filter="data")
    return (folder / "node_modules" / "package").rename(folder / "node_modules" / name)


def bundle(folder: Path) -> Path:
    """Return OpenAI's package as one module for a browser, as any bundler makes it."""
    entry = node_modules(folder) / "index.mjs"
    esbuild = node_modules(folder, "esbuild-wasm") / "bin" / "esbuild"
    made = folder / "openai.js"
    options = ["--bundle", "--format=esm", "--platform=browser", f"--outfile={made}"]
    command = ["node", str(esbuild), str(entry), "--log-level=error", *options]
    subprocess.run(command, check=True, timeout=120)
    return made
