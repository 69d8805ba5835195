"""`arenalab build`: files of questions and answers → a pack."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from arenalab.arena import learn
from arenalab.cli.principles import read_principles_file
from arenalab.cli.terminal import AsJson, EncoderPath, err, open_encoder, out, progress, read_file
from arenalab.constitution import write_constitution
from arenalab.errors import SourceError
from arenalab.importers import EXTENSIONS, Note, read_all
from arenalab.pack import write_pack

NOTES_SHOWN = 5  # of each kind; the rest are counted

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


def build(
    inputs: Inputs,
    *,
    output: Output,
    name: Name = None,
    base_url: BaseUrl = None,
    license_: License = None,
    constitution: Principles = None,
    encoder: EncoderPath = None,
    as_json: AsJson = False,
) -> None:
    """Build a pack from CSV, TSV, JSONL, NDJSON, Markdown, reStructuredText or HTML files."""
    if not output.parent.is_dir():
        raise SourceError(f"there is no folder {output.parent}; make it, or write elsewhere")
    read = read_all(files(inputs), base_url=base_url, license=license_)
    _show(read.notes)
    encode_with = open_encoder(encoder)
    with progress() as report:
        pack = learn(read.spans, encode_with, name=name or output.stem, progress=report)
    if upheld := read_principles_file(constitution, encode_with):
        pack = replace(pack, constitution=write_constitution(upheld, encode_with))
    data = write_pack(pack)
    output.write_bytes(data)
    summary = {
        "pack": str(output),
        "bytes": len(data),
        **pack.meta["counts"],
        "notes": dict(Counter(note.kind for note in read.notes)),
    }
    if as_json:
        out.print_json(json.dumps(summary))
    else:
        counts = pack.meta["counts"]
        out.print(
            f"{output}: {counts['spans']:,} diamonds in {counts['rows']:,} rows, "
            f"{counts['outcomes']:,} outcomes, {len(data):,} bytes",
            soft_wrap=True,
        )


def files(inputs: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each input; of a folder, those an importer knows, sorted."""
    for path in inputs:
        if path.is_dir():
            inside = [p for p in sorted(path.rglob("*")) if p.suffix.lower() in EXTENSIONS]
            if not inside:
                raise SourceError(
                    f"folder {path} holds no file to import; known are {', '.join(EXTENSIONS)}"
                )
            yield from ((p.relative_to(path).as_posix(), read_file(p)) for p in inside)
        else:
            yield path.name, read_file(path)


def _show(notes: Iterable[Note]) -> None:
    by_kind: dict[str, list[Note]] = {}
    for note in notes:
        by_kind.setdefault(note.kind, []).append(note)
    for kind, same in by_kind.items():
        err.print(f"[yellow]{escape(kind)}[/] ({len(same)})")
        for note in same[:NOTES_SHOWN]:
            err.print(f"  {escape(note.where)}: {escape(note.message)}", soft_wrap=True)
        if len(same) > NOTES_SHOWN:
            err.print(f"  … and {len(same) - NOTES_SHOWN} more")
