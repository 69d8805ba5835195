"""`eval dialogue`: which of a hundred turns comes next, knowing the turns before it.

For every system turn of the test file the true turn is ranked among 99 others, drawn at random
from the test file's system turns that say something else; the index holds the training dialogues.
The same candidates are ranked by three baselines. Candidates stand in random order and ties keep
it, so a method that cannot tell two turns apart gains nothing by it.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from arenalab.arena import Progress
from arenalab.encode import Encoder
from arenalab.errors import SourceError
from arenalab.evaluate import metrics
from arenalab.evaluate.conversations import Dialogue, Situation, situations
from arenalab.evaluate.in_context import in_context
from arenalab.evaluate.next_turn import BASELINES, Floats, Memory, Question, Rule, Views
from arenalab.evaluate.records import Evaluation, Record, decision

CANDIDATES = 100
BLOCK = 64  # situations compared with the memory at once: a block of cosines stays small


def evaluate_dialogue(
    train: Sequence[Dialogue],
    test: Sequence[Dialogue],
    encoder: Encoder,
    progress: Progress,
    *,
    turns: int | None = None,
    method: Rule = in_context,
) -> Evaluation:
    """Remember `train`, rank next turns of `test`: R@1, R@5, MRR, beside the baselines.

    `turns` limits how many system turns are asked, spread evenly. Raises SourceError when one of
    the files has no system turn after a user turn.
    """
    known, every = situations(train), situations(test)
    if not known or not every:
        raise SourceError(
            f"the {'test' if known else 'training'} dialogues hold no system turn after a user "
            "turn; each needs turns of both speakers"
        )
    count = min(turns or len(every), len(every))
    asked = [every[i] for i in np.linspace(0, len(every) - 1, count).astype(int)]
    drawn = draw([s.reply for s in asked], [s.reply for s in every])
    vectors = _encode(known, asked, drawn, encoder, progress)
    memory = Memory(
        known,
        Views.of(known, vectors, encoder.dimensions),
        np.array([vectors[s.reply] for s in known], np.float32),
        encoder,
    )
    scorers = {name: rule(memory) for name, rule in {"method": method, **BASELINES}.items()}
    orders: dict[str, list[NDArray[np.intp]]] = {name: [] for name in scorers}
    for question in _questions(asked, drawn, vectors, memory, progress):
        for name, score in scorers.items():
            orders[name].append(np.argsort(-score(question), kind="stable"))
    true = [texts.index(s.reply) for s, texts in zip(asked, drawn, strict=True)]
    ranks = {
        name: [int(np.flatnonzero(order == t)[0]) + 1 for order, t in zip(found, true, strict=True)]
        for name, found in orders.items()
    }
    baselines = {name: _measures(ranks[name]) for name in BASELINES}
    own = _measures(ranks["method"])
    measures = {
        "n": len(asked),
        "n_train": len(known),
        "candidates": len(drawn[0]),
        "skipped": sum(turn.system for d in test for turn in d.turns) - len(every),
        **own,
        "over_nearest": own["r_at_1"] / (baselines["nearest_neighbour"]["r_at_1"] or float("nan")),
        "baselines": baselines,
    }
    best = [texts[order[0]] for texts, order in zip(drawn, orders["method"], strict=True)]
    return Evaluation("dialogue", measures, tuple(_records(asked, best, ranks["method"])))


def draw(truths: Sequence[str], turns: Sequence[str]) -> list[list[str]]:
    """Return the candidates for each truth: it and up to 99 others, all different, shuffled.

    The others are drawn from `turns` as often as they occur there, with seed 0.
    """
    random = np.random.default_rng(0)
    size = min(CANDIDATES, len(set(turns)))
    drawn = []
    for truth in truths:
        kept = {truth: None}
        while len(kept) < size:
            for place in random.integers(len(turns), size=size - len(kept)):
                kept.setdefault(turns[place])
        texts = list(kept)
        drawn.append([texts[i] for i in random.permutation(len(texts))])
    return drawn


def _encode(
    known: Sequence[Situation],
    asked: Sequence[Situation],
    drawn: Sequence[Sequence[str]],
    encoder: Encoder,
    progress: Progress,
) -> dict[str, Floats]:
    """Return the vector of every text that plays a part, each encoded once."""
    texts = dict.fromkeys(text for s in (*known, *asked) for text in (*s.history, s.reply))
    texts |= dict.fromkeys(text for candidates in drawn for text in candidates)
    vectors = encoder.encode(list(texts), progress=lambda *at: progress("encode", *at))
    return dict(zip(texts, vectors, strict=True))


def _questions(
    asked: Sequence[Situation],
    drawn: Sequence[Sequence[str]],
    vectors: Mapping[str, Floats],
    memory: Memory,
    progress: Progress,
) -> Iterator[Question]:
    for start in range(0, len(asked), BLOCK):
        block = asked[start : start + BLOCK]
        views = Views.of(block, vectors, memory.encoder.dimensions)
        said = views.said @ memory.views.said.T
        for row, situation in enumerate(block):
            candidates = drawn[start + row]
            there = np.array([vectors[text] for text in candidates])
            yield Question(situation, views, row, said[row], candidates, there)
        progress("answer", start + len(block), len(asked))


def _measures(ranks: Sequence[int]) -> dict[str, float]:
    found = metrics.ranking(ranks)
    return {"r_at_1": found["p_at_1"], "r_at_5": found["recall_at_5"], "mrr": found["mrr"]}


def _records(
    asked: Sequence[Situation], best: Sequence[str], ranks: Sequence[int]
) -> Iterator[Record]:
    for situation, predicted, rank in zip(asked, best, ranks, strict=True):
        yield Record(
            id=situation.id,
            text=situation.history[-1],
            truth=situation.reply,
            predicted=predicted,
            correct=rank == 1,
            kind=decision(inside=True, answered=True, correct=rank == 1),
            rank=rank,
        )
