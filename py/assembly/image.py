"""Step 5: Pyodide, NumPy and the wheel → the image of a Python that has started.

A page that starts from it neither starts Python nor imports a module. ``static/image.mjs`` says
how it works; ``image.mjs`` beside this makes it, in Node, and ``warm_up.py`` is what it has run.
"""

import hashlib
import io
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from assembly import digest
from assembly.failure import BuildError
from assembly.lock import Part
from assembly.progress import step

FOLDER = "runtime/image/"
PACKAGES = ("numpy", "msgpack")
ASKED = ("models/static.encoder", "packs/static.constitution", "packs/starter.diamonds")
"""What a page asks for when it starts, by the path in the site."""

HERE = Path(__file__).parent


def build_image(
    root: Path,
    parts: Sequence[Part],
    obtained: Mapping[str, Path],
    wheel: Path,
    files: Mapping[str, bytes],
    built: Path,
) -> Mapping[str, bytes]:
    """The files of the image by their path in the site; kept in ``image.tar`` until one changes.

    ``files`` are those of the site so far.
    Raises BuildError: Node, or the Python in it, refuses; its own words are in the message.
    """
    output = built / "image.tar"
    pyodide = next(part for part in parts if part.name == "pyodide")
    wheels = [*(obtained[name] for name in PACKAGES), wheel]
    own = [HERE / "image.mjs", HERE / "warm_up.py", HERE / "image.py", root / "static/image.mjs"]

    def make() -> bytes:
        with step("Start Python and keep its image"), tempfile.TemporaryDirectory() as name:
            work = Path(name)
            folders = [work / part for part in ("pyodide", "site", "files", "image")]
            for folder in folders:
                folder.mkdir()
            _unpack(pyodide, obtained["pyodide"], wheels, *folders[:2])
            for path in ASKED:
                (work / "files" / path).parent.mkdir(exist_ok=True)
                (work / "files" / path).write_bytes(files[path])
            _run([*folders[:3], HERE / "warm_up.py", folders[3]])
            return _tar(work / "image")

    asked = [hashlib.sha256(files[path]).hexdigest() for path in ASKED]
    digest.make_if_changed(output, [pyodide.sha256, *wheels, *asked, *own], make)
    with tarfile.open(output) as archive:
        return {FOLDER + member.name: _bytes(archive, member) for member in archive}


def _unpack(
    pyodide: Part, archive: Path, wheels: Sequence[Path], runtime: Path, site: Path
) -> None:
    with tarfile.open(archive) as source:
        for member, path in pyodide.files.items():
            (runtime / Path(path).name).write_bytes(_bytes(source, member))
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as source:
            wanted = [name for name in source.namelist() if "/tests/" not in name]
            source.extractall(site, wanted)


def _run(places: Sequence[Path]) -> None:
    command = ["node", str(HERE / "image.mjs"), *map(str, places)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        said = [line for line in ran.stderr.splitlines() if line.strip() and len(line) < 300]
        raise BuildError("The image of Python could not be made:\n" + "\n".join(said[-20:]))


def _tar(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for file in sorted(folder.iterdir()):
            archive.add(file, file.name)
    return buffer.getvalue()


def _bytes(archive: tarfile.TarFile, member: tarfile.TarInfo | str) -> bytes:
    stream = archive.extractfile(member)
    if stream is None:
        raise BuildError(f"{archive.name!r} holds no file {member}.")
    return stream.read()
