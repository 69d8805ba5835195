"""A release's Pyodide as it was published, for what runs it without the page's own `fetch`."""

import shutil
from pathlib import Path

ENDING = ".zst"  # of what `assembly.squeeze` packed


def plain_runtime(dist: Path, folder: Path) -> Path:
    """Put the files of `dist`'s Pyodide into a new `folder`, unpacked, and return it."""
    import zstandard  # a tool of the build, which the tests inside the browser do without

    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(dist / "runtime/pyodide", folder)
    for packed in folder.glob(f"*{ENDING}"):
        data = zstandard.ZstdDecompressor().decompress(packed.read_bytes())
        packed.with_suffix("").write_bytes(data)
        packed.unlink()
    return folder
