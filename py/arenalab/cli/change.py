"""`arenalab add` and `arenalab remove`: the diamonds of a pack, changed in its place."""

import json
from pathlib import Path
from typing import Annotated

import typer

from arenalab.batch import change, intake, sources
from arenalab.cli.terminal import (
    AsJson,
    EncoderPath,
    PackPath,
    open_encoder,
    open_pack,
    out,
    progress,
)
from arenalab.pack import Pack, save_pack

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="Files, or folders to look for them in.")
]
Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of diamonds.")]


def add(
    pack: PackPath, files: Files, *, encoder: EncoderPath = None, as_json: AsJson = False
) -> None:
    """Add the diamonds in FILE to PACK; one whose id is there takes the place of that.

    The pack is replaced when the new one is whole; until then, and if anything fails, it stays as
    it was.
    """
    old = open_pack(pack)
    batches = intake(sources(files), base_url=None, license=None)
    spans = [span for batch in batches for span in batch.spans]
    with progress() as report:
        new = change.add(old, spans, open_encoder(encoder), report=report)
    _save(new, pack, old, as_json)


def remove(
    pack: PackPath, ids: Ids, *, encoder: EncoderPath = None, as_json: AsJson = False
) -> None:
    """Remove the diamonds of these ids from PACK, which is replaced when the new one is whole."""
    old = open_pack(pack)
    with progress() as report:
        new = change.remove(old, ids, open_encoder(encoder), report=report)
    _save(new, pack, old, as_json)


def _save(new: Pack, path: Path, old: Pack, as_json: bool) -> None:
    size = save_pack(new, path)
    if as_json:
        told = {"pack": str(path), "bytes": size, **new.meta["counts"]}
        out.print_json(json.dumps({**told, "spans_before": old.span_count}))
    else:
        out.print(
            f"{path}: {new.span_count:,} diamonds, before {old.span_count:,}; {size:,} bytes",
            soft_wrap=True,
        )
