"""Runs inside Pyodide: the unit tests, unpacked from the zip beside this file."""

import io
import json
import sys
import zipfile
from pathlib import Path

from pyodide.http import pyfetch


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
    sys.path.insert(0, str(root / "py"))
    chosen = ["-m", "not data and not native and not browser", "-p", "no:cacheprovider"]
    code = pytest.main(["--rootdir", str(root), *chosen, "-q", str(root / "tests")], [tally])
    return json.dumps({"code": int(code), "passed": tally.passed, "failures": tally.failures})
