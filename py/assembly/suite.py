"""Run the tests: the fast ones first, then those with data, those in Chromium last."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from assembly.failure import BuildError
from assembly.progress import say

ROUNDS = {
    "fast": "not data and not browser",
    "data": "data and not browser",
    "browser": "browser",
}
"""Round → which pytest markers it takes; together every test exactly once."""

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
"""Matrices here are small: threads of BLAS wait for each other longer than they work."""

_NOTHING_COLLECTED = 5


def run_tests(root: Path, rounds: Sequence[str]) -> None:
    """Run the named rounds in order, stopping at the first that fails.

    Raises BuildError: a round failed; pytest's own report is above it.
    """
    for name in rounds:
        say(f"Tests: {name}")
        command = [sys.executable, "-m", "pytest", "-m", ROUNDS[name]]
        code = subprocess.call(command, cwd=root, env={**os.environ, **ONE_THREAD})
        if code not in (0, _NOTHING_COLLECTED):
            raise BuildError(f"The {name} tests failed (pytest ended with {code}).")
