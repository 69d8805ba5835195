"""File formats → spans: tables, lines of JSON, and pages in Markdown, reStructuredText and HTML.

    found = read("faq.md", data, base_url="https://site.example/faq")
    found.spans, found.notes

Nothing is left out or changed in silence: see `report.KINDS` for what a note can say.
"""

from arenalab.importers.reading import EXTENSIONS, MAX_BYTES, read, read_all
from arenalab.importers.report import KINDS, Import, Note

__all__ = ["EXTENSIONS", "KINDS", "MAX_BYTES", "Import", "Note", "read", "read_all"]
