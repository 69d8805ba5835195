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
    """What is talked of, in words and as (D,) unit vector; `before` is how far the talk has come.

    `said` are the outcomes already said of it.
    """

    text: str
    vector: FloatArray
    before: FloatArray
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


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads questions in a conversation, by what `pack` knows.

    `predict` says what matches a query, with some outcomes left out; `encode` gives the (D,) vector
    of a text.
    """

    pack: Pack
    predict: Callable[[Query, tuple[int, ...]], Prediction]
    encode: Callable[[str], FloatArray]

    def recall(self, before: Sequence[tuple[Query, str]]) -> Topic | None:
        """Return what is talked of after the questions and replies `before`; None after none."""
        topic: Topic | None = None
        for question, reply in before:
            topic = self.follow(self.read(question, topic), reply)
        return topic

    def read(self, question: Query, topic: Topic | None) -> Reading:
        """Read `question` by itself, or as going on with `topic`, as the pack's evidence says."""
        if topic is None:
            return Reading(question, self.predict(question, ()))
        alone = self.predict(replace(question, before=topic.before), ())
        joined = Query(
            f"{topic.text} {question.text}",
            _between(topic.vector, question.vector),
            question.tokens,
            topic.before,
        )
        going_on = self.predict(joined, topic.said)
        gains = going_on.nearness > alone.nearness + GAIN
        if gains and self._likeness(going_on, question.vector) >= TOUCH:
            return Reading(joined, going_on, topic.said, going_on=True)
        return Reading(question, alone, new_topic=self._likeness(alone, topic.vector) < AWAY)

    def follow(self, reading: Reading, reply: str) -> Topic:
        """Return what is talked of after `reply`: the diamond it quotes, else the question."""
        for outcome in map(int, reading.prediction.outcomes[:QUOTED]):
            row = self._best_row(reading.prediction, outcome)
            span = int(self.pack.spans_of(np.array([row]))[0])
            text = self.pack.texts[span].if_ok.strip()
            if text and text in reply:
                last = int(self.pack.row_starts[span + 1]) - 1
                vector, whole = self.pack.rows(np.array([row, last]))
                return Topic(self.pack.phrasing(row), vector, whole, (*reading.said, outcome))
        query = reading.query
        said = query.vector
        if reply and self.pack.has_trajectories:
            said = _between(said, self.encode(reply))
        return Topic(query.text, query.vector, said, reading.said)

    def _likeness(self, prediction: Prediction, vector: FloatArray) -> float:
        """Return the cosine of `vector` with the best row of the best outcome, 0 without any."""
        if not len(prediction.outcomes):
            return 0.0
        row = self._best_row(prediction, int(prediction.outcomes[0]))
        return float(self.pack.rows(np.array([row]))[0] @ vector)

    def _best_row(self, prediction: Prediction, outcome: int) -> int:
        """Return the best matching row of `outcome`, which must be among the prediction's."""
        matches = prediction.matches
        return int(matches.rows[np.flatnonzero(self.pack.outcomes[matches.spans] == outcome)[0]])


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


def _between(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return the unit vector between two."""
    middle = a + b
    return middle / np.float32(max(float(np.linalg.norm(middle)), 1e-9))
