"""How likely a turn comes next: what a rule may know, and three rules as baselines.

A rule is made from the situations it may remember, and scores candidates in a situation that is
new to it. All rules share the memory, its vectors and the cosines, so that they differ in nothing
but their idea.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arenalab.arena import terms
from arenalab.encode import Encoder
from arenalab.evaluate.conversations import Situation
from arenalab.pack.postings import build_postings

Floats = NDArray[np.floating]

NEIGHBOURS = 50  # situations that take part
BETA = 20.0  # how fast a situation's say fades with its distance


@dataclass(frozen=True, slots=True)
class Views:
    """N situations as vectors, each (N, D) float32, unit rows or zero where there is nothing.

    said     the last turn, the user's
    before   the system turn before it
    earlier  the user turn before that
    past     the mean of all turns but the last
    """

    said: Floats
    before: Floats
    earlier: Floats
    past: Floats

    @classmethod
    def of(cls, asked: Sequence[Situation], vectors: Mapping[str, Floats], size: int) -> "Views":
        """Return the views of `asked`; `vectors` holds the (size,) vector of every text."""
        nothing = np.zeros(size, np.float32)

        def turn(back: int) -> Floats:
            rows = (vectors[s.history[-back]] if len(s.history) >= back else nothing for s in asked)
            return np.array(list(rows), np.float32).reshape(-1, size)

        past = [np.sum([nothing, *(vectors[t] for t in s.history[:-1])], axis=0) for s in asked]
        means = np.array(past, np.float32).reshape(-1, size)
        means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
        return cls(turn(1), turn(2), turn(3), means)


@dataclass(frozen=True, slots=True)
class Memory:
    """T situations known: their views, and (T, D) `replies` as vectors."""

    known: Sequence[Situation]
    views: Views
    replies: Floats
    encoder: Encoder


@dataclass(frozen=True, slots=True)
class Question:
    """A situation, row `row` of `views`, and C candidates: their texts, and (C, D) vectors.

    `said` (T,) are the cosines of its last turn with those remembered.
    """

    situation: Situation
    views: Views
    row: int
    said: Floats
    candidates: Sequence[str]
    vectors: Floats


Scorer = Callable[[Question], Floats]
"""Gives each candidate a score, (C,): the higher, the likelier to come next."""

Rule = Callable[[Memory], Scorer]
"""Makes a scorer of what may be remembered."""


def last_user_turn(memory: Memory) -> Scorer:
    """Compare with the replies to the nearest last user turns, the nearer the weightier."""
    return lambda asked: asked.vectors @ soft_reply(asked.said, memory, NEIGHBOURS, BETA)


def nearest_neighbour(memory: Memory) -> Scorer:
    """Compare with the reply to the one most similar last user turn."""

    def score(asked: Question) -> Floats:
        return np.asarray(asked.vectors @ memory.replies[int(np.argmax(asked.said))])

    return score


def bm25(memory: Memory) -> Scorer:
    """Find the last user turn by BM25, then the candidates by BM25 with the reply it had."""
    find = _lexical([situation.history[-1] for situation in memory.known], memory.encoder)

    def score(asked: Question) -> Floats:
        found = int(np.argmax(find(asked.situation.history[-1])))
        return _lexical(asked.candidates, memory.encoder)(memory.known[found].reply)

    return score


def soft_reply(resemblance: Floats, memory: Memory, neighbours: int, beta: float) -> Floats:
    """Return the (D,) mean reply of the nearest situations by (T,) `resemblance`.

    A situation's weight falls by e for every 1 / `beta` that it resembles less than the nearest.
    """
    count = min(neighbours, len(resemblance))
    near = np.argpartition(-resemblance, count - 1)[:count]
    weights = np.exp(beta * (resemblance[near] - resemblance[near].max()))
    reply: Floats = (weights / weights.sum()) @ memory.replies[near]
    return reply


def _lexical(texts: Sequence[str], encoder: Encoder) -> Callable[[str], Floats]:
    """Return a function that gives the (len(texts),) BM25 scores of a query."""
    size = len(encoder.tokenizer.vocabulary)
    postings = build_postings([terms(encoder, text) for text in texts], size)

    return lambda query: postings.everywhere(terms(encoder, query))


BASELINES: Mapping[str, Rule] = {
    "last_user_turn": last_user_turn,
    "bm25": bm25,
    "nearest_neighbour": nearest_neighbour,
}
