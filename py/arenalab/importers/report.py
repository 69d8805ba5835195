"""What an import hands back: the spans, and a note for everything that was not taken as it stood.

Nothing is left out, repaired or changed in silence. A note has a kind (one of `KINDS`), a message
for the person who gave the file, and the place it speaks of.
"""

from collections import Counter
from dataclasses import dataclass

from arenalab.span import Span

KINDS = {
    "different-answers": "the same question is answered in two ways; both are kept",
    "draft": "the page says of itself that it is not published; left out",
    "duplicate": "the same question with the same answer again; left out",
    "empty-answer": "a question without an answer; left out",
    "empty-question": "an answer without a question; left out",
    "encoding": "the bytes were not UTF-8; another reading was chosen",
    "extra-cells": "a table row with more cells than the header",
    "include": "the page takes in another file, which an importer never opens",
    "introduction": "text before the first question of a FAQ; left out",
    "long-answer": "an answer longer than a chat shows well; kept whole",
    "malformed": "a line or a piece of markup that could not be read as it was meant",
    "nested": "markup nested deeper than any page needs; kept as plain text",
    "navigation": "a list of links, contents or a closing 'still need help?'; left out",
    "pointer": "an answer that only says 'see the next question'; asks for that one now",
    "relative-link": "a link that needs the address of the page; kept as plain text",
    "renamed": "an id that was already taken; given a number",
    "skipped": "a file of a folder that was not imported",
    "template": "template code such as {% … %}; removed",
    "unknown-markup": "markup of an extension that is not known here; its text was kept",
    "unsafe-link": "a link that would run code, such as javascript:; removed",
    "unsupported": "a part of a conversation that is not text; left out",
}
SHOWN_PER_KIND = 20


@dataclass(frozen=True, slots=True)
class Note:
    """One thing a person should know: its kind, what happened, and where (file, line, heading)."""

    kind: str
    message: str
    where: str


@dataclass(frozen=True, slots=True)
class Import:
    """Everything that came out of one file, or of one folder."""

    spans: tuple[Span, ...]
    notes: tuple[Note, ...]


class Notebook:
    """Collects notes; after `SHOWN_PER_KIND` of a kind in one file it only counts them."""

    def __init__(self) -> None:
        self._notes: list[Note] = []
        self._counts: Counter[tuple[str, str]] = Counter()

    def __len__(self) -> int:
        return sum(self._counts.values())

    def add(self, kind: str, message: str, file: str, place: str = "") -> None:
        """Write down one note about `place` ("line 7", "“Heading”") of `file`."""
        assert kind in KINDS, kind
        self._counts[kind, file] += 1
        if self._counts[kind, file] <= SHOWN_PER_KIND:
            self._notes.append(Note(kind, message, f"{file}, {place}" if place else file))

    def notes(self) -> tuple[Note, ...]:
        """Return the notes in the order they came, then how many more there were of each kind."""
        more = (
            Note(kind, f"{count - SHOWN_PER_KIND:,} more like this ({KINDS[kind]})", file)
            for (kind, file), count in self._counts.items()
            if count > SHOWN_PER_KIND
        )
        return (*self._notes, *more)
