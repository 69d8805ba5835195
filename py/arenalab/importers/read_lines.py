"""JSON lines, and JSON files with an array → drafts and spans.

Each line is read for what it is.

{"id": …, "this": …, "if_ok": …}            a span
{"messages": [{"role": …, "content": …}]}   a conversation, see `chat`
{"question": …, "answer": …}                a pair, under any names of `fields`
"""

import dataclasses
from collections.abc import Iterator, Mapping

from arenalab.errors import SpanError, shorten
from arenalab.importers.chat import TURNS, add_conversation
from arenalab.importers.draft import Collector, Origin
from arenalab.importers.fields import Cells, accepted, find_fields
from arenalab.importers.json_text import parse
from arenalab.span import Span


def read(text: str, origin: Origin, out: Collector) -> None:
    """Collect what the lines hold; a line that cannot be used becomes a note with its number."""
    cells = Cells(origin, out)
    for place, value in _values(text, origin, out):
        if not isinstance(value, Mapping):
            message = f"{shorten(value)} is no JSON object"
            out.notes.add("malformed", message, origin.file, place)
        elif "this" in value:
            _span(value, place, cells, origin, out)
        elif any(key in value for key in TURNS):
            add_conversation(value, place, cells, origin, out)
        elif fields := find_fields(value):
            out.add(fields.draft(value, place, cells), origin)
        else:
            message = f"has the fields {shorten(', '.join(value))}, none of them {accepted()}"
            out.notes.add("malformed", message, origin.file, place)


def _span(
    value: Mapping[str, object], place: str, cells: Cells, origin: Origin, out: Collector
) -> None:
    try:
        span = Span.from_json(value)
    except SpanError as error:
        out.notes.add("malformed", str(error), origin.file, place)
        return
    metadata = span.metadata
    source = metadata.source
    if source and source.url:
        source = dataclasses.replace(source, url=cells.source(source.url))
    out.add_span(
        dataclasses.replace(
            span,
            if_ok=cells.address.rewrite(span.if_ok),
            if_not=cells.address.rewrite(span.if_not),
            metadata=dataclasses.replace(
                metadata, source=source, license=metadata.license or origin.license
            ),
        ),
        origin,
        place,
    )


def _values(text: str, origin: Origin, out: Collector) -> Iterator[tuple[str, object]]:
    """Yield the values with their places: of the array if the file is one, else of each line."""
    if (whole := _array(text)) is not None:
        yield from ((f"item {number}", value) for number, value in enumerate(whole, 1))
        return
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield f"line {number}", parse(line)
        except ValueError as error:
            message = f"{error}: {shorten(line)}"
            out.notes.add("malformed", message, origin.file, f"line {number}")


def _array(text: str) -> list[object] | None:
    """Return the records of a file that is one JSON value: an array, or an object around one."""
    start = text.lstrip()[:1]
    if start not in ("[", "{"):
        return None
    try:
        value = parse(text)
    except ValueError:
        return None
    if isinstance(value, Mapping):
        lists = [item for item in value.values() if isinstance(item, list)]
        records = [item for item in lists if item and all(isinstance(r, Mapping) for r in item)]
        if not records and "\n" not in text.strip():
            return None  # a file with one line
        single = find_fields(value) or "this" in value or any(key in value for key in TURNS)
        return [value] if single or len(records) != 1 else records[0]
    return value if isinstance(value, list) else None
