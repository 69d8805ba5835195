"""Step 6: a built site → ``dist/edge``, which ``wrangler deploy`` takes as it is.

    wrangler.jsonc, src/        from app/edge
    python_modules/             NumPy, msgpack, Cloudflare's SDK, ``arenalab``: out of their wheels
    assets/                     packs, encoders and constitutions, which the Worker fetches

A Worker's code may weigh 3 MB gzipped, so what an answer never needs is left out of the wheels.
"""

import gzip
import re
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from assembly.failure import BuildError

Files = Mapping[str, bytes]

LIMIT = 3_000_000
"""Gzipped bytes that the code of a Worker may have on any plan."""

NEEDED = ("numpy", "msgpack", "workers-runtime-sdk")
"""The parts of the lock whose wheels a Worker needs, beside our own."""

_LEFT_OUT = re.compile(
    r"(^|/)(tests|testing|_pyinstaller)/|\.(pyi|pxd|h|a|txt|typed|ini)$|(^|/)conftest\.py$"
    r"|^numpy/(f2py|random|doc|core|distutils)/"
    r"|^arenalab/(cli|server|browser|evaluate|importers|exporters)/"
    r"|^arenalab/telemetry/(metrics|traces)\.py$"
    r"|\.dist-info/|^_workers_sdk"
)


def assemble(root: Path, assets: Path, wheels: Sequence[Path], target: Path) -> int:
    """Write ``target``: code out of ``wheels``, and the ``models`` and ``packs`` of ``assets``.

    Returns the size of its code, in gzipped bytes.

    Raises BuildError: the code is larger than a Worker may be.
    """
    shutil.rmtree(target, ignore_errors=True)
    own = root / "app" / "edge"
    code = {
        **{f"src/{file.name}": file.read_bytes() for file in sorted(own.glob("*.py"))},
        **modules(wheels),
    }
    size = sum(len(gzip.compress(data)) for data in code.values())
    if size > LIMIT:
        raise BuildError(
            f"The Worker's code has {size:,} bytes gzipped, more than {LIMIT:,}; "
            "leave out more of the wheels in py/assembly/edge.py."
        )
    # pywrangler leaves such a file where it vendors packages: it marks the folder as theirs.
    config = {"wrangler.jsonc": (own / "wrangler.jsonc").read_bytes()}
    for path, data in {**code, **config, "python_modules/pyvenv.cfg": b""}.items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes(data)
    for folder in ("models", "packs"):
        shutil.copytree(assets / folder, target / "assets" / folder)
    return size


def modules(wheels: Sequence[Path]) -> Files:
    """Return what wheels hold, without what an answer never needs."""
    found = {}
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if not name.endswith("/") and not _LEFT_OUT.search(name):
                    found[f"python_modules/{name}"] = archive.read(name)
    return found
