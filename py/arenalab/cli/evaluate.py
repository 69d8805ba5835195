"""`arenalab eval`: the measures, as a table or as one JSON document."""

import json
import math
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from arenalab.cli.terminal import AsJson, EncoderPath, open_encoder, out, progress, read_file
from arenalab.evaluate import (
    evaluate_faq,
    evaluate_intent,
    read_faq,
    read_labelled,
    read_queries,
)

app = typer.Typer(no_args_is_help=True, help="Measure answers on a benchmark.")


@app.command()
def intent(
    train: Annotated[Path, typer.Argument(metavar="TRAIN", help="CSV text,label to learn.")],
    test: Annotated[Path, typer.Argument(metavar="TEST", help="CSV text,label; oos: no label.")],
    *,
    encoder: EncoderPath = None,
    as_json: AsJson = False,
) -> None:
    """Learn TRAIN, predict TEST: accuracy, out-of-scope detection, calibration."""
    known = read_labelled(train.name, read_file(train))
    asked = read_labelled(test.name, read_file(test))
    with progress() as report:
        measures = evaluate_intent(known, asked, open_encoder(encoder), time.perf_counter, report)
    _print(measures, as_json=as_json)


@app.command()
def faq(
    faq: Annotated[Path, typer.Argument(metavar="FAQ", help='JSONL {"id","question","answer"}.')],
    queries: Annotated[Path, typer.Argument(metavar="QUERIES", help='JSONL {"query","id"}.')],
    *,
    encoder: EncoderPath = None,
    as_json: AsJson = False,
) -> None:
    """Learn FAQ, ask QUERIES: the rank of the right question."""
    known = read_faq(faq.name, read_file(faq))
    asked = read_queries(queries.name, read_file(queries))
    with progress() as report:
        measures = evaluate_faq(known, asked, open_encoder(encoder), time.perf_counter, report)
    _print(measures, as_json=as_json)


def _print(measures: dict[str, Any], *, as_json: bool) -> None:
    """JSON has no NaN: a measure that does not apply is null there and a dash in the table."""
    plain = {
        name: None if isinstance(value, float) and math.isnan(value) else value
        for name, value in measures.items()
    }
    if as_json:
        out.print_json(json.dumps(plain))
        return
    table = Table("measure", "value", title=f"eval {plain.pop('task')}")
    for name, value in plain.items():
        shown = (
            "–" if value is None else f"{value:.4f}" if isinstance(value, float) else f"{value:,}"
        )
        table.add_row(name, shown)
    out.print(table)
