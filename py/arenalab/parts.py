"""A message → the questions in it, as far as its punctuation tells.

This proposes; whether the parts say more than the whole is for the pack to decide.
"""

import re

from arenalab.sentences import sentences

MOST = 4  # parts; a message of more is left whole
FEWEST_WORDS = 3  # on either side of an "and" that may join two questions

FEWEST_HEARD, MOST_HEARD = 3, 8  # words of a sentence, and sentences, that are heard singly

_ENDS = re.compile(r"(?<=[?？؟!！])\s+|(?<=？)(?=[^\s？！?!])|\s*\n\s*")
_ASKS = re.compile(r"[?？؟][!！]*$")
# "and", in languages that write it as a word between spaces. In any other, a message without
# question marks stays whole. Not "i": it is I in English.
_AND = re.compile(r",?\s+(?:and|und|et|y|e|en|och|og|ja|ve|и)\s+", re.IGNORECASE)


def parts(message: str) -> tuple[str, ...]:
    """Return the questions in `message`, in order; the message alone where it is one.

    A question ends with its question mark, or its line. What has none goes with the question that
    follows; what is left over at the end, with the one before. A single question may be several,
    joined by "and" and commas before it.
    """
    found: list[str] = []
    pending = ""
    for piece in _ENDS.split(message.strip()):
        pending = f"{pending} {piece}".strip()
        if _ASKS.search(piece):
            found.append(pending)
            pending = ""
    if not found:
        found = [line for line in _ENDS.split(message.strip()) if line]
    elif pending:
        found[-1] = f"{found[-1]} {pending}"
    if len(found) == 1:
        found = _joined(found[0])
    return tuple(found) if 1 < len(found) <= MOST else (message,)


def said_singly(message: str) -> tuple[str, ...]:
    """Return the sentences of a message of several, in order; of a long one the first and last.

    What is said in passing may be lost in the meaning of the whole.
    """
    found = [one for one in sentences(message) if len(one.split()) >= FEWEST_HEARD]
    if len(found) > MOST_HEARD:
        found = found[: MOST_HEARD // 2] + found[-MOST_HEARD // 2 :]
    return tuple(found) if len(found) > 1 else ()


def _joined(question: str) -> list[str]:
    """Return both sides of the one "and" that has enough words around it; or its whole list."""
    places = [
        (place.start(), place.end())
        for place in _AND.finditer(question)
        if _says_enough(question[: place.start()]) and _says_enough(question[place.end() :])
    ]
    if len(places) != 1:
        return [question]
    ((start, end),) = places
    listed = question[:start].split(", ")
    first = listed if all(map(_says_enough, listed)) else [question[:start]]
    return [*first, question[end:]]


def _says_enough(text: str) -> bool:
    return len(text.split()) >= FEWEST_WORDS
