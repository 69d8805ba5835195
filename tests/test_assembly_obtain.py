"""Parts are fetched once, checked always, and a damaged one is named with what to do."""

import hashlib
import io
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from assembly import sources
from assembly.failure import BuildError
from assembly.lock import Part
from assembly.obtain import obtain

WHEEL = b"a wheel"
NAME = "numpy-2.4.3-cp314-cp314-pyemscripten_2026_0_wasm32.whl"

pytestmark = pytest.mark.native


def part(source: str = "pypi", data: bytes = WHEEL, **changes: Any) -> Part:  # noqa: ANN401
    """Return a pinned part whose bytes are ``data``."""
    entry = {
        "name": "numpy",
        "version": "2.4.3",
        "source": source,
        "use": "browser",
        "file": NAME,
        "sha256": hashlib.sha256(data).hexdigest(),
        "license": "BSD-3-Clause",
    }
    return Part(**{**entry, **changes})


PYODIDE = part("npm", b"pyodide", name="pyodide", version="9.9", file="pyodide-9.9.tgz")


class Registry(dict[str, bytes]):
    """What clients would download: file name → bytes; calls are counted."""

    calls = 0

    def fetch(self, wanted: Part, folder: Path, _tell: object) -> None:
        """Put the file into ``folder``, as pip and npm do."""
        self.calls += 1
        if wanted.file in self:
            (folder / wanted.file).write_bytes(self[wanted.file])


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder without a word."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    """Return the shelf that stands in for npm and PyPI."""
    shelf = Registry({NAME: WHEEL, PYODIDE.file: b"pyodide"})
    monkeypatch.setattr(sources, "from_npm", shelf.fetch)
    monkeypatch.setattr(sources, "from_pypi", shelf.fetch)
    return shelf


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the folder that a stand-in for Pyodide's release folder serves on the loopback."""
    folder = tmp_path / "release"
    (folder / "v9.9").mkdir(parents=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}/v{{version}}/{{file}}"
    monkeypatch.setenv(sources.RELEASE_VARIABLE, address)
    yield folder / "v9.9"
    server.shutdown()
    thread.join()
    server.server_close()


def bundle(registry: Registry, data: bytes = WHEEL) -> Part:
    """Return a PyPI wheel that carries NumPy's, and put it on the registry's shelf."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(f"inside/{NAME}", data)
    registry["bundle.whl"] = stream.getvalue()
    return part(
        data=stream.getvalue(),
        name="bundle",
        use="bundle",
        file="bundle.whl",
        files={f"inside/{NAME}": NAME},
    )


def test_a_part_is_fetched_once(tmp_path: Path, registry: Registry) -> None:
    """What is in the cache with the right digest is not fetched again."""
    for _ in range(2):
        assert obtain([part()], tmp_path, testing=False) == {"numpy": tmp_path / NAME}
    assert registry.calls == 1


def test_a_damaged_download_is_named_and_not_kept(tmp_path: Path, registry: Registry) -> None:
    """A download with another digest ends the build: which file, both digests, what to do."""
    registry[NAME] = b"another wheel"
    with pytest.raises(BuildError, match=r"numpy 2\.4\.3: .*is damaged.*lock says.*Run this again"):
        obtain([part()], tmp_path, testing=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("registry")
def test_a_damaged_cache_heals(tmp_path: Path) -> None:
    """A file that went bad in the cache is fetched again."""
    (tmp_path / NAME).write_bytes(b"bad")
    obtain([part()], tmp_path, testing=False)
    assert (tmp_path / NAME).read_bytes() == WHEEL


def test_another_file_is_named(tmp_path: Path, registry: Registry) -> None:
    """When the registry gives another file than the lock expects, both are named."""
    del registry[NAME]
    with pytest.raises(BuildError, match=rf"expects {NAME}, but nothing came"):
        obtain([part()], tmp_path, testing=False)


@pytest.mark.usefixtures("registry")
def test_testing_parts_wait_until_they_are_wanted(tmp_path: Path) -> None:
    """Who only serves the page downloads nothing for tests."""
    assert obtain([part(use="testing")], tmp_path, testing=False) == {}
    assert obtain([part(use="testing")], tmp_path, testing=True) == {"numpy": tmp_path / NAME}


def test_pyodide_release_comes_first(tmp_path: Path, registry: Registry, release: Path) -> None:
    """A wheel of Pyodide's comes from its release folder, and the bundle is left alone."""
    (release / NAME).write_bytes(WHEEL)
    obtain([PYODIDE, part("pyodide"), bundle(registry)], tmp_path / "cache", testing=False)
    assert (tmp_path / "cache" / NAME).read_bytes() == WHEEL
    assert registry.calls == 1  # Pyodide itself


@pytest.mark.parametrize("there", [None, b"damaged on the way"], ids=["missing", "damaged"])
def test_bundle_is_the_second_place(
    tmp_path: Path, registry: Registry, release: Path, there: bytes | None
) -> None:
    """Without the release folder, or with a wrong file in it, the wheel comes out of the bundle."""
    if there:
        (release / NAME).write_bytes(there)
    obtain([PYODIDE, part("pyodide"), bundle(registry)], tmp_path / "cache", testing=False)
    files = {path.name for path in (tmp_path / "cache").iterdir()}
    assert (tmp_path / "cache" / NAME).read_bytes() == WHEEL
    assert files == {NAME, PYODIDE.file}  # the bundle itself is not kept


@pytest.mark.usefixtures("release")
def test_bundle_with_another_wheel_is_refused(tmp_path: Path, registry: Registry) -> None:
    """The lock's digest holds for the second place as well."""
    carrier = bundle(registry, b"another build")
    with pytest.raises(BuildError, match=r"numpy 2\.4\.3: .*is damaged"):
        obtain([PYODIDE, part("pyodide"), carrier], tmp_path / "cache", testing=False)


@pytest.mark.parametrize(
    "words",
    ["npm error code ENOTFOUND\nnpm error see the log\n", "WARNING: old\nERROR: ENOTFOUND\nbye\n"],
    ids=["npm", "pip"],
)
def test_a_client_that_fails_is_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    """When npm or pip fail, their reason and the way without a network are in the message."""
    script = f"import sys; sys.stderr.write({words!r}); sys.exit(1)"
    real = subprocess.Popen
    monkeypatch.setattr(
        sources.subprocess, "Popen", lambda _, **rest: real([sys.executable, "-c", script], **rest)
    )
    with pytest.raises(BuildError, match=r"ENOTFOUND.*wheels/cache/downloads by hand"):
        obtain([part()], tmp_path, testing=False)


@pytest.mark.parametrize(
    ("wheel", "flags"),
    [
        ("mdurl-0.1.2-py3-none-any.whl", "--python-version 3.12"),
        (
            NAME,
            "--python-version 3.14 --implementation cp --abi cp314 "
            "--platform pyemscripten_2026_0_wasm32",
        ),
    ],
)
def test_pip_is_asked_for_the_browser_platform(wheel: str, flags: str) -> None:
    """The tags in a wheel's name become the flags that make pip choose it."""
    assert " ".join(sources.platform_flags(wheel)) == flags
