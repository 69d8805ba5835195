"""`arenalab eval`: the measures, as tables, as one JSON document, as a report to look at."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from arenalab.arena import Arena
from arenalab.cli.principles import ConstitutionPath, open_principles
from arenalab.cli.terminal import (
    AsJson,
    EncoderPath,
    PackPath,
    err,
    open_encoder,
    open_pack,
    out,
    progress,
    read_file,
)
from arenalab.errors import InputError, SourceError
from arenalab.evaluate import (
    Evaluation,
    JudgedSet,
    evaluate_constitution,
    evaluate_dialogue,
    evaluate_ensemble,
    evaluate_faq,
    evaluate_intent,
    evaluate_pack,
    evaluate_shots,
    evaluate_truthfulqa,
    read_choices,
    read_dialogues,
    read_domain,
    read_faq,
    read_judged,
    read_labelled,
    read_queries,
)
from arenalab.evaluate.report import long_table, render
from arenalab.evaluate.report_words import label, number
from arenalab.evaluate.truthfulqa import OVERLAP
from arenalab.pack import read_pack

app = typer.Typer(no_args_is_help=True, help="Measure answers on a benchmark.")

Html = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="Write a report with pictures.")
]
Records = Annotated[
    Path | None,
    typer.Option("--records", metavar="FILE", help="Write how each item was decided, as JSONL."),
]


@app.command()
def intent(
    train: Annotated[Path, typer.Argument(metavar="TRAIN", help="CSV text,label to learn.")],
    test: Annotated[Path, typer.Argument(metavar="TEST", help="CSV text,label; oos: no label.")],
    *,
    shots: Annotated[
        int | None, typer.Option(min=1, help="Learn this many examples a label, drawn; or all.")
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Draws to average over, with --shots.")] = 5,
    encoder: EncoderPath = None,
    as_json: AsJson = False,
    html: Html = None,
    records: Records = None,
) -> None:
    """Learn TRAIN, predict TEST: accuracy, out-of-scope detection, calibration."""
    told = Output(as_json, html, records)
    known = read_labelled(train.name, read_file(train))
    asked = read_labelled(test.name, read_file(test))
    with progress() as report:
        given = (known, asked, open_encoder(encoder), time.perf_counter, report)
        if shots is None:
            found, amount = evaluate_intent(*given), ""
        else:
            found = evaluate_shots(*given, shots=shots, seeds=seeds)
            amount = f" ({shots} a label, mean of {seeds} draws)"
    told.give(found, f"{train.name} learned{amount}, {test.name} asked")


@app.command()
def faq(
    faq: Annotated[Path, typer.Argument(metavar="FAQ", help='JSONL {"id","question","answer"}.')],
    queries: Annotated[Path, typer.Argument(metavar="QUERIES", help='JSONL {"query","id"}.')],
    *,
    encoder: EncoderPath = None,
    as_json: AsJson = False,
    html: Html = None,
    records: Records = None,
) -> None:
    """Learn FAQ, ask QUERIES: the rank of the right question."""
    told = Output(as_json, html, records)
    known = read_faq(faq.name, read_file(faq))
    asked = read_queries(queries.name, read_file(queries))
    with progress() as report:
        found = evaluate_faq(known, asked, open_encoder(encoder), time.perf_counter, report)
    told.give(found, f"{faq.name} learned, {queries.name} asked")


@app.command()
def dialogue(
    train: Annotated[Path, typer.Argument(metavar="TRAIN", help="JSONL dialogues to remember.")],
    test: Annotated[Path, typer.Argument(metavar="TEST", help="JSONL dialogues to go on with.")],
    *,
    turns: Annotated[
        int | None, typer.Option(min=1, help="Ask this many system turns, spread; all otherwise.")
    ] = None,
    encoder: EncoderPath = None,
    as_json: AsJson = False,
    html: Html = None,
    records: Records = None,
) -> None:
    """Remember TRAIN; rank each next system turn of TEST among 100, knowing the turns before it."""
    told = Output(as_json, html, records)
    known = read_dialogues(train.name, read_file(train))
    asked = read_dialogues(test.name, read_file(test))
    with progress() as report:
        found = evaluate_dialogue(known, asked, open_encoder(encoder), report, turns=turns)
    told.give(found, f"{train.name} remembered, {test.name} asked")


@app.command()
def truthfulqa(
    csv: Annotated[Path, typer.Argument(metavar="CSV", help="TruthfulQA.csv, or mc_task.json.")],
    *,
    pack: Annotated[Path, typer.Option(metavar="PACK", help="The .diamonds file to believe.")],
    overlap: Annotated[
        float, typer.Option(min=0, max=1, help="Cosine at which a diamond holds a question.")
    ] = OVERLAP,
    seed: Annotated[int, typer.Option(help="Shuffles the options.")] = 0,
    encoder: EncoderPath = None,
    as_json: AsJson = False,
    html: Html = None,
    records: Records = None,
) -> None:
    """Choose answers by PACK: MC1, MC2, two options; beside question-hidden control and chance."""
    told = Output(as_json, html, records)
    choices = read_choices(csv.name, read_file(csv))
    arena = Arena(open_pack(pack), open_encoder(encoder), time.perf_counter)
    with progress() as report:
        found = evaluate_truthfulqa(choices, arena, report, overlap=overlap, seed=seed)
    told.give(found, f"{csv.name} asked of {pack.name}, options shuffled with seed {seed}")


@app.command()
def constitution(
    questions: Annotated[
        list[Path],
        typer.Argument(
            metavar="VIOLATING INNOCENT...",
            help='Pairs of NDJSON files of {"text","matter"}: to be spoken against, and innocent.',
        ),
    ],
    *,
    constitution: ConstitutionPath = None,
    encoder: EncoderPath = None,
    as_json: AsJson = False,
    html: Html = None,
    records: Records = None,
) -> None:
    """Judge questions: how many that go against a principle are noticed, how many innocent are."""
    told = Output(as_json, html, records)
    sets = [
        JudgedSet(
            bad.stem,
            read_judged(bad.name, read_file(bad)),
            read_judged(good.name, read_file(good)),
        )
        for bad, good in _pairs(questions, "VIOLATING INNOCENT")
    ]
    opened = open_encoder(encoder)
    principles = open_principles(constitution, encoder, opened)
    if principles is None:
        raise InputError("without a constitution there is nothing to measure; name one")
    with progress() as report:
        found = evaluate_constitution(principles, sets, opened, time.perf_counter, report)
    told.give(found, f"{', '.join(one.name for one in sets)} judged")


@app.command()
def ensemble(
    domains: Annotated[
        list[Path],
        typer.Argument(
            metavar="KNOWN ASKED...",
            help="For each specialist what it learns and what it is asked, as for intent or faq.",
        ),
    ],
    *,
    encoder: EncoderPath = None,
    as_json: AsJson = False,
    html: Html = None,
    records: Records = None,
) -> None:
    """Let specialists answer together, in each way; beside one pack of all, and each alone."""
    told = Output(as_json, html, records)
    read = [
        read_domain(known.stem, (known.name, read_file(known)), (asked.name, read_file(asked)))
        for known, asked in _pairs(domains, "KNOWN ASKED")
    ]
    with progress() as report:
        found = evaluate_ensemble(read, open_encoder(encoder), time.perf_counter, report)
    told.give(found, f"{', '.join(domain.name for domain in read)} asked together")


@app.command()
def pack(
    pack: PackPath,
    *,
    encoder: EncoderPath = None,
    as_json: AsJson = False,
    html: Html = None,
    records: Records = None,
) -> None:
    """Measure PACK by itself: sizes, recall of its search, and its own leave-one-out answers."""
    told = Output(as_json, html, records)
    data = read_file(pack)
    arena = Arena(read_pack(data), open_encoder(encoder), time.perf_counter)
    with progress() as report:
        found = evaluate_pack(arena, data, report)
    told.give(found, f"{pack.name} asked its own phrasings, each left out")


def _pairs(files: Sequence[Path], what: str) -> list[tuple[Path, Path]]:
    if len(files) % 2:
        raise InputError(f"{len(files)} files are no pairs of {what}; name one more, or one less")
    return list(zip(files[::2], files[1::2], strict=True))


@dataclass(frozen=True, slots=True)
class Output:
    """Where results go. Made before the work, so that a wrong place is told before it, too."""

    as_json: bool
    html: Path | None
    records: Path | None

    def __post_init__(self) -> None:
        for path in (self.html, self.records):
            if path and (path.is_dir() or not path.parent.is_dir()):
                raise SourceError(f"{path} cannot be written; name a file in a folder that exists")

    def give(self, found: Evaluation, about: str) -> None:
        """Write the files asked for, and print."""
        if self.records:
            lines = (json.dumps(r.to_json(), ensure_ascii=False) + "\n" for r in found.records)
            self.records.write_text("".join(lines), encoding="utf-8")
        if self.html:
            self.html.write_text(render(found, about=about), encoding="utf-8")
        if self.as_json:
            out.print_json(json.dumps(found.to_json()))
        else:
            _print(found)
        for path in filter(None, (self.html, self.records)):
            err.print(f"Wrote {escape(str(path))}", soft_wrap=True)


def _print(found: Evaluation) -> None:
    plain = Table("measure", "value", title=f"eval {found.task}")
    for name, value in found.measures.items():
        if not isinstance(value, Mapping | list):
            plain.add_row(name, number(value))
    out.print(plain)
    for name, value in found.measures.items():
        if isinstance(value, Mapping):
            rows = long_table(value)
            columns = list(dict.fromkeys(column for row in rows.values() for column in row))
            table = Table("", *columns, title=label(name))
            for row, cells in rows.items():
                table.add_row(row, *(number(cells.get(column)) for column in columns))
            out.print(table)
