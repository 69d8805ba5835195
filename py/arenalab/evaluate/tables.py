"""Benchmark files → rows.

CSV `text,label`; JSONL `{"id","question","answer"}` and `{"query","id"}`. Liberal in what columns
are called, strict in what must be there.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from arenalab.errors import SourceError, shorten
from arenalab.evaluate.faq import Faq, FaqQuery
from arenalab.evaluate.intent import OUT_OF_SCOPE, Labelled

TEXTS = ("text", "utterance", "query", "question", "sentence")
LABELS = ("label", "category", "intent", "class")
FOREIGN = frozenset(("oos", "ood", "out of scope", "out of domain"))


def read_labelled(name: str, data: bytes) -> list[Labelled]:
    """Read a CSV or TSV with a column of texts and one of labels, or JSONL with such fields.

    Column names are those of TEXTS and LABELS, in any case; a label that means out of scope, in
    any common spelling, becomes `oos`. Raises SourceError naming the columns found when they are
    not there.
    """
    text = text_of(name, data)
    if name.lower().endswith((".jsonl", ".ndjson")):
        found = [row for _, row in _json_lines(name, text)]
        columns = list(dict.fromkeys(column for row in found for column in row))
    else:
        first = text.lstrip().partition("\n")[0]
        reader = csv.DictReader(io.StringIO(text), delimiter="\t" if "\t" in first else ",")
        columns = list(reader.fieldnames or [])
        found = list(reader)
    texts, labels = (
        next((c for wanted in names for c in columns if c.strip().casefold() == wanted), None)
        for names in (TEXTS, LABELS)
    )
    if texts is None or labels is None:
        raise SourceError(
            f"{name} has the columns {', '.join(columns) or 'none'}; text and label are needed"
        )
    rows = [Labelled(_cell(row, texts), _label(_cell(row, labels))) for row in found]
    if not rows or not all(row.text and row.label for row in rows):
        raise SourceError(f"{name} has an empty text or label, or no rows; fill or remove them")
    return rows


def _cell(row: Mapping[str, Any], column: str) -> str:
    value = row.get(column)
    return "" if value is None else str(value).strip()


def _label(label: str) -> str:
    plain = label.casefold().replace("_", " ").replace("-", " ")
    return OUT_OF_SCOPE if plain in FOREIGN else label


def read_faq(name: str, data: bytes) -> list[Faq]:
    """Read JSONL of `{"id", "question", "answer"}`. Raises SourceError naming the line."""
    return [
        Faq(row["id"], row["question"], row["answer"])
        for row in _objects(name, data, ("id", "question", "answer"))
    ]


def read_queries(name: str, data: bytes) -> list[FaqQuery]:
    """Read JSONL of `{"query", "id"}`. Raises SourceError naming the line."""
    return [FaqQuery(row["query"], row["id"]) for row in _objects(name, data, ("query", "id"))]


def _objects(name: str, data: bytes, fields: tuple[str, ...]) -> Iterator[dict[str, str]]:
    for number, row in _json_lines(name, text_of(name, data)):
        if missing := [field for field in fields if row.get(field) in (None, "")]:
            raise SourceError(
                f"{name}, line {number} lacks {', '.join(missing)}; an object with "
                f"{', '.join(fields)} is needed there"
            )
        yield {field: str(row[field]) for field in fields}


def _json_lines(name: str, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each object with the number of its line."""
    empty = True
    # Not splitlines: a line may hold characters that it takes for ends, such as U+2028.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        empty = False
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict):
            raise SourceError(
                f"{name}, line {number}: {shorten(line)}; a JSON object is needed there"
            )
        yield number, row
    if empty:
        raise SourceError(f"{name} holds nothing; one JSON object a line is needed")


def text_of(name: str, data: bytes) -> str:
    """Return a file's text. Raises SourceError when it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{name} is not UTF-8 ({error.reason}); save it as UTF-8") from error
