"""A release is exactly its files: named by their digests, whole, and rebuilt only where changed."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assembly import digest, site
from assembly.failure import BuildError
from assembly.lock import Part
from assembly.server import CONTENT_SECURITY_POLICY

ROOT = Path(__file__).parents[1]
WORKER = (ROOT / "static" / "sw.js").read_text(encoding="utf-8")
FILES = {"index.html": b"<h1>hello</h1>", "app/worker.py": b"pass\n", "static/a.css": b""}

pytestmark = pytest.mark.native


def test_list_equals_the_files(tmp_path: Path) -> None:
    """release.json lists every file with its digest and size, and nothing else is there."""
    release, _ = site.publish(FILES, WORKER, tmp_path)
    listed = json.loads((tmp_path / "release.json").read_text())
    there = {
        file.relative_to(tmp_path).as_posix(): file.read_bytes()
        for file in tmp_path.rglob("*")
        if file.is_file()
    }
    assert listed["release"] == release
    assert set(there) == {*listed["files"], "sw.js", "release.json"}
    assert listed["files"] == {
        path: {"sha256": hashlib.sha256(there[path]).hexdigest(), "bytes": len(there[path])}
        for path in FILES
    }


def test_second_build_writes_nothing(tmp_path: Path) -> None:
    """Publishing the same release again changes no file."""
    assert site.publish(FILES, WORKER, tmp_path)[1]
    assert site.publish(FILES, WORKER, tmp_path)[1] == []


def test_only_what_changed_is_written_and_strays_go(tmp_path: Path) -> None:
    """A new release writes the changed files and removes those it no longer has."""
    old, _ = site.publish(FILES, WORKER, tmp_path)
    changed = {"index.html": FILES["index.html"], "app/worker.py": b"1\n"}
    new, paths = site.publish(changed, WORKER, tmp_path)
    assert new != old
    assert sorted(paths) == ["app/worker.py", "release.json", "static/a.css", "sw.js"]
    assert not (tmp_path / "static" / "a.css").exists()


def test_a_damaged_file_is_written_again(tmp_path: Path) -> None:
    """A file in dist/ that was edited by hand is put right."""
    site.publish(FILES, WORKER, tmp_path)
    (tmp_path / "index.html").write_bytes(b"oops")
    assert site.publish(FILES, WORKER, tmp_path)[1] == ["index.html"]


def test_worker_carries_the_release(tmp_path: Path) -> None:
    """The published service worker knows the id of its release; the source does not."""
    release, _ = site.publish(FILES, WORKER, tmp_path)
    assert f'const RELEASE = "{release}";' in (tmp_path / "sw.js").read_text()
    with pytest.raises(BuildError, match=r"static/sw\.js must hold the line"):
        site.publish(FILES, "const RELEASE = 1;", tmp_path)


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
@pytest.mark.parametrize(
    "name",
    ["sw.js", "runtime.mjs", "image.mjs", "packed.mjs", "progress.mjs", "embed.js", "frame.js"],
)
def test_scripts_parse(name: str) -> None:
    """The JavaScript files are JavaScript."""
    command = ["node", "--check", str(ROOT / "static" / name)]
    assert subprocess.run(command, check=False).returncode == 0


@pytest.mark.parametrize("name", ["index.html", "embed.html"])
def test_page_repeats_the_server_policy(name: str) -> None:
    """Each page carries the policy the server sends, so that it holds on any host."""
    page = (ROOT / name).read_text(encoding="utf-8")
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert found
    assert found[1] == CONTENT_SECURITY_POLICY


def test_page_loads_what_the_lock_ships() -> None:
    """Every runtime file that index.html names is one the lock puts there."""
    parts = json.loads((ROOT / "wheels" / "lock.json").read_text())["parts"]
    shipped = {
        path for part in parts if part["use"] == "runtime" for path in part["files"].values()
    }
    page = (ROOT / "index.html").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:runtime/|static/vendor/)[\w/.-]+", page))
    assert named
    assert named <= shipped


def _lock_of(sha256: str, listed: str) -> bytes:
    wheel = Part("numpy", "2", "pyodide", "browser", "numpy-2.whl", sha256, "BSD-3-Clause")
    published = {"info": {"python": "3.14"}, "packages": {"numpy": {"sha256": listed}}}
    return site.package_lock(json.dumps(published).encode(), [wheel], "0.1.0", "a.whl", "d" * 64)


def test_pyodide_finds_our_wheels_alone() -> None:
    """The site's package list holds our wheels with their digests, and Pyodide's own info."""
    lock = json.loads(_lock_of("a" * 64, "a" * 64))
    assert lock["info"] == {"python": "3.14"}
    assert set(lock["packages"]) == {"numpy", "arenalab"}
    assert lock["packages"]["arenalab"]["depends"] == ["numpy", "msgpack"]
    assert lock["packages"]["numpy"]["sha256"] == "a" * 64


def test_another_numpy_than_pyodides_is_refused() -> None:
    """A wheel Pyodide publishes must be the very one its own list names."""
    with pytest.raises(BuildError, match=r"numpy 2 is not the one this Pyodide lists"):
        _lock_of("a" * 64, "b" * 64)


def test_a_step_runs_once_for_the_same_inputs(tmp_path: Path) -> None:
    """A step is skipped until an input changes or its output is damaged."""
    source, output = tmp_path / "in.txt", tmp_path / "deep" / "out.bin"
    source.write_text("one")
    made = []

    def make() -> bytes:
        made.append(source.read_text())
        return made[-1].encode()

    def step() -> bool:
        return digest.make_if_changed(output, [source, "version 1"], make)

    assert [step(), step()] == [True, False]
    source.write_text("two")
    assert [step(), step()] == [True, False]
    output.write_bytes(b"damaged")
    assert [step(), step()] == [True, False]
    assert made == ["one", "two", "two"]


def test_an_old_python_is_told_so() -> None:
    """build.py says what it needs, without a stack trace, and ends with 2."""
    code = (
        "import sys, runpy; sys.version_info = (3, 10, 0);"
        f"runpy.run_path({str(ROOT / 'build.py')!r}, run_name='__main__')"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert ran.stderr.startswith("ArenaLab needs Python 3.11 or newer")
    assert "Traceback" not in ran.stderr
