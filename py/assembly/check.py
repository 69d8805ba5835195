"""Hold the sources to their form: format, lint, types, import order."""

import shutil
import subprocess
import sys
from pathlib import Path

from assembly.failure import BuildError
from assembly.progress import say

CHECKS = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "import order": ["lint-imports"],
}
"""What each holds, and the tool of the environment that does it."""


def check(root: Path) -> None:
    """Run every check, also after one failed.

    Raises BuildError: names those that failed; the tools' own words are above it.
    """
    failed = []
    for name, (tool, *arguments) in CHECKS.items():
        say(f"Check the {name}: {tool} {' '.join(arguments)}".rstrip())
        if subprocess.call([_tool(tool), *arguments], cwd=root):
            failed.append(name)
    if failed:
        raise BuildError(f"Check failed: {', '.join(failed)}.")


def _tool(name: str) -> str:
    """A program of this environment, whether or not its folder is on the PATH."""
    beside = shutil.which(name, path=str(Path(sys.executable).parent))
    if beside is None:
        raise BuildError(f"{name} is not in .venv. Delete .venv and run this again.")
    return beside
