"""The options that say which diamonds may answer."""

from typing import Annotated

import typer

Tags = Annotated[
    list[str] | None, typer.Option("--tag", help="Only diamonds with this tag; all, if repeated.")
]
Lang = Annotated[str, typer.Option(help="Only diamonds in this language; en includes en-GB.")]
Domain = Annotated[
    str, typer.Option(help="Only diamonds whose source is on this host, or on a part of it.")
]
Since = Annotated[str, typer.Option(help="Only diamonds of this day (2026-11-24) or later.")]
Until = Annotated[str, typer.Option(help="Only diamonds of this day or earlier.")]
MinQuality = Annotated[
    float, typer.Option(help="Only diamonds whose mean grade is at least this, from 0 to 1.")
]
