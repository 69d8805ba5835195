"""How likely a turn comes next: a scorer that sees the turns before, and three baselines.

A scorer looks up situations that resemble this one and asks how much each candidate resembles
what was replied there. All of them share the memory and the cosines, so that they differ in
nothing but their rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from arenalab.arena import Progress, terms
from arenalab.encode import Encoder
from arenalab.evaluate.conversations import Situation
from arenalab.pack.build import build_postings
from arenalab.pack.model import Postings

Floats = NDArray[np.floating]

NEIGHBOURS = 50  # situations that take part
BETA = 12.0  # how fast a situation's say fades with its distance
SHARPNESS = 6.0  # how fast a candidate's fit fades with its distance from a reply
BEFORE = 0.3  # how much the system turn before the last user turn counts
OWN = 0.2  # how much the candidate's own cosine with the last user turn counts


@dataclass(frozen=True, slots=True)
class Lexical:
    """BM25 over the candidates: postings over all of them, by their place."""

    postings: Postings
    size: int

    def scores(self, tokens: Sequence[int]) -> Floats:
        """Return (size,) float32 BM25 scores of a query."""
        scores = np.zeros(self.size, np.float32)
        for token in set(tokens):
            place = slice(int(self.postings.starts[token]), int(self.postings.starts[token + 1]))
            scores[self.postings.spans[place]] += self.postings.impacts[place]
        return scores


@dataclass(frozen=True, slots=True)
class Memory:
    """T situations known, with their replies.

    said, before, reply  (T, D) float32 unit rows: last user turn, system turn before, reply
    """

    said: Floats
    before: Floats
    reply: Floats
    replies: tuple[tuple[int, ...], ...]
    turns: Lexical
    encoder: Encoder

    @classmethod
    def of(cls, known: Sequence[Situation], encoder: Encoder, progress: Progress) -> "Memory":
        """Encode the situations known; every text once."""
        every = [text for s in known for text in (s.said, s.before, s.reply)]
        texts = list(dict.fromkeys(every))
        place = {text: i for i, text in enumerate(texts)}
        vectors = encoder.encode(texts, progress=lambda *at: progress("encode", *at))
        rows = np.array([place[text] for text in every]).reshape(-1, 3)
        token_ids = {text: terms(encoder, text) for text in texts}
        return cls(
            said=vectors[rows[:, 0]],
            before=vectors[rows[:, 1]],
            reply=vectors[rows[:, 2]],
            replies=tuple(token_ids[s.reply] for s in known),
            turns=_lexical([token_ids[s.said] for s in known], encoder),
            encoder=encoder,
        )

    def lexical_over(self, texts: Sequence[str], encoder: Encoder) -> Lexical:
        """Return BM25 over other texts, such as the candidates."""
        return _lexical([terms(encoder, text) for text in texts], encoder)


@dataclass(frozen=True, slots=True)
class Seen:
    """A situation as a scorer sees it, with C candidates, whose truth only the judge reads.

    text, vector  the last user turn
    said, before  (T,) cosines with the memory's last user turns and system turns before
    candidates    (C,) their places among all that `lexical` knows; `vectors` (C, D)
    """

    text: str
    vector: Floats
    said: Floats
    before: Floats
    candidates: NDArray[np.int64]
    vectors: Floats
    truth: int
    lexical: Lexical


class Scorer(Protocol):
    """A rule that scores candidates: the higher, the likelier to come next."""

    def __call__(self, seen: Seen, memory: Memory) -> Floats:
        """Return (C,) scores."""


def in_context(seen: Seen, memory: Memory) -> Floats:
    """Weigh the replies to situations that resemble this one in both turns before."""
    resemblance = (seen.said + BEFORE * seen.before) / (1 + BEFORE)
    return _weighed(resemblance, seen, memory) + OWN * (seen.vectors @ seen.vector)


def last_user_turn(seen: Seen, memory: Memory) -> Floats:
    """Weigh the replies to situations that resemble this one in the last user turn alone."""
    return _weighed(seen.said, seen, memory)


def nearest_neighbour(seen: Seen, memory: Memory) -> Floats:
    """Compare with the reply to the one most similar last user turn."""
    scores: Floats = seen.vectors @ memory.reply[int(np.argmax(seen.said))]
    return scores


def bm25(seen: Seen, memory: Memory) -> Floats:
    """Find the last user turn by BM25, then the candidates by BM25 with its reply."""
    found = int(np.argmax(memory.turns.scores(terms(memory.encoder, seen.text))))
    return seen.lexical.scores(memory.replies[found])[seen.candidates]


def _weighed(resemblance: Floats, seen: Seen, memory: Memory) -> Floats:
    count = min(NEIGHBOURS, len(resemblance))
    near = np.argpartition(-resemblance, count - 1)[:count]
    weights = np.exp(BETA * (resemblance[near] - resemblance[near].max()))
    fit = np.exp(SHARPNESS * (seen.vectors @ memory.reply[near].T - 1))
    scores: Floats = fit @ (weights / weights.sum())
    return scores


def _lexical(tokens: Sequence[Sequence[int]], encoder: Encoder) -> Lexical:
    size = len(encoder.tokenizer.vocabulary)
    return Lexical(build_postings(tokens, size), len(tokens))


METHOD: Scorer = in_context
BASELINES: dict[str, Scorer] = {
    "last_user_turn": last_user_turn,
    "bm25": bm25,
    "nearest_neighbour": nearest_neighbour,
}
