"""Packs, encoder and principles → what answers: one arena, or several together."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from arenalab.arena import Arena
from arenalab.cli.principles import open_principles
from arenalab.cli.terminal import open_encoder, open_pack
from arenalab.ensemble import METHODS, Ensemble
from arenalab.errors import InputError, shorten

PackPaths = Annotated[
    list[Path], typer.Argument(metavar="PACK...", help=".diamonds files; several answer together.")
]
Method = Annotated[
    str | None,
    typer.Option(
        "--ensemble",
        metavar="METHOD",
        help=f"How several packs answer together: {', '.join(METHODS)}. Without: {METHODS[0]}.",
    ),
]


def open_arenas(
    packs: Sequence[Path], method: str | None, encoder: Path | None, constitution: Path | None
) -> Arena | Ensemble:
    """Return what answers from `packs`; a method is for several. Raises InputError."""
    check_method(method)
    opened = open_encoder(encoder)
    principles = open_principles(constitution, encoder, opened)
    arenas = [Arena(open_pack(path), opened, time.perf_counter, principles) for path in packs]
    return arenas[0] if len(arenas) == 1 else Ensemble(arenas, method or METHODS[0])


def check_method(method: str | None) -> None:
    """Raise InputError for a method that there is not, before anything is opened."""
    if method is not None and method not in METHODS:
        raise InputError(f"there is no method {shorten(method)}; use {', '.join(METHODS)}")
