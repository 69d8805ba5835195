"""The constitution that a command answers under."""

from pathlib import Path
from typing import Annotated

import typer

from arenalab.cli.terminal import find_encoder, progress, read_file
from arenalab.constitution import Constitution, open_constitution
from arenalab.encode import Encoder
from arenalab.errors import UnavailableError

VARIABLE = "ARENALAB_CONSTITUTION"
NONE = Path("none")

ConstitutionPath = Annotated[
    Path | None,
    typer.Option(
        "--constitution",
        metavar="FILE|none",
        envvar=VARIABLE,
        help="Principles to answer under where a pack brings none: a .constitution or .toml file, "
        "or none; otherwise the default ones, which lie beside the encoder.",
    ),
]


def find_constitution(given: Path | None, encoder: Path) -> Path | None:
    """Return `given`, or where the default principles for the encoder at `encoder` lie.

    None where it shall be answered without.
    """
    if given is not None:
        return None if given == NONE else given
    file = f"{encoder.stem}.constitution"
    for place in (encoder.with_name(file), encoder.parent.parent / "packs" / file):
        if place.is_file():
            return place
    raise UnavailableError(
        f"there is no {file} beside {encoder}; run 'python build.py site' in the checkout, name a "
        f".constitution or .toml file with --constitution or {VARIABLE}, or none to answer without"
    )


def open_principles(
    given: Path | None, encoder_path: Path | None, encoder: Encoder
) -> Constitution | None:
    """Return what `--constitution` and `--encoder` name, compiled for `encoder`."""
    if given is None:
        given = find_constitution(None, find_encoder(encoder_path))
    return read_principles_file(None if given == NONE else given, encoder)


def read_principles_file(path: Path | None, encoder: Encoder) -> Constitution | None:
    """Return the constitution in the file at `path` for `encoder`, None without a file."""
    if path is None:
        return None
    with progress() as report:
        return open_constitution(
            path.name, read_file(path), encoder, lambda *at: report("encode", *at)
        )
