"""Step 0: check the machine, make ``.venv``, install the exact tools, move in.

Boundary: standard library only, since nothing else is installed when it runs.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from assembly.failure import BuildError, MachineError
from assembly.places import Places

OLDEST_NODE = 20


def require_node() -> None:
    """Make sure Node and npm are there; npm is how the JavaScript parts are obtained.

    Raises MachineError: one is missing, or Node is older than 20.
    """
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise MachineError(
                f"{program} is not on the PATH. Install Node {OLDEST_NODE} or newer "
                "(npm comes with it) and run this again."
            )
    spoken = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)\.", spoken.stdout)
    if found is None or int(found[1]) < OLDEST_NODE:
        said = spoken.stdout.strip() or spoken.stderr.strip() or "nothing"
        raise MachineError(
            f"`node --version` says {said}; the build needs Node {OLDEST_NODE} or newer. "
            "Install it and run this again."
        )


def is_inside(places: Places) -> bool:
    """Whether this interpreter is the one of the build's own environment."""
    return Path(sys.prefix).resolve() == places.environment.resolve()


def prepare(places: Places, say: Callable[[str], None]) -> None:
    """Make the environment hold exactly the pinned tools; does nothing when it already does.

    Raises MachineError: the environment cannot be made. Raises BuildError: a tool cannot be
    installed.
    """
    if not places.python.exists():
        say("Making .venv")
        _make(places)
    pip = [str(places.python), "-m", "pip", "install", "--disable-pip-version-check", "--no-deps"]
    pins = ["--no-compile", "-r", str(places.requirements)]
    here = ["--quiet", "--no-build-isolation", "-e", str(places.root)]
    for name, source, what in (
        ("the pinned tools", places.requirements, pins),
        ("arenalab itself", places.root / "pyproject.toml", here),
    ):
        stamp = places.environment / f"{source.name}.sha256"
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        if stamp.exists() and stamp.read_text() == digest:
            continue
        say(f"Installing {name} into .venv")
        if subprocess.call([*pip, *what], stdout=sys.stderr):
            raise BuildError(
                f"pip could not install {name} (its own message is above). Check the network and "
                "run this again; if it stays so, delete .venv first."
            )
        stamp.write_text(digest)


def enter(places: Places, arguments: Sequence[str]) -> int:
    """Run the same command again inside the environment and return its exit code."""
    command = [str(places.python), str(places.root / "build.py"), *arguments]
    if os.name == "posix":
        os.execv(command[0], command)  # the same process, so that who stops it stops the work
    running = subprocess.Popen(command)
    while True:
        try:
            return running.wait()
        except KeyboardInterrupt:  # the child got it as well and ends in its own way
            continue


def _make(places: Places) -> None:
    command = [sys.executable, "-m", "venv", "--clear", str(places.environment)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        shutil.rmtree(places.environment, ignore_errors=True)
        said = (made.stdout + made.stderr).strip().splitlines() or ["no word"]
        raise MachineError(
            f"{sys.executable} cannot make a virtual environment: {said[-1]}. "
            "On Debian and Ubuntu: apt-get install python3-venv."
        )
