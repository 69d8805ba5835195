"""The places that the endpoint's tests run against: each test once a place."""

import itertools
import json
import os
import shutil
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
from plain_runtime import plain_runtime

KEY = "sk-for-tests"
ORIGIN = "https://app.example"
HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
COMMAND = [sys.executable, "-c", "from arenalab.cli import main; main()"]
# What `arenalab serve` is told of the tiny world, whose pack has principles of its own.
TINY = ["--encoder", "tiny.encoder", "--constitution", "none"]

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
    options = [*TINY, "--port", str(port), "--workers", "2"]
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


@pytest.fixture(scope="session")
def run_edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., HttpPlace]]:
    """Return a function that runs the Worker's handler, with other variables if they are given.

    It runs in Node, under the Pyodide that the site has.
    """
    from assembly.edge import assemble  # the browser, where other tests run too, has it not

    if shutil.which("node") is None or not (ROOT / "dist/runtime/pyodide").exists():
        pytest.skip("needs node, and dist/: run python build.py site")
    folder = tmp_path_factory.mktemp("edge")
    runtime = plain_runtime(ROOT / "dist", folder / "runtime")
    for kind in ("models", "packs"):
        (folder / "assets" / kind).mkdir(parents=True)
    (folder / "assets/models/tiny.encoder").write_bytes(tiny.encoder_file())
    (folder / f"assets/packs/{tiny.NAME}.diamonds").write_bytes(tiny.pack_file())
    assemble(ROOT, folder / "assets", worker_wheels(folder), folder / "worker")
    places = [runtime, folder / "worker", folder / "worker/assets"]
    command = ["node", str(HERE / "edge/host.mjs"), *map(str, places)]
    running: list[subprocess.Popen[bytes]] = []

    def run(**variables: object) -> HttpPlace:
        usual = {"ENCODER": "tiny", "PACKS": [tiny.NAME], "API_KEYS": KEY, "ORIGINS": [ORIGIN]}
        said = folder / f"log{len(running)}.txt"
        with said.open("wb") as log:
            started = [*command, json.dumps(usual | variables)]
            given = subprocess.PIPE
            running.append(subprocess.Popen(started, stdin=given, stdout=log, stderr=log))
        eventually(lambda: running[-1].poll() is not None or said.read_text().endswith("\n"))
        assert running[-1].poll() is None, said.read_text()
        return HttpPlace("127.0.0.1", int(said.read_text().split()[0]), KEY, said)

    yield run
    for process in running:
        process.communicate(timeout=20)


@pytest.fixture(scope="session")
def edge(run_edge: Callable[..., HttpPlace]) -> HttpPlace:
    """Run the Cloudflare Worker's handler with the tiny world and a key."""
    return run_edge()


def worker_wheels(folder: Path) -> list[Path]:
    """Return the wheels of a Worker, our own made of the source as it is."""
    from assembly.edge import NEEDED
    from assembly.lock import read_lock
    from assembly.package import build_wheel
    from assembly.places import Places

    places = Places(ROOT)
    parts = [part for part in read_lock(places.lock) if part.name in NEEDED]
    wheels = [places.downloads / part.file for part in parts]
    if missing := [wheel for wheel in wheels if not wheel.exists()]:
        pytest.skip(f"{missing[0].name} is not downloaded; python build.py site gets it")
    return [*wheels, build_wheel(ROOT, folder)]


@pytest.fixture(
    params=[
        pytest.param("application", marks=pytest.mark.native),
        pytest.param("server", marks=pytest.mark.native),
        pytest.param("edge", marks=pytest.mark.native),
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


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds, half a minute at most: some is told after its reply."""
    for _ in range(600):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it does not hold after 30 s")


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
