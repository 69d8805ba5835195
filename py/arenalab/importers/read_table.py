"""CSV and TSV → drafts. The columns are found by their names, see `fields`.

The sign between columns is the one under which the header holds a known pair of names, so nothing
has to be guessed from the data.
"""

import csv
import io
import re
from collections.abc import Iterator

from arenalab.errors import SourceError, shorten
from arenalab.importers.draft import Collector, Origin
from arenalab.importers.fields import Cells, Fields, accepted, find_fields

DELIMITERS = ",\t;|"


def read(text: str, origin: Origin, out: Collector) -> None:
    """Collect the rows of a table. Raises SourceError when no known columns are found."""
    text = re.sub(r"\A\s*sep=.\n", "", text)  # Excel's own line, which no other program reads
    delimiter, header, fields = _header(text, origin.file)
    cells = Cells(origin, out)
    for line, row in _rows(text, delimiter, origin.file):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) > len(header):
            counts = f"{len(row)} cells for {len(header)} columns"
            message = f"{counts}; put texts that hold {delimiter!r} in quotation marks"
            out.notes.add("extra-cells", message, origin.file, f"line {line}")
            continue
        record = dict(zip(header, row, strict=False))
        out.add(fields.draft(record, f"line {line}", cells), origin)


def _header(text: str, file: str) -> tuple[str, list[str], Fields]:
    """Return the delimiter, the names of the columns and what they mean."""
    first = next((line for line in text.split("\n", 50)[:50] if line.strip()), "")
    headers = []
    for delimiter in DELIMITERS:
        names = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
        if fields := find_fields(names):
            return delimiter, names, fields
        headers.append(names)
    found = max(headers, key=len)
    raise SourceError(
        f"{file} has the columns {shorten(', '.join(found), 200)}; name two of them for the "
        f"question and the answer: {accepted()}",
        key="columns",
        name=file,
        columns=shorten(", ".join(found), 200),
    )


def _rows(text: str, delimiter: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows after the header, each with the number of the line it begins on."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = True
    before = 0
    try:
        for row in rows:
            if row and not header:
                yield before + 1, row
            header = header and not any(cell.strip() for cell in row)
            before = rows.line_num
    except csv.Error as error:
        raise SourceError(
            f"{file}, line {before + 1}: {error}; look for a quotation mark that is not closed",
            key="quotes",
            name=file,
            line=before + 1,
        ) from error
