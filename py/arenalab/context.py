"""A conversation: what was said before a question, and how the question is read after it.

A question can be read by itself, or as going on with what was talked of: then its vector and the
topic's are added, and what was already said is not said again. Which reading holds is decided by
what the pack knows: a follow-up comes nearer to a diamond together with its topic than alone, and
that diamond has something to do with the follow-up's own words. A question that is answered by
itself, or that is foreign to the pack, gains nothing by a topic.

The conversation is replayed from its beginning, so nothing needs to be remembered between
questions, and a question is read the same way whenever it is asked again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from arenalab.outcome import Prediction
from arenalab.pack import Pack
from arenalab.pack.model import FloatArray
from arenalab.search import Query

Role = Literal["user", "assistant"]

RECALLED = 3  # exchanges that are replayed
# Chosen on half of the follow-ups in tests/vectors, and on questions that are none; see
# docs/decisions/0012. How much nearer a topic must bring a question, and how near the diamond
# found must be to the question's own words.
GAIN = 0.1
TOUCH = 0.15
AWAY = 0.35  # cosine with the topic below which a question leaves it
QUOTED = 3  # outcomes among which the one that was said is looked for


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side said."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the user said in a row, and what was replied; "" where nothing was."""

    asked: str
    reply: str


@dataclass(frozen=True, slots=True)
class Topic:
    """What is talked of: in words, as (D,) unit vector; and the outcomes already said of it."""

    text: str
    vector: FloatArray
    said: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as it was understood, and what the matches say of it.

    `going_on` when it is read as going on with the topic; `new_topic` when it leaves one.
    """

    query: Query
    prediction: Prediction
    said: tuple[int, ...] = ()
    going_on: bool = False
    new_topic: bool = False


Predict = Callable[[Query, tuple[int, ...]], Prediction]
"""Says what matches a query, with some outcomes left out."""


def exchanges(history: Sequence[Turn]) -> list[Exchange]:
    """Return the last exchanges of `history` (oldest turn first), RECALLED at most."""
    found: list[Exchange] = []
    for turn in history:
        text = turn.text.strip()
        if not text:
            continue
        if turn.role == "user":
            if found and not found[-1].reply:
                found[-1] = Exchange(f"{found[-1].asked}\n{text}", "")
            else:
                found.append(Exchange(text, ""))
        elif found:
            found[-1] = replace(found[-1], reply=f"{found[-1].reply}\n{text}".strip())
    return found[-RECALLED:]


def recall(pack: Pack, before: Sequence[tuple[Query, str]], predict: Predict) -> Topic | None:
    """Return what is talked of after the questions and replies `before`; None after none."""
    topic: Topic | None = None
    for question, reply in before:
        topic = follow(pack, read(pack, question, topic, predict), reply)
    return topic


def read(pack: Pack, question: Query, topic: Topic | None, predict: Predict) -> Reading:
    """Read `question` by itself, or as going on with `topic`, as the pack's evidence says."""
    if topic is None:
        return Reading(question, predict(question, ()))
    alone = predict(replace(question, before=topic.vector), ())
    together = topic.vector + question.vector
    joined = Query(
        f"{topic.text} {question.text}",
        together / np.float32(max(float(np.linalg.norm(together)), 1e-9)),
        question.tokens,
        topic.vector,
    )
    going_on = predict(joined, topic.said)
    gains = going_on.nearness > alone.nearness + GAIN
    if gains and _likeness(pack, going_on, question.vector) >= TOUCH:
        return Reading(joined, going_on, topic.said, going_on=True)
    away = _likeness(pack, alone, topic.vector) < AWAY
    return Reading(question, alone, new_topic=away)


def follow(pack: Pack, reading: Reading, reply: str) -> Topic:
    """Return what is talked of after `reply`: the diamond it quotes, else the question as read."""
    for outcome in map(int, reading.prediction.outcomes[:QUOTED]):
        row = _best_row(reading.prediction, pack, outcome)
        span = int(pack.spans_of(np.array([row]))[0])
        text = pack.texts[span].if_ok.strip()
        if text and text in reply:
            vector = pack.rows(np.array([row]))[0]
            return Topic(pack.phrasing(row), vector, (*reading.said, outcome))
    return Topic(reading.query.text, reading.query.vector, reading.said)


def _likeness(pack: Pack, prediction: Prediction, vector: FloatArray) -> float:
    """Return the cosine of `vector` with the best row of the best outcome, 0 without any."""
    if not len(prediction.outcomes):
        return 0.0
    row = _best_row(prediction, pack, int(prediction.outcomes[0]))
    return float(pack.rows(np.array([row]))[0] @ vector)


def _best_row(prediction: Prediction, pack: Pack, outcome: int) -> int:
    """Return the best matching row of `outcome`, which must be among the prediction's."""
    matches = prediction.matches
    return int(matches.rows[np.flatnonzero(pack.outcomes[matches.spans] == outcome)[0]])
