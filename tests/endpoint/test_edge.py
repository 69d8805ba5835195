"""The Cloudflare Worker: what is deployed, and what only its own runtime shows."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

if sys.platform == "emscripten":
    pytest.skip("needs processes", allow_module_level=True)

from assembly.edge import LIMIT, assemble, modules
from assembly.failure import BuildError
from endpoint import tiny
from endpoint.conftest import KEY, ROOT, eventually, worker_wheels
from endpoint.place import HttpPlace, ask_chat

pytestmark = pytest.mark.native

WRANGLER = ROOT / "wheels/cache/wrangler/node_modules/.bin/wrangler"
STORY = {
    "model": tiny.NAME,
    "messages": [{"role": "user", "content": "Tell me a long story"}],
    "stream": True,
    "n": 128,
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """Return a Worker as it is deployed, and the gzipped bytes of its code."""
    dist = ROOT / "dist"
    if not (dist / "release.json").exists():
        pytest.skip("dist/ is not built; run python build.py site")
    folder = tmp_path_factory.mktemp("built")
    size = assemble(ROOT, dist, worker_wheels(folder), folder / "edge")
    return folder / "edge", size


def test_wrangler_takes_it(built: tuple[Path, int], tmp_path: Path) -> None:
    """`wrangler deploy --dry-run` finds entry, modules, assets and variables, and room for all."""
    if not WRANGLER.exists() or node_version() < 22:
        pytest.skip("needs Node 22 and wrangler, which .ci/run installs")
    command = [str(WRANGLER), "deploy", "--dry-run", "--outdir", str(tmp_path / "out")]
    given = {**os.environ, "WRANGLER_SEND_METRICS": "false", "HOME": str(tmp_path), "CI": "1"}
    ran = subprocess.run(
        command, cwd=built[0], env=given, capture_output=True, text=True, check=False, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
    [gzipped] = re.findall(r"gzip: ([\d.]+) KiB", ran.stdout)
    assert float(gzipped) * 1024 < LIMIT
    for binding in ("env.ASSETS", 'env.ENCODER ("static")', 'env.PACKS (["starter"])'):
        assert binding in ran.stdout
    assert (tmp_path / "out/python_modules/arenalab/arena.py").exists()


CONFIG = """
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
const main :Workerd.Worker = (
  modules = [(name = "entry.py", pythonModule = embed "entry.py")],
  compatibilityDate = "%s",
  compatibilityFlags = %s
);
"""


def test_cloudflare_runs_the_python_of_our_wheels(tmp_path: Path) -> None:
    """With our date and flags its own runtime asks for Pyodide 314, which the wheels need."""
    runtime = WRANGLER.parent / "workerd"
    if not runtime.exists():
        pytest.skip("needs workerd, which .ci/run installs")
    text = (ROOT / "app/edge/wrangler.jsonc").read_text()
    settings = json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE))
    told = settings["compatibility_date"], json.dumps(settings["compatibility_flags"])
    (tmp_path / "config.capnp").write_text(CONFIG % told)
    (tmp_path / "entry.py").write_text("")
    command = [str(runtime), "serve", "config.capnp", "--verbose"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        line = next(line for line in running.stderr if "pyodide_" in line or "rror" in line)
        running.kill()
    assert "pyodide_314." in line


def test_what_an_answer_never_needs_is_left_out(built: tuple[Path, int]) -> None:
    """No tests, no headers, no doors of other places; the engine itself is whole."""
    folder, size = built
    assert size < LIMIT
    held = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    assert "python_modules/arenalab/endpoint/app.py" in held
    assert "assets/packs/starter.diamonds" in held
    assert not [path for path in held if re.search(r"/tests/|\.pyi$|arenalab/(cli|server)/", path)]


def test_code_beyond_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Worker that Cloudflare would not take is not built."""
    monkeypatch.setattr("assembly.edge.LIMIT", 100)
    with pytest.raises(BuildError, match="leave out more"):
        assemble(ROOT, tmp_path, worker_wheels(tmp_path), tmp_path / "edge")


def test_wheels_are_read_member_by_member(tmp_path: Path) -> None:
    """Every module of the package that an answer needs comes out of its wheel."""
    found = modules([worker_wheels(tmp_path)[-1]])
    assert all(path.startswith("python_modules/arenalab/") for path in found)
    assert found["python_modules/arenalab/arena.py"] == (ROOT / "py/arenalab/arena.py").read_bytes()


def test_a_caller_who_leaves_stops_the_work(edge: HttpPlace) -> None:
    """After the connection closes mid-stream no more is made, and the log says so."""
    body = json.dumps(STORY).encode()
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: {edge.host}\r\n"
        f"Authorization: Bearer {KEY}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((edge.host, edge.port)) as caller:
        caller.sendall(head.encode() + body)
        assert b"200 OK" in caller.recv(1024)
    eventually(lambda: any(line["result"] == "left" for line in logged(edge)))
    assert ask_chat(edge, "Can I get a refund?").status == 200


def test_the_log_is_json_without_what_was_said(edge: HttpPlace) -> None:
    """One object a line, the trace of the caller in it; no question, no answer, no key."""
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    body = json.dumps({**STORY, "stream": False, "n": 1}).encode()
    parent = {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    assert edge.send("POST", "/v1/chat/completions", body, parent).status == 200
    eventually(lambda: any(line.get("trace_id") == trace for line in logged(edge)))
    for secret in (KEY, "long story", "fox"):
        assert secret not in edge.log.read_text()


def test_a_key_is_asked_for(edge: HttpPlace) -> None:
    """The secret API_KEYS closes the door to all but /healthz."""
    stranger = {"authorization": "Bearer wrong"}
    assert edge.send("GET", "/v1/models", headers=stranger).status == 401
    assert edge.send("GET", "/healthz", headers=stranger).status == 200


def test_an_asset_that_is_missing_is_named(run_edge: Callable[..., HttpPlace]) -> None:
    """A Worker that names a pack it has not says which, in the shape of every error."""
    reply = run_edge(PACKS=["nowhere"]).send("GET", "/v1/models")
    error = reply.json()["error"]
    assert (reply.status, error["code"]) == (503, "not_ready")
    assert "packs/nowhere.diamonds" in error["message"]


def logged(place: HttpPlace) -> list[dict[str, object]]:
    """Return the lines of the log that are about requests."""
    lines = place.log.read_text().splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def node_version() -> int:
    """Return the major version of Node."""
    ran = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    return int(ran.stdout.lstrip("v").split(".")[0])
