"""A principle, as a person writes it down: what it protects, examples of both sides, what to say.

Principles come as TOML (`default.toml`) or, in a pack's header, as JSON objects of the same shape.
Their order is their priority.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from arenalab.constitution.rules import RULES
from arenalab.errors import InputError, shorten

Action = Literal["refuse", "care", "soften", "allow"]
Stage = Literal["question", "draft"]

ACTIONS = ("refuse", "care", "soften", "allow")
STAGES = ("question", "draft", "both")
TEXTS = ("id", "statement", "value", "action", "stage", "response")
LISTS = ("bad", "good", "rules")


@dataclass(frozen=True, slots=True)
class Principle:
    """One principle.

    id         its name in verdicts
    statement  what holds, in a sentence
    action     refuse and care: `response` is said instead of an answer (care: to a person in
               need); soften: it is said before the answer; allow: never speaks, its good examples
               only hold the others back
    value      what it serves, such as honesty
    stage      what is judged by it: question, draft, or both
    response   the words to say
    bad, good  texts that go against it, and texts that only look as if they did
    rules      names of exact rules (`rules.py`) that go against it as well
    """

    id: str
    statement: str
    action: Action
    value: str = ""
    stage: Literal["question", "draft", "both"] = "both"
    response: str = ""
    bad: tuple[str, ...] = ()
    good: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    @property
    def hard(self) -> bool:
        """Whether no answer is given where it speaks."""
        return self.action in ("refuse", "care")

    def judges(self, stage: Stage) -> bool:
        """Whether it speaks on `stage`."""
        return self.action != "allow" and self.stage in (stage, "both")

    @classmethod
    def from_json(cls, value: object) -> "Principle":
        """Return the principle a parsed JSON or TOML value describes; raise InputError."""
        if not isinstance(value, Mapping):
            raise InputError(f"a principle is {shorten(value)}; write a table of its fields")
        where = f"principle {shorten(value.get('id', 'without an id'))}"
        fields: dict[str, Any] = {}
        for name, given in value.items():
            if name in TEXTS and isinstance(given, str):
                fields[name] = given
            elif name in LISTS and _is_texts(given):
                fields[name] = tuple(given)
            else:
                raise InputError(
                    f"{where}: {name} is {shorten(given)}; texts are {', '.join(TEXTS)}, lists of "
                    f"texts are {', '.join(LISTS)}"
                )
        principle = cls(**{"id": "", "statement": "", "action": "", **fields})
        _check(principle, where)
        return principle

    def to_json(self) -> dict[str, Any]:
        """Return the principle as a JSON object, empty fields left out."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if value
        }


def read_principles(toml: str) -> tuple[Principle, ...]:
    """Return the principles of a TOML text, its `[[principle]]` tables; raise InputError."""
    try:
        tables = tomllib.loads(toml).get("principle", [])
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"the principles are not TOML: {error}; correct that line") from error
    if not isinstance(tables, list):
        raise InputError("`principle` is one table; write [[principle]] above each")
    return check_principles(map(Principle.from_json, tables))


def check_principles(principles: Iterable[Principle]) -> tuple[Principle, ...]:
    """Return `principles`, or raise InputError when two share an id."""
    by_id: dict[str, Principle] = {}
    for principle in principles:
        if principle.id in by_id:
            raise InputError(f"two principles are called {shorten(principle.id)}; rename one")
        by_id[principle.id] = principle
    return tuple(by_id.values())


def _check(principle: Principle, where: str) -> None:
    if not principle.id or not principle.statement:
        raise InputError(f"{where} lacks an id or a statement; write both")
    if principle.action not in ACTIONS:
        raise InputError(
            f"{where}: action is {shorten(principle.action)}; use {', '.join(ACTIONS)}"
        )
    if principle.stage not in STAGES:
        raise InputError(f"{where}: stage is {shorten(principle.stage)}; use {', '.join(STAGES)}")
    if (principle.action == "allow") == bool(principle.response or principle.bad):
        raise InputError(
            f"{where}: a principle that allows has neither response nor bad examples, and every "
            "other has a response"
        )
    unknown = [name for name in principle.rules if name not in RULES]
    if unknown:
        raise InputError(f"{where}: there is no rule {shorten(unknown[0])}; use {', '.join(RULES)}")


def _is_texts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(
        isinstance(text, str) and text.strip() for text in value
    )
