"""Fetch one pinned part from where it is published, through that registry's ordinary client.

Boundary: the only module of the build that reaches the network. Digests are ``obtain``'s job.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

from assembly.failure import BuildError
from assembly.lock import Part
from assembly.progress import Tell

PYODIDE_RELEASE = "https://cdn.jsdelivr.net/pyodide/v{version}/full/{file}"
"""Where Pyodide publishes the wheels of a release."""

RELEASE_VARIABLE = "ARENALAB_PYODIDE_RELEASE"
"""Environment variable with another template for it: a mirror, or a stand-in in a test."""

CDN_TIMEOUT = 4.0
"""Seconds. Short, because there is a second place to take these wheels from."""

_PIP_PROGRESS = re.compile(r"Progress (\d+) of (\d+)")


def from_npm(part: Part, folder: Path, tell: Tell) -> None:
    """Put the package's tarball into ``folder``."""
    del tell  # npm does not say how far it is; the largest tarball is 7 MB
    npm = shutil.which("npm") or "npm"
    command = [
        npm,
        "pack",
        "--loglevel=error",
        "--pack-destination",
        str(folder),
        f"{part.name}@{part.version}",
    ]
    _run(part, command)


def from_pypi(part: Part, folder: Path, tell: Tell) -> None:
    """Put the part's wheel into ``folder``; its name says for which Python and platform."""

    def follow(line: str) -> None:
        if found := _PIP_PROGRESS.match(line):
            tell(int(found[1]), int(found[2]))

    pip = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check"]
    flags = ["--no-deps", "--only-binary=:all:", "--progress-bar=raw", "-d", str(folder)]
    wanted = f"{part.name}=={part.version}"
    _run(part, [*pip, *flags, *platform_flags(part.file), wanted], follow)


def from_release(part: Part, pyodide: str, folder: Path, tell: Tell) -> None:
    """Fetch a wheel from the release folder of Pyodide ``pyodide``.

    Raises OSError: it cannot be reached, or not in time.
    """
    template = os.environ.get(RELEASE_VARIABLE, PYODIDE_RELEASE)
    address = template.format(version=pyodide, file=part.file)
    with (
        urllib.request.urlopen(address, timeout=CDN_TIMEOUT) as response,
        (folder / part.file).open("wb") as target,
    ):
        total, done = int(response.headers.get("Content-Length", 0)), 0
        while chunk := response.read(1 << 16):
            target.write(chunk)
            done += len(chunk)
            tell(done, max(total, done))


def platform_flags(wheel: str) -> Sequence[str]:
    """The pip flags that choose a wheel made for another Python than the one running.

    The name ends in ``-PYTHON-ABI-PLATFORM.whl`` (PEP 427). A wheel for every Python is asked
    for as Python 3.12, because pip otherwise refuses one that excludes the Python running.
    """
    python, abi, platform = wheel.removesuffix(".whl").split("-")[-3:]
    if not python.startswith("cp"):
        return ["--python-version", "3.12"]
    version = f"{python[2]}.{python[3:]}"
    chosen = ["--python-version", version, "--implementation", "cp"]
    return [*chosen, "--abi", abi, "--platform", platform]


def _run(part: Part, command: Sequence[str], follow: Callable[[str], None] | None = None) -> None:
    """Run a client to its end, giving each line it prints to ``follow``."""
    with (
        tempfile.TemporaryFile("w+") as complaints,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaints, text=True) as running,
    ):
        for line in running.stdout or ():
            if follow:
                follow(line)
        if running.wait() == 0:
            return
        complaints.seek(0)
        said = [line.strip() for line in complaints if line.strip()] or ["no reason given"]
    # pip ends with an ERROR line, npm begins with the cause and ends with advice
    reason = next((line for line in reversed(said) if line.startswith("ERROR")), said[0])
    raise BuildError(
        f"{part.title} could not be downloaded: {reason}. "
        f"Check the network and run this again, or put {part.file} (SHA-256 {part.sha256}) "
        "into wheels/cache/downloads by hand."
    )
