"""How a message fills a slot: patterns of literal text with one hole, or named values.

A pattern is not a regular expression, so that no pack can make a search run away: what fills a
hole is of one of the kinds in `HOLES`, each bounded in length.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from arenalab.errors import SpanError, shorten

Json = Mapping[str, Any]

# What fills a hole: bounded in length, so that a search is linear in the message.
HOLES: Mapping[str, str] = {
    "text": r"\S[^\n]{0,99}?(?=\s*(?:[.,;:!?]+(?:\s|$)|\n|$))",  # to the end of the clause
    "word": r"\w[\w'’-]{0,99}",
    "name": r"(?-i:[^\W\d_a-z]\w{0,49}(?:[ -][^\W\d_a-z]\w{0,49}){0,4})",  # words with capitals
    "number": r"[-+]?\d{1,15}(?:\.\d{1,15})?",
    "date": r"\d{4}-\d\d-\d\d",
    "email": r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}",
}
HOLE = re.compile(r"\{(\w+)(?::(\w+))?\}")
_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


@dataclass(frozen=True, slots=True)
class Slot:
    """How a message holds one argument: by patterns, or as one of `values`."""

    patterns: tuple[re.Pattern[str], ...] = ()
    values: tuple[str, ...] = ()
    default: object = None

    def find(self, text: str, values: Sequence[object]) -> str | None:
        """Return what fills the slot in `text`; `values` are those its tool allows, if any."""
        for pattern in self.patterns:
            found = pattern.search(text)
            if found:
                return found[1]
        for value in (*self.values, *map(str, values)):
            if re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.IGNORECASE):
                return value
        return None


def fit(text: str, kind: object, values: Sequence[object]) -> object:
    """Return `text` as a value of JSON type `kind`, or as the one of `values` it names."""
    if values:
        return next((v for v in values if str(v).casefold() == text.casefold()), None)
    try:
        if kind == "integer":
            return int(text)
        if kind == "number":
            return float(text)
    except ValueError:
        return None
    if kind == "boolean":
        return _BOOLEANS.get(text.casefold())
    return text


def read_slot(name: str, value: object, where: str) -> Slot:
    """Return the slot of argument `name` that a JSON value describes. Raises SpanError."""
    if isinstance(value, str | list):
        value = {"patterns": value}
    known = as_object(value, where)
    if set(known) - {"patterns", "values", "default"}:
        raise SpanError(f"{where} knows only patterns, values and default")
    patterns = known.get("patterns", [])
    patterns = [patterns] if isinstance(patterns, str) else patterns
    values = known.get("values", [])
    for texts in (patterns, values):
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise SpanError(f"{where}: patterns and values are lists of texts")
    return Slot(
        tuple(_pattern(name, text, where) for text in patterns),
        tuple(values),
        known.get("default"),
    )


def _pattern(name: str, text: str, where: str) -> re.Pattern[str]:
    """Compile literal text with one hole; any white space matches any other."""
    holes = list(HOLE.finditer(text))
    if len(holes) != 1 or holes[0][1] != name or (holes[0][2] or "text") not in HOLES:
        raise SpanError(
            f"{where}: {shorten(text)} needs one hole {{{name}}} or {{{name}:KIND}}, "
            f"KIND one of {', '.join(HOLES)}"
        )
    hole = holes[0]
    before, after = (_literal(part) for part in (text[: hole.start()], text[hole.end() :]))
    inner = HOLES[hole[2] or "text"]
    if after and (hole[2] or "text") == "text":
        inner = r"\S[^\n]{0,99}?"  # up to the text that follows
    return re.compile(f"{before}({inner}){after}", re.IGNORECASE)


def _literal(text: str) -> str:
    """Return a regular expression for `text` alone, between whole words."""

    def parts() -> Iterator[str]:
        if re.match(r"\w", text):
            yield r"(?<!\w)"
        yield r"\s+".join(map(re.escape, re.split(r"\s+", text)))
        if re.search(r"\w\Z", text):
            yield r"(?!\w)"

    return "".join(parts()) if text else ""


def as_object(value: object, where: str) -> Json:
    """Return a JSON object, or raise SpanError."""
    if not isinstance(value, Mapping):
        raise SpanError(f"{where} is {shorten(value)}; a JSON object is expected there")
    return value
