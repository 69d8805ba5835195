"""Dialogue files → dialogues, and the situations in them: what was said before each system turn.

JSONL, one dialogue a line: `{"dialogue_id", "turns": [{"speaker", "utterance"}]}`, the speaker USER
or SYSTEM; or chat messages: `{"messages": [{"role", "content"}]}`, the role user or assistant.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from arenalab.errors import SourceError, shorten
from arenalab.evaluate.tables import text_of

USER = frozenset(("user", "customer", "human", "client", "caller"))
SYSTEM = frozenset(("system", "assistant", "agent", "bot", "wizard", "operator"))


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side said; `system` tells which."""

    system: bool
    text: str


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Turns in the order they were said."""

    id: str
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Situation:
    """A system turn and the turns before it, oldest first; the last of them is the user's."""

    id: str
    history: tuple[str, ...]
    reply: str


def situations(dialogues: Sequence[Dialogue]) -> list[Situation]:
    """Return every system turn right after a user turn; turns of one side in a row are one."""
    found: list[Situation] = []
    for dialogue in dialogues:
        history: list[str] = []
        last_is_system = True
        for place, turn in enumerate(dialogue.turns):
            if turn.system and not last_is_system:
                found.append(Situation(f"{dialogue.id}/{place}", tuple(history), turn.text))
            if history and turn.system == last_is_system:
                history[-1] += f"\n{turn.text}"
            else:
                history.append(turn.text)
            last_is_system = turn.system
    return found


def read_dialogues(name: str, data: bytes) -> list[Dialogue]:
    """Read JSONL, or one JSON list, of dialogues. Raises SourceError naming the line.

    Turns without text are left out; a chat's instructions (a first turn of the role `system` in
    `messages`) are no turn.
    """
    text = text_of(name, data)
    try:
        whole = json.loads(text) if text.lstrip().startswith("[") else None
    except ValueError:
        whole = None
    lines = whole if isinstance(whole, list) else text.split("\n")
    found = []
    for number, line in enumerate(lines, 1):
        if isinstance(line, str) and not line.strip():
            continue
        try:
            row = json.loads(line) if isinstance(line, str) else line
            found.append(_dialogue(row, number))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SourceError(
                f"{name}, line {number}: {shorten(line)}; an object with turns, each of speaker "
                "(USER or SYSTEM) and utterance, is needed there"
            ) from error
    if not found:
        raise SourceError(f"{name} holds nothing; one dialogue a line is needed")
    return found


def _dialogue(row: Mapping[str, Any], number: int) -> Dialogue:
    chat = "turns" not in row
    turns = row["messages"] if chat else row["turns"]
    if chat and turns and turns[0]["role"] == "system":
        turns = turns[1:]
    read = (_turn(turn) for turn in turns)
    id_ = row.get("dialogue_id", row.get("id", number))
    return Dialogue(str(id_), tuple(turn for turn in read if turn.text.strip()))


def _turn(turn: Mapping[str, Any]) -> Turn:
    speaker = str(_first(turn, ("speaker", "role", "from"))).casefold()
    if speaker not in USER | SYSTEM:
        raise ValueError(speaker)
    return Turn(speaker in SYSTEM, str(_first(turn, ("utterance", "text", "content", "value"))))


def _first(turn: Mapping[str, Any], names: Sequence[str]) -> Any:  # noqa: ANN401
    return next(turn[name] for name in names if name in turn)
