"""A conversation: who said what before the question, and how the question can be read in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Role = Literal["user", "assistant"]


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side said."""

    role: Role
    text: str


def readings(question: str, history: Sequence[Turn]) -> tuple[str, ...]:
    """Return how `question` can be read, after `history`, oldest turn first.

    By itself, and, where something was asked before, as going on with that.
    """
    asked = [turn.text.strip() for turn in history if turn.role == "user" and turn.text.strip()]
    return (question, f"{asked[-1]} {question}") if asked else (question,)
