"""A model as callers see it: an arena, or several together, under a name."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arenalab import __version__
from arenalab.arena import Arena
from arenalab.context import Turn
from arenalab.endpoint.actions import Action
from arenalab.ensemble import Ensemble
from arenalab.openai_wire import Message
from arenalab.respond import Answer


@dataclass(frozen=True, slots=True)
class Model:
    """What answers, served as `name`."""

    name: str
    arena: Arena | Ensemble

    def answer(self, question: str, history: Sequence[Message]) -> Answer:
        """Answer the last user message. The one place where a conversation meets the engine."""
        return self.arena.answer(question, turns(history))

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the (N, dimensions) unit vectors of N texts."""
        return self.arena.encoder.encode(texts)

    def tokens(self, text: str) -> int:
        """Return how many WordPiece tokens `text` has."""
        return len(self.arena.encoder.tokenizer.ids(text, len(text) + 2)) - 2

    def action(self, number: int) -> Action | None:
        """Return the action of the diamond at place `number` of the pack.

        Raises SpanError for one that is not well formed.
        """
        return Action.of(self.arena.span(number))

    @property
    def fingerprint(self) -> str:
        """What an answer depends on, besides the question: engine, encoder and pack."""
        on = [__version__, self.arena.encoder.digest, self.arena.meta]
        whole = json.dumps(on, sort_keys=True, default=str)
        return "fp_" + hashlib.sha256(whole.encode()).hexdigest()[:12]

    @property
    def method(self) -> str:
        """How its answers come about."""
        return f"local kernel regression over {self.arena.encoder.id}"

    def describe(self) -> dict[str, Any]:
        """Return what there is to say of it."""
        encoder = self.arena.encoder
        return {
            "pack": self.arena.name,
            "diamonds": self.arena.span_count,
            "encoder": encoder.id,
            "dimensions": encoder.dimensions,
        }


def turns(messages: Sequence[Message]) -> list[Turn]:
    """Return what was said; instructions and the results of tools are no part of the talk."""
    return [turn for message in messages if (turn := _turn(message))]


def _turn(message: Message) -> Turn | None:
    if message.role == "user" or message.role == "assistant":
        return Turn(message.role, message.text)
    return None
