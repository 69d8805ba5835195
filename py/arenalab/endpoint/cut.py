"""A text, cut where the caller wants it to end: at a stop sequence, at a number of tokens."""

import re
from collections.abc import Callable, Iterator, Sequence

from arenalab.openai_wire.response import Finish

# A sentence ends with its mark, and what closes behind it, before something that is not a small
# letter ("e.g. this" goes on); or with the line.
_SENTENCE = re.compile(r".+?(?:[.!?…]+[\"'”’)\]*_`]*(?=\s+[^\sa-z])|\n+|\Z)", re.DOTALL)
_WORD = re.compile(r"\s*\S+")
_PIECE = re.compile(r"\s*(?:\S+\s*){1,6}")


def cut(
    text: str, stop: Sequence[str], limit: int | None, count: Callable[[str], int]
) -> tuple[str, Finish]:
    """Return the part of `text` before the first of `stop`, and of that what `limit` tokens hold.

    It ends with a whole sentence; where not one fits, with a whole word. `count` gives the tokens
    of a text, which add up over parts that are cut at white space.
    """
    places = [place for mark in stop if (place := text.find(mark)) >= 0]
    kept = text[: min(places)] if places else text
    if limit is None or count(kept) <= limit:
        return kept, "stop"
    short = _fitting(_SENTENCE.findall(kept), limit, count)
    short = short or _fitting(_WORD.findall(kept), limit, count)
    return short.rstrip(), "length"


def pieces(text: str) -> Iterator[str]:
    """Yield `text` in parts of a few words: what streaming sends one by one."""
    for found in _PIECE.finditer(text):
        yield found[0]


def _fitting(parts: Sequence[str], limit: int, count: Callable[[str], int]) -> str:
    kept = ""
    for part in parts:
        limit -= count(part)
        if limit < 0:
            break
        kept += part
    return kept
