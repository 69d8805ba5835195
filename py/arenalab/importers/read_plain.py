"""Plain text → the reader for its markup: reStructuredText where it shows, else Markdown."""

import re

from arenalab.importers.draft import Collector, Origin

_RST = re.compile(r"^\.\. (?:[\w:+-]+::|_[^:\n]+:|\[)|^\S[^\n]*::\n\n\s|:\w+:`[^`]+`", re.MULTILINE)


def read(text: str, origin: Origin, out: Collector) -> None:
    """Collect the questions and answers of a text without a format of its own."""
    if _RST.search(text):
        from arenalab.importers.read_rst import read as reader
    else:
        from arenalab.importers.read_markdown import read as reader
    reader(text, origin, out)
