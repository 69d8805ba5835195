"""What every command shares: consoles, progress, reading files, finding the encoder.

Standard output carries results alone; progress, notes and complaints go to standard error.
"""

import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from arenalab.arena import Progress as Report
from arenalab.encode import Encoder, load_encoder
from arenalab.errors import SourceError, UnavailableError
from arenalab.pack import Pack, read_pack

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

ENCODER_VARIABLE = "ARENALAB_ENCODER"
BUILT_ENCODER = Path("dist", "models", "minilm.encoder")
READ_WHOLE = 64 << 20  # bytes of a pack's file up to which it is read and checked at once

PackPath = Annotated[Path, typer.Argument(metavar="PACK", help="A .diamonds file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
EncoderPath = Annotated[
    Path | None,
    typer.Option(
        "--encoder",
        envvar=ENCODER_VARIABLE,
        help=f"The encoder file; otherwise {BUILT_ENCODER} of this folder or of the checkout.",
    ),
]

STAGES = {
    "survey": "Comparing",
    "encode": "Encoding",
    "join": "Joining",
    "calibrate": "Calibrating",
    "answer": "Answering",
}


def complain(message: str) -> None:
    """Print an error the way every command does."""
    err.print(f"[bold red]arenalab:[/] {escape(message)}", soft_wrap=True)


def read_file(path: Path) -> bytes:
    """Return the bytes of `path`; raise SourceError with the reason when that fails."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(
            f"{path} cannot be read: {error.strerror}; check the name and its permissions"
        ) from error


def open_pack(path: Path) -> Pack:
    """Return the pack in the file at `path`.

    A large file is mapped: its index is checked at once, vectors and texts when they are used.
    """
    if not path.is_file() or path.stat().st_size <= READ_WHOLE:
        return read_pack(read_file(path))
    with path.open("rb") as file:
        whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    return read_pack(whole, whole=False)


def open_encoder(path: Path | None) -> Encoder:
    """Return the encoder at `path`, or the one that the build made."""
    return load_encoder(read_file(find_encoder(path)))


def find_encoder(path: Path | None) -> Path:
    """Return `path`, or where the encoder lies that the build made."""
    if path:
        return path
    checkout = Path(__file__).parents[3]
    for place in (BUILT_ENCODER, checkout / BUILT_ENCODER):
        if place.is_file():
            return place
    raise UnavailableError(
        f"no encoder file at {BUILT_ENCODER}; run 'python build.py site' in the checkout, "
        f"or name one with --encoder or {ENCODER_VARIABLE}"
    )


@contextmanager
def progress() -> Iterator[Report]:
    """Show a bar a stage on standard error while the block runs; yield the function to report to.

    Nothing is shown where standard error is not a terminal and is being collected (CI, pipes).
    """
    bars = Progress(
        TextColumn("{task.description:<12}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=err,
        disable=not err.is_terminal or bool(os.environ.get("CI")),
    )
    tasks: dict[str, TaskID] = {}

    def report(stage: str, done: int, total: int) -> None:
        if stage not in tasks:
            tasks[stage] = bars.add_task(STAGES.get(stage, stage), total=total)
        bars.update(tasks[stage], completed=done, total=total)

    with bars:
        yield report
