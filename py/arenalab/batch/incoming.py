"""Input files → spans, some at a time.

Line files and Parquet are read in batches, however large they are. All other kinds are small files
whose pages refer to each other, so those are read together.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

from arenalab.errors import SourceError, UnavailableError
from arenalab.importers import EXTENSIONS, Import, read_all

LINES = 10_000  # lines, or rows of a table, read together
LINE_FILES = (".jsonl", ".ndjson")
PARQUET = ".parquet"
KNOWN = (*EXTENSIONS, PARQUET)


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: its name as a person knows it, and where it is."""

    name: str
    path: Path


def sources(inputs: Iterable[Path]) -> list[Source]:
    """Return the files to read: each input, or of a folder those of a known kind, sorted."""
    found: list[Source] = []
    for path in inputs:
        if not path.is_dir():
            found.append(Source(path.name, path))
            continue
        inside = [p for p in sorted(path.rglob("*")) if p.suffix.lower() in KNOWN]
        if not inside:
            raise SourceError(
                f"folder {path} holds no file to import; known are {', '.join(KNOWN)}"
            )
        found += [Source(p.relative_to(path).as_posix(), p) for p in inside]
    return found


def intake(
    files: Sequence[Source],
    *,
    base_url: str | None,
    license: str | None,  # noqa: A002 - the span's own word for it
) -> Iterator[Import]:
    """Yield what is in `files`, in batches.

    Raises SourceError for a file that cannot be read, or where a batch holds nothing.
    """
    together = [f for f in files if f.path.suffix.lower() not in (*LINE_FILES, PARQUET)]
    if together:
        read = [(file.name, _bytes(file.path)) for file in together]
        yield read_all(read, base_url=base_url, license=license)
    for file in files:
        if file not in together:
            name = str(Path(file.name).with_suffix(".ndjson"))
            for first, lines in _batches(file.path):
                batch = read_all([(name, lines)], base_url=base_url, license=license)
                yield Import(
                    batch.spans,
                    tuple(
                        replace(note, where=f"{note.where} from line {first:,} on")
                        for note in batch.notes
                    ),
                )


def _batches(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a file in batches, each with the number of its first line."""
    if path.suffix.lower() == PARQUET:
        yield from _parquet(path)
        return
    try:
        with path.open("rb") as file:
            first = 1
            while lines := list(islice(file, LINES)):
                # An array may take many lines, and must be read as the one value it is.
                if first == 1 and lines[0].lstrip().startswith(b"["):
                    lines += list(file)
                yield first, b"".join(lines)
                first += len(lines)
    except OSError as error:
        raise _unreadable(path, error) from error


def _parquet(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ModuleNotFoundError as error:
        raise UnavailableError(
            f"reading {path.name} needs the library pyarrow; install it with "
            "pip install 'arenalab[parquet]'"
        ) from error
    try:
        first = 1
        for batch in parquet.ParquetFile(path).iter_batches(batch_size=LINES):
            rows: list[dict[str, Any]] = batch.to_pylist()
            lines = [json.dumps(row, ensure_ascii=False, default=str) for row in rows]
            yield first, "\n".join(lines).encode("utf-8", "surrogatepass")
            first += len(rows)
    except OSError as error:
        raise _unreadable(path, error) from error
    except arrow.ArrowException as error:
        raise SourceError(f"{path} is no Parquet file that can be read: {error}") from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> SourceError:
    return SourceError(
        f"{path} cannot be read: {error.strerror}; check the name and its permissions"
    )
