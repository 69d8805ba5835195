"""`arenalab build`: files of questions and answers → a pack."""

import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from arenalab.batch import Alone, Crew, Dask, Folder, Plan, Processes, build_in_parts, sources
from arenalab.batch.folder import SIZE
from arenalab.cli.principles import read_principles_file
from arenalab.cli.terminal import (
    AsJson,
    EncoderPath,
    err,
    find_encoder,
    open_encoder,
    out,
    progress,
)
from arenalab.constitution import write_constitution
from arenalab.errors import SourceError
from arenalab.importers import Import, Note
from arenalab.pack import save_pack

NOTES_SHOWN = 5  # of each kind; the rest are counted
WORTH_STARTING = 1 << 20  # bytes of input for which other processes are started unasked

Inputs = Annotated[
    list[Path], typer.Argument(metavar="INPUT...", help="Files, or folders to look for them in.")
]
Output = Annotated[Path, typer.Option("-o", "--output", help="The .diamonds file to write.")]
Name = Annotated[str | None, typer.Option(help="What the pack is called; its file name otherwise.")]
BaseUrl = Annotated[
    str | None,
    typer.Option(
        help="Where the files are published, for the source links: a page, a folder ending in /, "
        "or a pattern such as https://example.org/{stem}."
    ),
]
License = Annotated[
    str | None, typer.Option("--license", help="Licence (SPDX) of spans that state none.")
]
Principles = Annotated[
    Path | None,
    typer.Option(
        "--constitution",
        metavar="FILE",
        help="The pack's own principles (.toml or .constitution), instead of the default ones.",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(min=1, help="Processes that encode side by side; otherwise one for each core."),
]
ShardSize = Annotated[
    int, typer.Option("--shard-size", help="Diamonds of a part, a multiple of 32.")
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Go on with a build of the same that was stopped.")
]
DaskAddress = Annotated[
    str | None,
    typer.Option(
        "--dask",
        metavar="ADDRESS",
        help="Let the workers of this Dask scheduler encode; they need the output's folder at the "
        "same path.",
    ),
]


def build(
    inputs: Inputs,
    *,
    output: Output,
    name: Name = None,
    base_url: BaseUrl = None,
    license_: License = None,
    constitution: Principles = None,
    encoder: EncoderPath = None,
    workers: Workers = None,
    shard_size: ShardSize = SIZE,
    resume: Resume = False,
    dask: DaskAddress = None,
    as_json: AsJson = False,
) -> None:
    """Build a pack from CSV, TSV, JSONL, NDJSON, Parquet, Markdown, reStructuredText or HTML."""
    if not output.parent.is_dir():
        raise SourceError(f"there is no folder {output.parent}; make it, or write elsewhere")
    encode_with = open_encoder(encoder)
    upheld = read_principles_file(constitution, encode_with)
    plan = Plan(find_encoder(encoder).resolve(), shard_size, base_url, license_)
    came_in = sources(inputs)
    folder = Folder(output.resolve().with_name(f"{output.name}.parts"))
    folder.begin(plan.digest(came_in), resume=resume)
    heard: Counter[str] = Counter()

    def hear(batch: Import) -> None:
        _show(batch.notes, heard)
        heard.update(note.kind for note in batch.notes)

    with progress() as report:
        pack = build_in_parts(
            plan,
            came_in,
            folder,
            _crew(dask, workers, came_in_bytes=sum(file.path.stat().st_size for file in came_in)),
            name=name or output.stem,
            report=report,
            heard=hear,
        )
    if upheld:
        pack = replace(pack, constitution=write_constitution(upheld))
    size = save_pack(pack, output)
    folder.remove()
    summary = {"pack": str(output), "bytes": size, **pack.meta["counts"], "notes": dict(heard)}
    if as_json:
        out.print_json(json.dumps(summary))
    else:
        counts = pack.meta["counts"]
        out.print(
            f"{output}: {counts['spans']:,} diamonds in {counts['rows']:,} rows, "
            f"{counts['outcomes']:,} outcomes, {size:,} bytes",
            soft_wrap=True,
        )


def _crew(dask: str | None, workers: int | None, came_in_bytes: int) -> Crew:
    """Return who encodes: what little comes in is done before other processes have started."""
    if dask:
        return Dask(dask)
    if workers is None and came_in_bytes < WORTH_STARTING:
        return Alone()
    return Processes(workers or os.cpu_count() or 1)


def _show(notes: Iterable[Note], before: Counter[str]) -> None:
    """Print the first notes of each kind of which none came `before`, and how many there are."""
    by_kind: dict[str, list[Note]] = {}
    for note in notes:
        by_kind.setdefault(note.kind, []).append(note)
    for kind, same in by_kind.items():
        if before[kind]:
            continue
        err.print(f"[yellow]{escape(kind)}[/] ({len(same)})")
        for note in same[:NOTES_SHOWN]:
            err.print(f"  {escape(note.where)}: {escape(note.message)}", soft_wrap=True)
        if len(same) > NOTES_SHOWN:
            err.print(f"  … and {len(same) - NOTES_SHOWN} more")
