"""SHA-256 of files, and the stamp that lets a step be skipped when its inputs are unchanged.

Digests are of contents, never of times: a fresh checkout and a touched file rebuild nothing.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path


def of_file(path: Path) -> str:
    """The SHA-256 of a file, 64 hex digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def of_inputs(inputs: Iterable[Path | str]) -> str:
    """One digest over files (name and contents) and plain strings, in the order given."""
    total = hashlib.sha256()
    for item in inputs:
        line = item if isinstance(item, str) else f"{item.name} {of_file(item)}"
        total.update(f"{line}\n".encode())
    return total.hexdigest()


def make_if_changed(output: Path, inputs: Iterable[Path | str], make: Callable[[], bytes]) -> bool:
    """Write ``make()`` to ``output`` unless it was made from these very inputs; True if made.

    The stamp beside the output holds the digest of both ends, so an output that was damaged or
    edited is made again.
    """
    stamp = output.with_name(f"{output.name}.stamp")
    wanted = of_inputs(inputs)
    if output.exists() and stamp.exists():
        held = json.loads(stamp.read_text())
        if held == {"inputs": wanted, "output": of_file(output)}:
            return False
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(make())
    stamp.write_text(json.dumps({"inputs": wanted, "output": of_file(output)}))
    return True
