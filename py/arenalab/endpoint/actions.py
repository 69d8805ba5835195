"""A diamond whose outcome is an action, and how a message fills the action's slots.

    "metadata": {"action": {
        "name": "get_weather",
        "arguments": {
            "city": "in {city:name}",
            "days": {"patterns": ["for {days:number} days"], "default": 1},
            "unit": {"values": ["celsius", "fahrenheit"]}},
        "ask": {"city": "For which city?"},
        "reply": "The forecast for {city}: {result}"}}

`name` is the tool to call. `arguments` says for each argument how a message holds it: a pattern,
a list of them, or an object of `patterns`, `values` and `default`. A pattern is literal text with
one hole, `{name}` or `{name:kind}`; the kinds are those of `HOLES`. `ask` is said when a required
argument is nowhere to be found; `reply` is said with the tool's `{result}`. Patterns are not
regular expressions, so that no pack can make a search run away.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from arenalab.errors import SpanError, shorten
from arenalab.span import Span

# What fills a hole: bounded in length, so that a search is linear in the message.
HOLES: Mapping[str, str] = {
    "text": r"\S[^\n]{0,99}?(?=\s*(?:[.,;:!?]+(?:\s|$)|\n|$))",  # to the end of the clause
    "word": r"\w[\w'’-]{0,99}",
    "name": r"(?-i:[^\W\d_a-z]\w{0,49}(?:[ -][^\W\d_a-z]\w{0,49}){0,4})",  # words with capitals
    "number": r"[-+]?\d{1,15}(?:\.\d{1,15})?",
    "date": r"\d{4}-\d\d-\d\d",
    "email": r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}",
}
_HOLE = re.compile(r"\{(\w+)(?::(\w+))?\}")
_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_FIELDS = {"name", "arguments", "ask", "reply"}

Json = Mapping[str, Any]


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


@dataclass(frozen=True, slots=True)
class Action:
    """A call that a diamond makes: of which tool, with which arguments, and what is said."""

    name: str
    slots: Mapping[str, Slot] = field(default_factory=dict)
    ask: Mapping[str, str] = field(default_factory=dict)
    reply: str = ""

    @classmethod
    def of(cls, span: Span) -> "Action | None":
        """Return the action of a span, None for one that only says something.

        Raises SpanError naming the span and the field that is not as it should be.
        """
        value = span.metadata.extra.get("action")
        if value is None:
            return None
        where = f"span {shorten(span.id)}: action"
        known = _object(value, where)
        unknown = set(known) - _FIELDS
        if unknown or not isinstance(known.get("name"), str):
            raise SpanError(f"{where} needs a name, and knows only {', '.join(sorted(_FIELDS))}")
        slots = _object(known.get("arguments", {}), f"{where}.arguments")
        ask = _object(known.get("ask", {}), f"{where}.ask")
        reply = known.get("reply", "")
        if not isinstance(reply, str) or not all(isinstance(text, str) for text in ask.values()):
            raise SpanError(f"{where}: ask and reply hold texts")
        return cls(
            known["name"],
            {name: _slot(name, slot, f"{where}.arguments.{name}") for name, slot in slots.items()},
            ask,
            reply,
        )

    def fill(self, texts: Sequence[str], parameters: Json) -> tuple[dict[str, Any], str | None]:
        """Return the arguments found in `texts`, and the first required one that is missing.

        The first text that holds an argument gives it. `parameters` is the JSON Schema of the
        tool: it says which are required, of which type, and of which values.
        """
        properties = parameters.get("properties")
        schemas = properties if isinstance(properties, dict) else {}
        required = parameters.get("required")
        needed = required if isinstance(required, list) else []
        found: dict[str, Any] = {}
        for name in dict.fromkeys((*self.slots, *map(str, needed))):
            schema = schemas.get(name)
            schema = schema if isinstance(schema, dict) else {}
            value = self._value(name, texts, schema)
            if value is not None:
                found[name] = value
            elif name in needed:
                return found, name
        return found, None

    def answer(self, arguments: Json, result: str) -> str:
        """Return what is said once the tool gave `result`."""
        values = {**{name: str(value) for name, value in arguments.items()}, "result": result}
        said = _HOLE.sub(lambda hole: values.get(hole[1], hole[0]), self.reply)
        return said or result

    def _value(self, name: str, texts: Sequence[str], schema: Json) -> Any:  # noqa: ANN401
        slot = self.slots.get(name, Slot())
        allowed = schema.get("enum")
        values = allowed if isinstance(allowed, list) else []
        for text in texts:
            found = slot.find(text, values)
            fitted = None if found is None else _fit(found, schema.get("type"), values)
            if fitted is not None:
                return fitted
        return slot.default


def _fit(text: str, kind: object, values: Sequence[object]) -> object:
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


def _slot(name: str, value: object, where: str) -> Slot:
    if isinstance(value, str | list):
        value = {"patterns": value}
    known = _object(value, where)
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
    holes = list(_HOLE.finditer(text))
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


def _object(value: object, where: str) -> Json:
    if not isinstance(value, Mapping):
        raise SpanError(f"{where} is {shorten(value)}; a JSON object is expected there")
    return value
