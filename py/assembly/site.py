"""Step 5: everything → one release in ``dist/``, with the digest of every file in ``release.json``.

The release's id is the SHA-256 of that list, so two builds with the same bytes are the same
release. ``static/sw.js`` checks both; its copy carries the id.
"""

import hashlib
import json
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from assembly import digest
from assembly.failure import BuildError
from assembly.interface import pack_interface
from assembly.lean import lean
from assembly.lock import Part

UNSTAMPED = 'const RELEASE = "unreleased";'
"""The line of ``static/sw.js`` that the build fills in."""

LOCK = "runtime/pyodide/pyodide-lock.json"
"""Pyodide reads here which packages exist; ours replaces the published one."""

Files = Mapping[str, bytes]
"""Path inside the site → contents."""


def gather(
    root: Path,
    parts: Sequence[Part],
    obtained: Mapping[str, Path],
    *,
    encoder: Path,
    static: Path,
    packs: Sequence[Path],
    wheel: Path,
) -> Files:
    """All files of the release, except the service worker and the list itself."""
    runtime = _runtime(parts, obtained)
    shipped = [part for part in parts if part.use == "browser"]
    wheels = {f"runtime/wheels/{part.file}": obtained[part.name].read_bytes() for part in shipped}
    return {
        **_pages(root),
        **runtime,
        **wheels,
        LOCK: package_lock(
            runtime[LOCK], shipped, _version(wheel), wheel.name, digest.of_file(wheel)
        ),
        f"runtime/wheels/{wheel.name}": wheel.read_bytes(),
        "models/minilm.encoder": encoder.read_bytes(),
        "models/static.encoder": static.read_bytes(),
        **{f"packs/{pack.name}": pack.read_bytes() for pack in packs},
        "NOTICE.txt": _notice(parts),
    }


def publish(files: Files, service_worker: str, dist: Path) -> tuple[str, Sequence[str]]:
    """Make ``dist`` hold exactly this release. Returns its id and the paths that changed.

    Raises BuildError: the service worker has no line to write the id into.
    """
    entries = {
        path: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        for path, data in sorted(files.items())
    }
    listing = "".join(f"{entry['sha256']}  {path}\n" for path, entry in entries.items())
    release = hashlib.sha256(listing.encode()).hexdigest()
    if service_worker.count(UNSTAMPED) != 1:
        raise BuildError(f"static/sw.js must hold the line {UNSTAMPED!r} once.")
    stamped = service_worker.replace(UNSTAMPED, f'const RELEASE = "{release}";')
    # In the order in which they are stored for use offline: what answers need comes first.
    ordered = dict(sorted(entries.items(), key=lambda entry: entry[0].startswith(_LATER)))
    manifest = json.dumps({"release": release, "files": ordered}, indent=1) + "\n"
    whole = {**files, "sw.js": stamped.encode(), "release.json": manifest.encode()}
    return release, [*_remove_strays(dist, whole), *_write_changed(dist, whole)]


def _pages(root: Path) -> dict[str, bytes]:
    """The pages: what a person edits in ``index.html``, ``embed.html``, ``app/``, ``static/``."""
    files = {page: (root / page).read_bytes() for page in ("index.html", "embed.html")}
    for folder in (root / "app", root / "static"):
        for file in sorted(folder.rglob("*")):
            path = file.relative_to(root).as_posix()
            if file.is_file() and file.suffix not in _SOURCES and not path.startswith(_ELSEWHERE):
                files[path] = file.read_bytes()
    files |= {path: lean(files[path].decode()).encode() for path in _LEAN}
    return {**files, **pack_interface(root)}


_SOURCES = (".pyc", ".ndjson")
"""What becomes something else."""

_ELSEWHERE = ("static/sw.js", "app/edge/", "app/page/", "app/widget/")
"""What is stamped before it is put in, what is for the Worker alone, what comes packed."""

_LATER = (
    "models/minilm",
    "packs/demo",
    "packs/minilm",
    "runtime/wheels/",
    "runtime/pyodide/python_stdlib",
    "static/demo/",
)
"""What no page needs for its first answer."""

_LEAN = ("static/embed.js",)
"""What strangers' pages fetch: served without comments and indentation."""


def _runtime(parts: Sequence[Part], obtained: Mapping[str, Path]) -> dict[str, bytes]:
    """The members that the lock names, out of the tarballs."""
    files = {}
    for part in parts:
        if part.use != "runtime":
            continue
        with tarfile.open(obtained[part.name]) as archive:
            for member, path in part.files.items():
                stream = archive.extractfile(member)
                if stream is None:
                    raise BuildError(f"{part.title} holds no file {member}, which the lock names.")
                files[path] = stream.read()
    return files


def package_lock(
    published: bytes, shipped: Sequence[Part], version: str, wheel: str, sha256: str
) -> bytes:
    """Pyodide's package list with our wheels alone; Pyodide checks their digests as it loads them.

    ``version``, ``wheel`` and ``sha256`` are those of ``arenalab`` itself. Raises BuildError when
    a wheel that Pyodide publishes is pinned here with another digest.
    """
    theirs = json.loads(published)
    packages = {}
    for part in shipped:
        known = theirs["packages"].get(part.name, {})
        if part.source == "pyodide" and known.get("sha256") != part.sha256:
            raise BuildError(
                f"{part.title} is not the one this Pyodide lists ({known.get('sha256')}); "
                "take name, version and digest from its own pyodide-lock.json."
            )
        packages[part.name] = _entry(part)
    ours = Part(
        "arenalab",
        version,
        "pypi",
        "browser",
        wheel,
        sha256,
        "Apache-2.0",
        needs=("numpy", "msgpack"),
        imports=("arenalab",),
    )
    packages[ours.name] = _entry(ours)
    return json.dumps({"info": theirs["info"], "packages": packages}, indent=1).encode()


def _version(wheel: Path) -> str:
    return wheel.name.split("-")[1]


def _entry(part: Part) -> dict[str, object]:
    """One package as Pyodide 314's lock describes it."""
    return {
        "name": part.name,
        "version": part.version,
        "file_name": part.file,
        "sha256": part.sha256,
        "imports": list(part.imports),
        "depends": list(part.needs),
        "install_dir": "site",
        "package_type": "package",
        "unvendored_tests": False,
    }


def _notice(parts: Sequence[Part]) -> bytes:
    """Whose work is inside, and under which licence."""
    used = [part for part in parts if part.use in ("runtime", "browser", "model")]
    lines = [f"{part.title}: {part.license}" for part in used]
    return "\n".join(["ArenaLab: Apache-2.0. It is built from and carries:", *lines, ""]).encode()


def _remove_strays(dist: Path, whole: Files) -> list[str]:
    strays = [file for file in dist.rglob("*") if file.is_file()]
    removed = []
    for file in strays:
        path = file.relative_to(dist).as_posix()
        if path not in whole and not path.startswith("edge/"):  # a Worker that was built beside
            file.unlink()
            removed.append(path)
    return removed


def _write_changed(dist: Path, whole: Files) -> list[str]:
    written = []
    for path, data in whole.items():
        target = dist / path
        if target.exists() and target.read_bytes() == data:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        written.append(path)
    return written
