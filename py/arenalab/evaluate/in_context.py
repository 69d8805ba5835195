"""How likely a turn comes next, knowing all turns before it; in closed form.

Three views of a candidate, each standardised over the candidates and added:

- A ridge regression from the situation (last user turn, system turn before, user turn before,
  mean of the past) to the reply's vector. The prediction is compared with a candidate by an inner
  product whitened with the replies' covariance, so that what many replies share counts little.
  The prediction is a sum over the replies remembered, each with its own weight `f(x) (FᵀF + λI)⁻¹
  f(xᵢ)`: it can be traced to named turns.
- The softly weighted replies to the situations nearest in context.
- The rare words that the candidate shares with what was said.

Weights and constants were chosen on held-out training dialogues; none is fitted to a test file.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from math import log

import numpy as np
from numpy.typing import NDArray

from arenalab.evaluate.next_turn import Floats, Memory, Question, Scorer, Views, soft_reply

RIDGE = 1.0
SHRINKAGE = 0.003  # of the covariance, as a share of its trace
BLOCK = 4096  # situations added to the normal equations at once

NEIGHBOURS, BETA = 100, 25.0
PAST = 0.5  # how much the system turn before, and the past, count beside the last turn

SOFT_WEIGHT, WORDS_WEIGHT = 0.3, 0.1
RECENT = 3  # turns whose words count once more
COMMON = 3.0  # added below the share of words, so that short turns gain nothing from one word

_WORD = re.compile(r"[\w$:.'-]*\w")


def in_context(memory: Memory) -> Scorer:
    """Score by regression, nearest situations and shared words."""
    regress = _regression(memory) if len(memory.known) > _width(memory.views) else None
    share = _shared_words([situation.reply for situation in memory.known])

    def score(asked: Question) -> Floats:
        soft = _standard(asked.vectors @ _nearest(asked, memory))
        said = asked.situation.history
        words = [
            _standard(np.array([share(turns, text) for text in asked.candidates]))
            for turns in (said[-RECENT:], said)
        ]
        rest = WORDS_WEIGHT * (words[0] + words[1])
        if regress is None:  # too few situations to fit: what is nearest must do
            return soft + rest
        return _standard(regress(asked)) + SOFT_WEIGHT * soft + rest

    return score


def _regression(memory: Memory) -> Callable[[Question], Floats]:
    mean = memory.replies.mean(axis=0, dtype=np.float64)
    width = _width(memory.views)
    gram, moment = np.zeros((width, width)), np.zeros((width, len(mean)))
    for start in range(0, len(memory.known), BLOCK):
        rows = slice(start, start + BLOCK)
        block = _features(memory.views, rows)
        gram += block.T @ block
        moment += block.T @ (memory.replies[rows] - mean)
    weights = np.linalg.solve(gram + RIDGE * np.eye(width), moment)
    covariance = np.cov(memory.replies.T.astype(np.float64))
    shrunk = covariance + SHRINKAGE * np.trace(covariance) * np.eye(len(mean))
    readout = np.linalg.solve(shrunk, weights.T).T  # (width, D): prediction, whitened

    def score(asked: Question) -> Floats:
        features = _features(asked.views, slice(asked.row, asked.row + 1))[0]
        return np.asarray((asked.vectors - mean) @ (features @ readout))

    return score


def _nearest(asked: Question, memory: Memory) -> Floats:
    before = memory.views.before @ asked.views.before[asked.row]
    past = memory.views.past @ asked.views.past[asked.row]
    resemblance = (asked.said + PAST * before + PAST * past) / (1 + 2 * PAST)
    return soft_reply(resemblance, memory, NEIGHBOURS, BETA)


def _shared_words(replies: Sequence[str]) -> Callable[[Sequence[str], str], float]:
    """Return a function: turns, text → the share of the text's words, by rarity, in the turns."""
    spread = Counter(word for reply in replies for word in _words(reply))

    def rarity(words: frozenset[str]) -> float:
        return sum(log((len(replies) + 1) / (spread[word] + 0.5)) for word in sorted(words))

    @cache
    def of(text: str) -> tuple[frozenset[str], float]:
        words = _words(text)
        return words, rarity(words)

    def share(turns: Sequence[str], text: str) -> float:
        words, total = of(text)
        there = frozenset().union(*(of(turn)[0] for turn in turns))
        return rarity(words & there) / (total + COMMON)

    return share


def _features(views: Views, rows: slice) -> NDArray[np.float64]:
    parts = [views.said[rows], views.before[rows], views.earlier[rows], views.past[rows]]
    return np.concatenate([*parts, np.ones((len(parts[0]), 1))], axis=1, dtype=np.float64)


def _width(views: Views) -> int:
    return 4 * int(views.said.shape[1]) + 1


def _standard(scores: Floats) -> Floats:
    return np.asarray((scores - scores.mean()) / (scores.std() + 1e-9))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))
