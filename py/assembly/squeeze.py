"""Part of step 5: the engine's largest files → Zstandard, which ``static/packed.mjs`` unpacks.

Servers that pack what they send do it with gzip, which looks back 32 kB: over the image of Python
it misses a quarter. No browser unpacks Zstandard for a script yet, so its decoder comes along: the
WebAssembly out of the npm package ``zstddec``, 20 kB gzipped.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

import zstandard

from assembly import digest
from assembly.failure import BuildError
from assembly.progress import step

PACKED = re.compile(r"runtime/(pyodide|image)/[\w.]+\.(wasm|bin)")
"""The same in ``static/packed.mjs``."""

DECODER = "runtime/zstd/zstd.wasm"
"""The lock puts the package's script there, for what is in it."""

ENDING = ".zst"
LEVEL, WINDOW = 22, 25  # the highest, and 32 MB to look back: unpacking takes no longer for it


def squeeze(files: Mapping[str, bytes], built: Path) -> Mapping[str, bytes]:
    """``files`` of the site with those of PACKED in Zstandard, and its decoder.

    What was packed is kept in ``built`` until it changes. Raises BuildError: there is no decoder.
    """
    packed = {
        path + ENDING: _pack(data, built / (Path(path).name + ENDING))
        for path, data in files.items()
        if PACKED.fullmatch(path)
    }
    rest = {path: data for path, data in files.items() if not PACKED.fullmatch(path)}
    return {**rest, **packed, DECODER: decoder(files[DECODER].decode())}


def decoder(script: str) -> bytes:
    """The WebAssembly in ``zstddec.mjs``, there in base64, from where no policy of ours loads it.

    Raises BuildError: it is not there.
    """
    found = re.search(r'\bwasm = "([A-Za-z0-9+/=]+)"', script)
    data = base64.b64decode(found[1]) if found else b""
    if not data.startswith(b"\0asm"):
        raise BuildError("zstddec.mjs holds no WebAssembly where this build looks for it.")
    return data


def _pack(data: bytes, output: Path) -> bytes:
    def make() -> bytes:
        with step(f"Pack {output.stem}"):
            options = zstandard.ZstdCompressionParameters.from_level(LEVEL, window_log=WINDOW)
            return zstandard.ZstdCompressor(compression_params=options).compress(data)

    digest.make_if_changed(output, [hashlib.sha256(data).hexdigest(), Path(__file__)], make)
    return output.read_bytes()
