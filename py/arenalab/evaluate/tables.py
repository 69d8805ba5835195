"""Benchmark files → rows.

CSV `text,label`; JSONL `{"id","question","answer"}` and `{"query","id"}`.
"""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from arenalab.errors import SourceError, shorten
from arenalab.evaluate.faq import Faq, FaqQuery
from arenalab.evaluate.intent import Labelled


def read_labelled(name: str, data: bytes) -> list[Labelled]:
    """Read a CSV with a text column and a label column (`text,label`, or `text,category`).

    Raises SourceError naming the columns found when they are not there.
    """
    reader = csv.DictReader(io.StringIO(text_of(name, data)))
    columns = reader.fieldnames or []
    label = next((c for c in ("label", "category", "intent") if c in columns), None)
    if "text" not in columns or label is None:
        raise SourceError(
            f"{name} has the columns {', '.join(columns) or 'none'}; text and label are needed"
        )
    rows = [Labelled(row["text"] or "", row[label] or "") for row in reader]
    if not rows or not all(row.text.strip() and row.label for row in rows):
        raise SourceError(f"{name} has an empty text or label, or no rows; fill or remove them")
    return rows


def read_faq(name: str, data: bytes) -> list[Faq]:
    """Read JSONL of `{"id", "question", "answer"}`. Raises SourceError naming the line."""
    return [
        Faq(row["id"], row["question"], row["answer"])
        for row in _objects(name, data, ("id", "question", "answer"))
    ]


def read_queries(name: str, data: bytes) -> list[FaqQuery]:
    """Read JSONL of `{"query", "id"}`. Raises SourceError naming the line."""
    return [FaqQuery(row["query"], row["id"]) for row in _objects(name, data, ("query", "id"))]


def _objects(name: str, data: bytes, fields: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    empty = True
    for number, line in enumerate(text_of(name, data).splitlines(), 1):
        if not line.strip():
            continue
        empty = False
        try:
            row = json.loads(line)
            yield {field: str(row[field]) for field in fields}
        except (ValueError, KeyError, TypeError) as error:
            raise SourceError(
                f"{name}, line {number}: {shorten(line)}; an object with "
                f"{', '.join(fields)} is needed there"
            ) from error
    if empty:
        raise SourceError(f"{name} holds nothing; one JSON object a line is needed")


def text_of(name: str, data: bytes) -> str:
    """Return a file's text. Raises SourceError when it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{name} is not UTF-8 ({error.reason}); save it as UTF-8") from error
