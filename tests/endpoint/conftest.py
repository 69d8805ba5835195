"""The places that the endpoint's tests run against: each test once a place."""

import itertools
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from arenalab.arena import Arena
from arenalab.endpoint import Platform, application
from endpoint import tiny
from endpoint.place import AsgiPlace, HttpPlace, LinePlace, Place, Reply, ask_chat

KEY = "sk-for-tests"
ORIGIN = "https://app.example"
HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
COMMAND = [sys.executable, "-c", "from arenalab.cli import main; main()"]

Ask = Callable[..., Reply]


@pytest.fixture(scope="session")
def arena() -> Arena:
    """Return the arena that every place serves."""
    return tiny.arena()


@pytest.fixture(scope="session", name="application")
def application_place(arena: Arena) -> AsgiPlace:
    """Return the bare application, in this process, with a still clock."""
    numbers = itertools.count(1)
    platform = Platform(lambda: 1_800_000_000.0, lambda: f"{next(numbers):08x}")
    return AsgiPlace(application({tiny.NAME: arena}, platform))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpPlace]:
    """Run `arenalab serve` with two worker processes and a key."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "tiny.encoder").write_bytes(tiny.encoder_file())
    (folder / f"{tiny.NAME}.diamonds").write_bytes(tiny.pack_file())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--encoder", "tiny.encoder", "--port", str(port), "--workers", "2"]
    options += ["--api-key", KEY, "--cors", ORIGIN]
    said = folder / "log.txt"
    with said.open("wb") as log:
        command = [*COMMAND, "serve", f"{tiny.NAME}.diamonds", *options]
        running = subprocess.Popen(command, cwd=folder, stderr=log)
    try:
        yield ready(HttpPlace("127.0.0.1", port, KEY, said), running)
    finally:
        running.terminate()
        running.wait(20)


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LinePlace]:
    """Run a tab in Chromium: requests are made in it, its engine answers."""
    dist = ROOT / "dist"
    if not (dist / "release.json").exists():
        pytest.skip("dist/ is not built; run python build.py site")
    command = [sys.executable, str(HERE / "page_process.py"), str(dist)]
    command.append(str(tmp_path_factory.mktemp("page")))
    folders = (ROOT / "py", ROOT / "tests", ROOT / "tests/browser")
    given = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, folders))}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=given) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        yield LinePlace(running.stdin, running.stdout)
        running.stdin.close()


@pytest.fixture(
    params=[
        pytest.param("application", marks=pytest.mark.native),
        pytest.param("server", marks=pytest.mark.native),
        pytest.param("page", marks=[pytest.mark.native, pytest.mark.browser]),
    ]
)
def place(request: pytest.FixtureRequest) -> Place:
    """Return one place after the other."""
    found: Place = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def ask(place: Place) -> Ask:
    """Return a function that sends a chat request: a question or messages, and other fields."""

    def send(asked: str | list[Any], **fields: object) -> Reply:
        return ask_chat(place, asked, **fields)

    return send


def ready(place: HttpPlace, running: "subprocess.Popen[bytes]") -> HttpPlace:
    """Return the place once it answers; fail with its log if it ends or takes half a minute."""
    for _ in range(600):
        assert running.poll() is None, place.log.read_text()
        try:
            if place.send("GET", "/healthz").status == 200:
                return place
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"the server is not up after 30 s: {place.log.read_text()}")
