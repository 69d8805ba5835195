"""Runs inside Pyodide: the unit tests, unpacked from the zip beside this file.

The property tests stay outside: thousands of random examples take minutes here and say little that
the unit tests do not.
"""

import gc
import io
import json
import re
import zipfile
from pathlib import Path

from pyodide.http import pyfetch

NATIVE = re.compile(r"^pytestmark = .*\bnative\b", re.MULTILINE)


class Tally:
    """Counts what pytest reports, and keeps the texts of failures."""

    def __init__(self) -> None:
        self.passed = 0
        self.failures = []

    def pytest_runtest_logreport(self, report: object) -> None:
        """Count a call that passed, and anything that failed."""
        self.passed += report.when == "call" and report.passed
        if report.failed:
            self.failures.append(f"{report.nodeid}\n{report.longreprtext}")

    def pytest_collectreport(self, report: object) -> None:
        """A file that cannot be imported is a failure too."""
        if report.failed:
            self.failures.append(f"{report.nodeid}\n{report.longreprtext}")


async def main(base: str) -> str:
    """Return `{passed, failures}` as JSON."""
    archive = await (await pyfetch(base + "inside/tests.zip")).bytes()
    root = Path("/tests")
    zipfile.ZipFile(io.BytesIO(archive)).extractall(root)
    import pytest

    tally = Tally()
    # A file that is native as a whole may import what no browser has.
    native = [f for f in root.rglob("test_*.py") if NATIVE.search(f.read_text())]
    ignored = [f"--ignore={path}" for path in (*native, root / "tests/properties")]
    chosen = ["-m", "not data and not native and not browser", "-p", "no:cacheprovider"]
    # Freeing a page nested thousands deep, far down in pytest's own calls, overflows the browser's
    # stack; in the engine's shallow calls it does not.
    gc.disable()
    options = ["-q", "--rootdir", str(root), *chosen, *ignored]
    code = pytest.main([*options, str(root / "tests")], [tally])
    return json.dumps({"code": int(code), "passed": tally.passed, "failures": tally.failures})
