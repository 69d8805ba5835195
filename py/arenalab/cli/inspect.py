"""`arenalab inspect`: what is in a pack."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from rich.table import Table

from arenalab.cli.terminal import AsJson, PackPath, open_pack, out, read_file
from arenalab.confidence import LEVELS, Calibration
from arenalab.container import read_header
from arenalab.pack import Pack
from arenalab.quality import DIMENSIONS


def inspect(pack: PackPath, *, as_json: AsJson = False) -> None:
    """Show what a pack holds: counts, sizes, quality, licences, calibration."""
    document = describe(open_pack(pack), read_file(pack))
    if as_json:
        out.print_json(json.dumps(document))
        return
    meta = document["meta"]
    out.print(f"[bold]{meta['name']}[/]  {document['bytes']:,} bytes, made with", end=" ")
    out.print(f"{meta['encoder']['id']} ({meta['encoder']['digest'][:12]}…)")
    for title, values in (("Counts", meta["counts"]), ("Licences", meta["licenses"])):
        out.print(
            f"{title}: " + ", ".join(f"{k or 'none stated'} {v:,}" for k, v in values.items())
        )
    out.print(
        "Quality: "
        + ", ".join(f"{name} {value:.2f}" for name, value in document["quality"].items())
    )
    for line in confidence_lines(meta):
        out.print(line)
    table = Table("section", "type", "shape", "bytes")
    for name, section in document["sections"].items():
        shape = " × ".join(f"{n:,}" for n in section["shape"])
        table.add_row(name, section["dtype"], shape, f"{section['bytes']:,}")
    out.print(table)


def confidence_lines(meta: Mapping[str, Any]) -> list[str]:
    """Return what a pack's header says of its regression and of how sure it may be, in words."""
    kernel = ", ".join(f"{name} {value:g}" for name, value in meta.get("kernel", {}).items())
    calibration = Calibration.from_meta(meta)
    if not calibration.coverage:
        return [
            f"Kernel: {kernel}",
            f"Confidence: as other packs have it, too few of its own rows ({calibration.sample}) "
            "could be asked with themselves left out",
        ]
    sets = ", ".join(
        f"{level:.0%} {held:.1%}" for level, held in zip(LEVELS, calibration.coverage, strict=True)
    )
    return [
        f"Kernel: {kernel}",
        f"Confidence: from {calibration.sample:,} of its own rows, each left out; conformal sets "
        f"that are to hold the right outcome so often did: {sets}",
    ]


def describe(pack: Pack, data: bytes) -> dict[str, Any]:
    """Return what `inspect` shows as a JSON object."""
    header = read_header(data)
    grades = pack.quality[np.arange(pack.span_count)].mean(axis=0) / 255
    return {
        "kind": header.kind,
        "format": header.format,
        "bytes": len(data),
        "meta": dict(pack.meta),
        "quality": dict(zip(DIMENSIONS, map(float, grades), strict=True)),
        "sections": {
            name: {"dtype": s.dtype, "shape": list(s.shape), "bytes": s.length, "sha256": s.sha256}
            for name, s in header.sections.items()
        },
    }
