"""Spans → the texts that stand for them in a pack: one for each row.

A span is found by its phrasings. Where its outcome says something, situation and outcome together
are one more row, which tells of the answer; where its outcome is a label that several spans share,
the label itself is: one more way to put what they ask.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from arenalab.pack.model import spoken
from arenalab.span import Span

# An outcome of fewer words is a label, which says nothing that its questions do not.
FEWEST_WORDS = 4
# Characters of an outcome that are encoded with its situation: its beginning says what it is
# about. Measured better than four times as much, at a quarter of the time.
READ_OF_OUTCOME = 320


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of a span's rows.

    texts   its phrasings, and after them the row it has besides
    answer  whether that is situation and outcome together
    label   whether that is the outcome itself
    """

    texts: tuple[str, ...]
    answer: bool = False
    label: bool = False


def wordings(spans: Sequence[Span]) -> list[Wording]:
    """Return the wording of each of `spans`; of those that share a label, the first has it."""
    shared = Counter(map(_label, spans))
    worded: list[Wording] = []
    for span in spans:
        label = _label(span)
        if len(span.if_ok.split()) >= FEWEST_WORDS:
            worded.append(Wording((*span.phrasings, _together(span)), answer=True))
        elif label and shared.pop(label, 0) > 1:
            worded.append(Wording((*span.phrasings, label), label=True))
        else:
            worded.append(Wording(span.phrasings))
    return worded


def row_texts(span: Span, rows: int, *, answer: bool) -> tuple[str, ...]:
    """Return the texts of a span that has so many `rows` in a pack.

    `answer` says whether the last of them is situation and outcome together.
    """
    if rows == len(span.phrasings):
        return span.phrasings
    return (*span.phrasings, _together(span) if answer else _label(span))


def _together(span: Span) -> str:
    return f"{span.this} {' '.join(span.if_ok.split())[:READ_OF_OUTCOME]}"


def _label(span: Span) -> str:
    """Return what a short outcome that worked says aloud, or nothing."""
    brief = len(span.if_ok.split()) < FEWEST_WORDS and span.status == "completed"
    said = spoken(span.if_ok) if brief else ""
    return said if any(map(str.isalnum, said)) else ""
