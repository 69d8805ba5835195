"""The files that travel packed: which, how, and what unpacks them."""

import base64
import re
from pathlib import Path

import pytest

from assembly.failure import BuildError
from assembly.squeeze import DECODER, PACKED, decoder, squeeze

zstandard = pytest.importorskip("zstandard", reason="a tool of the build, not of the package")
pytestmark = pytest.mark.native

ROOT = Path(__file__).resolve().parents[1]
WASM = b"\0asm\1\0\0\0"
SCRIPT = f'let init;\nconst wasm = "{base64.b64encode(WASM).decode()}";\n'
MEMORY = bytes(range(256)) * 400


def files() -> dict[str, bytes]:
    """Return a site in small."""
    return {
        DECODER: SCRIPT.encode(),
        "index.html": b"<!doctype html>",
        "runtime/image/memory.bin": MEMORY,
        "runtime/micropython/micropython.wasm": WASM,
        "runtime/pyodide/pyodide.asm.wasm": WASM * 100,
    }


def test_what_the_engine_alone_asks_for_is_packed(tmp_path: Path) -> None:
    """Its WebAssembly and its image are, under another name; the interface's is not."""
    made = squeeze(files(), tmp_path)
    assert sorted(made) == [
        "index.html",
        "runtime/image/memory.bin.zst",
        "runtime/micropython/micropython.wasm",
        "runtime/pyodide/pyodide.asm.wasm.zst",
        DECODER,
    ]
    packed = made["runtime/image/memory.bin.zst"]
    assert len(packed) < 1000
    assert zstandard.decompress(packed) == MEMORY
    assert zstandard.get_frame_parameters(packed).content_size == len(MEMORY)


def test_packing_again_gives_the_same_bytes(tmp_path: Path) -> None:
    """From what was kept, and anew where nothing was."""
    first = squeeze(files(), tmp_path / "one")
    assert squeeze(files(), tmp_path / "one") == first
    assert squeeze(files(), tmp_path / "two") == first


def test_the_decoder_comes_out_of_its_script(tmp_path: Path) -> None:
    """It is WebAssembly of its own; a script without it is refused."""
    assert squeeze(files(), tmp_path)[DECODER] == WASM
    with pytest.raises(BuildError, match="holds no WebAssembly"):
        decoder('const wasm = "AAAA";')


def test_both_sides_agree_which_files_are_packed() -> None:
    """The script asks for the packed file exactly where the build made one."""
    script = (ROOT / "static/packed.mjs").read_text(encoding="utf-8")
    found = re.search(r"const PACKED = /(.+)/;", script)
    assert found
    assert found[1].replace("\\/", "/") == f"/{PACKED.pattern}$"
