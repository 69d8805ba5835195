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
argument is nowhere to be found; `reply` is said with the tool's `{result}`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from arenalab.endpoint.slots import HOLE, Json, Slot, as_object, fit, read_slot
from arenalab.errors import SpanError, shorten
from arenalab.span import Span

# Said where an argument is missing and its diamond does not say how to ask for it.
ASK = "One thing is missing: {what}"

_FIELDS = {"name", "arguments", "ask", "reply"}


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
        known = as_object(value, where)
        unknown = set(known) - _FIELDS
        if unknown or not isinstance(known.get("name"), str):
            raise SpanError(f"{where} needs a name, and knows only {', '.join(sorted(_FIELDS))}")
        slots = as_object(known.get("arguments", {}), f"{where}.arguments")
        ask = as_object(known.get("ask", {}), f"{where}.ask")
        reply = known.get("reply", "")
        if not isinstance(reply, str) or not all(isinstance(text, str) for text in ask.values()):
            raise SpanError(f"{where}: ask and reply hold texts")
        return cls(
            known["name"],
            {
                name: read_slot(name, slot, f"{where}.arguments.{name}")
                for name, slot in slots.items()
            },
            ask,
            reply,
        )

    def fill(
        self, texts: Sequence[str], parameters: Json, known: Json | None = None
    ) -> tuple[dict[str, Any], str | None]:
        """Return the arguments found in `texts`, and the first required one that is missing.

        The first text that holds an argument gives it, unless it is `known`. `parameters` is the
        JSON Schema of the tool: it says which are required, of which type, and of which values.
        """
        required = parameters.get("required")
        needed = required if isinstance(required, list) else []
        found: dict[str, Any] = dict(known or {})
        for name in dict.fromkeys((*self.slots, *map(str, needed))):
            value = found.get(name)
            if value is None:
                value = self._value(name, texts, schema_of(parameters, name))
            if value is not None:
                found[name] = value
            elif name in needed:
                return found, name
        return found, None

    def take(self, name: str, text: str, parameters: Json) -> Any:  # noqa: ANN401
        """Return the argument `name` from the reply to a question for it, None if it has none.

        Where no pattern finds it, the whole reply is the argument.
        """
        schema = schema_of(parameters, name)
        found = self._value(name, [text], schema)
        whole = text.strip().rstrip(".!?")
        return found if found is not None else fit(whole, schema.get("type"), values_of(schema))

    def question(self, name: str, parameters: Json) -> str:
        """Return the words that ask for the argument `name`."""
        what = schema_of(parameters, name).get("description") or name
        return self.ask.get(name) or ASK.format(what=what)

    def answer(self, arguments: Json, result: str) -> str:
        """Return what is said once the tool gave `result`."""
        values = {**{name: str(value) for name, value in arguments.items()}, "result": result}
        said = HOLE.sub(lambda hole: values.get(hole[1], hole[0]), self.reply)
        return said or result

    def _value(self, name: str, texts: Sequence[str], schema: Json) -> Any:  # noqa: ANN401
        slot = self.slots.get(name, Slot())
        values = values_of(schema)
        for text in texts:
            found = slot.find(text, values)
            fitted = None if found is None else fit(found, schema.get("type"), values)
            if fitted is not None:
                return fitted
        return slot.default


def schema_of(parameters: Json, name: str) -> Json:
    """Return the schema of one parameter, empty where there is none."""
    properties = parameters.get("properties")
    found = properties.get(name) if isinstance(properties, dict) else None
    return found if isinstance(found, dict) else {}


def values_of(schema: Json) -> Sequence[object]:
    """Return the values that a parameter is one of, if it is."""
    values = schema.get("enum")
    return values if isinstance(values, list) else ()
