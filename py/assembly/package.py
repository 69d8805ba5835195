"""Step 3: the ``arenalab`` package → the wheel that the browser loads.

Reproducible: hatchling stamps every member with SOURCE_DATE_EPOCH, which is the time of the last
commit that touched the package, so the same commit gives the same bytes anywhere.
"""

import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from assembly import digest
from assembly.failure import BuildError
from assembly.progress import step

_PACKAGE = ("py/arenalab", "pyproject.toml", "README.md", "LICENSE")
_NO_HISTORY = "1577836800"  # 2020-01-01, for a source archive without git


def build_wheel(root: Path, built: Path) -> Path:
    """Build the wheel of the checkout at ``root``; skipped when nothing in it changed.

    Raises BuildError: hatchling refuses; its own words are in the message.
    """
    version = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "version"
    ]
    output = built / f"arenalab-{version}-py3-none-any.whl"
    sources = [file for name in _PACKAGE for file in _files(root / name)]
    time = _last_change(root)

    def make() -> bytes:
        with step("Build the browser's wheel"):
            return _build(root, time)

    names = [str(file.relative_to(root)) for file in sources]
    digest.make_if_changed(output, [time, *names, *sources], make)
    return output


def _build(root: Path, time: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
        environment = {**os.environ, "SOURCE_DATE_EPOCH": time}
        ran = subprocess.run(
            command, cwd=root, env=environment, capture_output=True, text=True, check=False
        )
        wheels = list(Path(folder).glob("*.whl"))
        if ran.returncode or len(wheels) != 1:
            raise BuildError(f"The wheel could not be built: {(ran.stdout + ran.stderr).strip()}")
        return wheels[0].read_bytes()


def _last_change(root: Path) -> str:
    command = ["git", "-C", str(root), "log", "-1", "--format=%ct", "--", *_PACKAGE]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return _NO_HISTORY
    return ran.stdout.strip() or _NO_HISTORY


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(file for file in path.rglob("*") if file.is_file() and file.suffix != ".pyc")
