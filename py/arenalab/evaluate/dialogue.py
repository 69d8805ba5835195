"""`eval dialogue`: which of a hundred turns comes next, knowing the turns before it.

For every system turn of the test file the true turn is ranked among 99 others, drawn at random
from the test file's system turns that say something else; the index holds the training dialogues.
The same candidates are ranked by three baselines. Candidates stand in random order and ties keep
it, so a method that cannot tell two turns apart gains nothing by it.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from arenalab.arena import Progress
from arenalab.encode import Encoder
from arenalab.errors import SourceError
from arenalab.evaluate import metrics
from arenalab.evaluate.conversations import Dialogue, Situation, situations
from arenalab.evaluate.next_turn import BASELINES, METHOD, Memory, Scorer, Seen
from arenalab.evaluate.records import Evaluation, Record, decision

CANDIDATES = 100
BLOCK = 64  # situations compared with the memory at once: a block of cosines stays small

IntArray = NDArray[np.int64]


def evaluate_dialogue(
    train: Sequence[Dialogue],
    test: Sequence[Dialogue],
    encoder: Encoder,
    progress: Progress,
    *,
    turns: int | None = None,
    scorer: Scorer = METHOD,
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
    chosen = np.unique(np.linspace(0, len(every) - 1, min(turns or len(every), len(every))))
    asked = [every[int(i)] for i in chosen]
    replies = list(dict.fromkeys(s.reply for s in every))
    drawn = draw([s.reply for s in asked], [s.reply for s in every], replies)
    memory = Memory.of(known, encoder, progress)
    ranks: dict[str, list[int | None]] = {name: [] for name in ("method", *BASELINES)}
    best: list[str] = []
    for seen in _see(asked, drawn, replies, memory, encoder, progress):
        for name, score in {"method": scorer, **BASELINES}.items():
            order = np.argsort(-score(seen, memory), kind="stable")
            ranks[name].append(int(np.flatnonzero(seen.candidates[order] == seen.truth)[0]) + 1)
            if name == "method":
                best.append(replies[int(seen.candidates[order[0]])])
    measured = {name: _measures(found) for name, found in ranks.items()}
    own = measured.pop("method")
    measures = {
        "n": len(asked),
        "n_train": len(known),
        "candidates": len(drawn[0]),
        "skipped": sum(t.system for d in test for t in d.turns) - len(every),
        **own,
        "over_nearest": own["r_at_1"] / max(measured["nearest_neighbour"]["r_at_1"], 1e-9),
        "baselines": measured,
    }
    records = (
        Record(
            id=situation.id,
            text=situation.said,
            truth=situation.reply,
            predicted=said,
            correct=rank == 1,
            kind=decision(inside=True, answered=True, correct=rank == 1),
            rank=rank,
        )
        for situation, said, rank in zip(asked, best, ranks["method"], strict=True)
    )
    return Evaluation("dialogue", measures, tuple(records))


def draw(truths: Sequence[str], turns: Sequence[str], replies: Sequence[str]) -> list[IntArray]:
    """Return for each truth the candidates, as places in `replies` (distinct texts).

    They are the truth and up to 99 others, all different, drawn from `turns` as often as they
    occur there, with seed 0; shuffled.
    """
    random = np.random.default_rng(0)
    number = {text: i for i, text in enumerate(replies)}
    pool = np.array([number[text] for text in turns])
    size = min(CANDIDATES, len(replies))
    drawn = []
    for truth in truths:
        kept = {number[truth]: None}
        while len(kept) < size:
            for i in random.choice(pool, size - len(kept)):
                kept.setdefault(int(i))
        drawn.append(random.permutation(np.array(list(kept), np.int64)))
    return drawn


def _see(
    asked: Sequence[Situation],
    drawn: Sequence[IntArray],
    replies: Sequence[str],
    memory: Memory,
    encoder: Encoder,
    progress: Progress,
) -> Iterator[Seen]:
    """Yield each situation as the scorers see it."""
    number = {text: i for i, text in enumerate(replies)}
    texts = list(dict.fromkeys([*replies, *(t for s in asked for t in (s.said, s.before))]))
    place = {text: i for i, text in enumerate(texts)}
    vectors = encoder.encode(texts, progress=lambda done, total: progress("encode", done, total))
    lexical = memory.lexical_over(replies, encoder)
    for start in range(0, len(asked), BLOCK):
        block = asked[start : start + BLOCK]
        said = vectors[[place[s.said] for s in block]]
        before = vectors[[place[s.before] for s in block]]
        said_cosines, before_cosines = said @ memory.said.T, before @ memory.before.T
        for i, situation in enumerate(block):
            candidates = drawn[start + i]
            yield Seen(
                text=situation.said,
                vector=said[i],
                said=said_cosines[i],
                before=before_cosines[i],
                candidates=candidates,
                vectors=vectors[candidates],
                truth=number[situation.reply],
                lexical=lexical,
            )
        progress("answer", start + len(block), len(asked))


def _measures(ranks: Sequence[int | None]) -> dict[str, float]:
    found = metrics.ranking(ranks)
    return {"r_at_1": found["p_at_1"], "r_at_5": found["recall_at_5"], "mrr": found["mrr"]}
