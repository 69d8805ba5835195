"""A release behind a server that can be stopped and started again."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


class Site:
    """A release being served. `stop` ends the server; `start` serves again at the same address."""

    def __init__(self, dist: Path, beside: Mapping[str, Path]) -> None:
        self.dist = dist
        self.beside = {path: str(file) for path, file in beside.items()}
        self.port = 0
        self.start()

    def start(self) -> None:
        """Serve."""
        command = [sys.executable, str(HERE / "serve.py"), str(self.dist), json.dumps(self.beside)]
        self.process = subprocess.Popen(
            [*command, str(self.port)],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT / "py")},
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        self.address = f"http://127.0.0.1:{self.port}/"

    def stop(self) -> None:
        """Be gone, with every open connection."""
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
