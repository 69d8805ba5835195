"""An evaluation → one HTML file that needs nothing else: numbers, pictures, examples.

Boundary: plain data in, text out. Whatever a benchmark says is escaped.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np

from arenalab.evaluate.records import Evaluation, Kind, Record
from arenalab.evaluate.report_charts import (
    confusion_chart,
    reliability_chart,
    risk_coverage_chart,
    shares_chart,
)
from arenalab.evaluate.report_style import STYLE
from arenalab.evaluate.report_words import label, meaning, number

WIDE = 4  # columns that fit everywhere
EXAMPLES = 8  # of each kind of decision
LONGEST = 200  # characters of a text shown
SHADES: Mapping[Kind, str] = {
    "right": "hit",
    "kept out": "hit",
    "withheld": "area",
    "spared": "area",
    "wrong": "error",
    "let in": "error",
}


def render(evaluation: Evaluation, *, about: str = "") -> str:
    """Return the report; `about` is a line under the title, such as the command it comes from."""
    parts = [
        f"<h1>arenalab eval {escape(evaluation.task)}</h1>",
        f'<p class="dim">{escape(about)}</p>',
        _cards(evaluation.measures),
        *_tables(evaluation.measures),
        _charts(evaluation.records),
        _confusion(evaluation.records),
        _kinds(evaluation),
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>arenalab eval {escape(evaluation.task)}</title><style>{STYLE}</style></head>"
        f"<body>{''.join(parts)}</body></html>\n"
    )


def _cards(measures: Mapping[str, Any]) -> str:
    cards = [
        f'<div class="card">{escape(label(name))}<b>{escape(number(value))}</b>'
        f"<small>{escape(meaning(name))}</small></div>"
        for name, value in measures.items()
        if not isinstance(value, Mapping | list) and value == value  # NaN does not apply
    ]
    return f'<h2>Measures</h2><div class="cards">{"".join(cards)}</div>'


def _tables(measures: Mapping[str, Any]) -> Iterable[str]:
    """Yield a table for each measure that is one, and a list for each that is a list."""
    for name, value in measures.items():
        if isinstance(value, Mapping) and value:
            table = long_table(value)
            rows = list(table.values())
            columns = list(dict.fromkeys(column for row in rows for column in row))
            yield f"<h2>{escape(label(name))}</h2>" + _table(
                ["", *map(label, columns)],
                (
                    [label(str(key)), *(number(row.get(column)) for column in columns)]
                    for key, row in zip(table, rows, strict=True)
                ),
                numbers_from=1,
            )
        elif isinstance(value, list) and value:
            items = "".join(f"<li>{escape(_cut(str(item)))}</li>" for item in value)
            yield f"<h2>{escape(label(name))}</h2><ul>{items}</ul>"


def long_table(measure: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """Return a measure that is a table as one that is rather long than wide, to fit a screen."""
    rows = {k: v if isinstance(v, Mapping) else {"value": v} for k, v in measure.items()}
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    if len(columns) <= max(len(rows), WIDE):
        return rows
    return {column: {key: row.get(column) for key, row in rows.items()} for column in columns}


def _charts(records: Sequence[Record]) -> str:
    """Draw what stated probabilities allow: items no outcome fits are no part of either picture."""
    known = [r for r in records if r.truth and r.probability is not None]
    if not known:
        return ""
    correct = np.array([r.correct for r in known])
    confidence = np.array([r.probability for r in known], np.float64)
    given = [r.probability if r.right is None else r.right for r in known]
    figures = (
        (
            risk_coverage_chart(confidence, correct),
            "If only the surest questions are answered, how many of those answers are wrong.",
        ),
        (
            reliability_chart(np.array(given, np.float64), correct),
            "Answers stated with a probability should be right that often: on the dashed line. "
            "The larger a dot, the more answers.",
        ),
    )
    drawn = "".join(
        f"<figure>{svg}<figcaption>{text}</figcaption></figure>" for svg, text in figures
    )
    return f'<h2>Confidence</h2><div class="charts">{drawn}</div>'


def _confusion(records: Sequence[Record]) -> str:
    pairs = Counter((r.truth, r.predicted) for r in records if r.truth and not r.correct)
    if max(pairs.values(), default=0) < 2:  # nothing is confused twice: no pattern to show
        return ""
    hits = Counter(r.truth for r in records if r.correct)
    return (
        "<h2>Worst confusions</h2><figure>"
        f"{confusion_chart(pairs, hits)}<figcaption>Rows are right outcomes, columns what was "
        "predicted, by the rows' numbers. The diagonal counts right ones.</figcaption></figure>"
    )


def _kinds(evaluation: Evaluation) -> str:
    records = evaluation.records
    if not records:
        return ""
    tally = Counter(record.kind for record in records)
    order = [kind for kind in SHADES if kind in tally]
    bar = shares_chart([(kind, tally[kind], SHADES[kind]) for kind in order])
    parts = [f"<h2>Decisions</h2><figure>{bar}</figure>"]
    for kind, words in evaluation.kinds.items():
        if kind in tally:
            share = f"{tally[kind]:,} of {len(records):,}"
            dot = f'<i class="dot {SHADES[kind]}"></i>'
            parts.append(f'<h3>{dot}{escape(words)} <span class="dim">{share}</span></h3>')
            chosen = [record for record in records if record.kind == kind]
            parts.append(_examples(chosen, evaluation.head))
    return "".join(parts)


def _examples(records: Sequence[Record], head: Sequence[str]) -> str:
    """The most confident ones, or those whose truth ranks lowest: of errors they are the worst."""
    shown = sorted(records, key=lambda r: (-(r.probability or 0), -(r.rank or 0)))[:EXAMPLES]
    rows = [[_cut(r.text), _cut(r.truth) or "–", _cut(r.predicted) or "–"] for r in shown]
    last: tuple[str, ...] = ()
    if any(r.probability is not None for r in shown):
        last = ("Confidence",)
        rows = [[*row, f"{r.probability or 0:.2f}"] for row, r in zip(rows, shown, strict=True)]
    elif any(r.rank is not None for r in shown):
        last = ("Rank of the right one",)
        rows = [[*row, number(r.rank)] for row, r in zip(rows, shown, strict=True)]
    return _table([*head, *last], rows, numbers_from=len(head))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers_from: int) -> str:
    def cells(row: Sequence[str], tag: str) -> str:
        return "".join(
            f"<{tag}{' class=number' if at >= numbers_from else ''}>{escape(text)}</{tag}>"
            for at, text in enumerate(row)
        )

    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    return f'<div class="wide"><table><tr>{cells(head, "th")}</tr>{body}</table></div>'


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
