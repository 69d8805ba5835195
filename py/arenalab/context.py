"""A conversation: what was said before a question, and how the question is read after it.

A question can be read by itself, or as going on with what was talked of: then its vector and the
topic's are added, and what was already said is not said again. Which reading holds is decided by
what the pack knows: a follow-up comes nearer to a diamond together with its topic than alone, and
that diamond has something to do with the follow-up's own words. A question that is answered by
itself, or that is foreign to the pack, gains nothing by a topic. Where many diamonds differ in
their matter alone ("Troubleshooting" on every page), a follow-up is near to all of them; then it is
enough that a diamond of the topic has its rare words.

Nothing is remembered between questions. What is talked of is found in the conversation itself: it
is the diamond that the last reply quotes; where a reply quotes none, the question before it is read
again, as it was when it was asked. So a question is read the same way whenever it is asked again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

import numpy as np

from arenalab.outcome import Prediction
from arenalab.pack import Pack
from arenalab.pack.model import FloatArray, IntArray
from arenalab.search import Query, best_spans

Role = Literal["user", "assistant"]

RECALLED = 3  # exchanges that are looked at
# Chosen on half of the follow-ups in tests/vectors, and on questions that are none; see
# docs/decisions/0012. How much nearer a topic must bring a question for each of its tokens, up to
# LONG, since a long question says what it means; and how near the diamond found must be to the
# question's own words.
GAIN, LONG = 0.01, 10
TOUCH = 0.15
# Or: a diamond this near to the topic has this share of the question's words, and of those that any
# diamond found has; together they come no further from what is known than this.
TOPICAL, WORDS, OF_MOST, LOSS = 0.7, 0.2, 0.3, 0.05
READ = 320  # characters of a reply that are encoded: its beginning says what it is about
# Cosines with what was talked of below which a diamond found, and a question, are of another;
# and how many tokens a question has that may be meant to go on ("Thanks!" is not).
AWAY, ASIDE, FEWEST = 0.2, 0.3, 5
# A reply is looked up by its words among so many diamonds, if it has enough of them to tell; and
# among so many outcomes of the question before it.
QUOTED, TELLING, CONSIDERED = 10, 4, 3


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

    `going_on` when it is read as going on with the topic.
    """

    query: Query
    prediction: Prediction
    said: tuple[int, ...] = ()
    going_on: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads questions in a conversation, by what `pack` knows.

    `predict` says what matches a query, with some outcomes left out; `query` encodes a text, and
    `terms` gives its token ids alone.
    """

    pack: Pack
    predict: Callable[[Query, tuple[int, ...]], Prediction]
    query: Callable[[str], Query]
    terms: Callable[[str], tuple[int, ...]]

    def recall(self, before: Sequence[Exchange]) -> Topic | None:
        """Return what is talked of after the exchanges `before`; None after none."""
        quoted = [self._quoted(exchange) for exchange in before]
        last = max((place for place, spans in enumerate(quoted) if spans), default=-1)
        topic: Topic | None = None
        if last >= 0:
            said = {int(self.pack.outcomes[span]) for spans in quoted for span in spans}
            topic = self._about(quoted[last], self.query(before[last].asked), tuple(sorted(said)))
        for exchange in before[last + 1 :]:
            topic = self.follow(self.read(self.query(exchange.asked), topic), exchange.reply)
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
            topic.vector,
        )
        going_on = self.predict(joined, topic.said)
        if self._gains(question, alone, going_on) or self._names(topic, joined, alone, going_on):
            return Reading(joined, going_on, topic.said, going_on=True)
        return Reading(question, alone)

    def leaves(self, reading: Reading, topic: Topic | None, before: Sequence[Exchange]) -> bool:
        """Whether a question leaves all that was talked of, and might have been meant to go on.

        Neither its best diamond, in any of its rows, nor the question itself is near to the topic
        or to any of the questions `before`.
        """
        row = self._best_row(reading.prediction)
        question = reading.query
        if topic is None or reading.going_on or row is None or len(question.tokens) < FEWEST:
            return False
        rows = self.pack.rows(self.pack.rows_of(self.pack.spans_of(row)))
        if float((rows @ np.array([topic.vector, topic.before]).T).max()) >= AWAY:
            return False
        asked = np.array([topic.vector, *(self.query(one.asked).vector for one in before)])
        return (
            float((rows @ asked.T).max()) < AWAY and float((asked @ question.vector).max()) < ASIDE
        )

    def follow(self, reading: Reading, reply: str) -> Topic:
        """Return what is talked of after `reply`: the outcome it quotes, else the question."""
        query, matches = reading.query, reading.prediction.matches
        for outcome in map(int, reading.prediction.outcomes[:CONSIDERED]):
            span = int(matches.spans[self.pack.outcomes[matches.spans] == outcome][0])
            if self._says(reply, span):
                return self._about([span], query, (*reading.said, outcome))
        before = query.vector
        if reply and self.pack.has_trajectories:
            before = _between(before, self.query(reply[:READ]).vector)
        return Topic(query.text, query.vector, before, reading.said)

    def _quoted(self, exchange: Exchange) -> list[int]:
        """Return the spans whose outcome the reply quotes, found by its words."""
        reply = exchange.reply
        if len(reply.split()) < TELLING:
            return []
        near = best_spans(self.pack.postings.walk(self.terms(reply)), QUOTED)
        return [span for span in map(int, near) if self._says(reply, span, TELLING)]

    def _says(self, reply: str, span: int, fewest: int = 1) -> bool:
        """Whether the reply quotes the outcome of `span`, and that has as many words."""
        text = self.pack.texts[span].if_ok.strip()
        return len(text.split()) >= fewest and text in reply

    def _about(self, spans: Sequence[int], query: Query, said: tuple[int, ...]) -> Topic:
        """Return the topic of `spans`: their phrasing that is nearest to `query`."""
        rows = self.pack.rows_of(np.array(spans, np.intp))
        rows = rows[~self.pack.are_answers(rows)]
        vectors = self.pack.rows(rows)
        best = int((vectors @ query.vector).argmax())
        span = int(self.pack.spans_of(rows[[best]])[0])
        whole = self.pack.rows(np.array([int(self.pack.row_starts[span + 1]) - 1]))[0]
        return Topic(self.pack.phrasing(int(rows[best])), vectors[best], whole, said)

    def _gains(self, question: Query, alone: Prediction, going_on: Prediction) -> bool:
        """Whether the topic brings the question clearly nearer to a diamond that it touches."""
        gain = GAIN * min(len(question.tokens), LONG)
        near = going_on.nearness > alone.nearness + gain
        return near and self._likeness(going_on, question.vector) >= TOUCH

    def _names(self, topic: Topic, joined: Query, alone: Prediction, going_on: Prediction) -> bool:
        """Whether a diamond of the topic has the question's words, all of which the pack knows.

        What is found by the question alone as well needs no topic.
        """
        if going_on.outcomes[:1].tolist() == alone.outcomes[:1].tolist():
            return False
        row = self._best_row(going_on)
        asked = set(joined.tokens)
        if row is None or not asked or len(self.pack.postings.known(asked)) < len(asked):
            return False
        words = float(going_on.matches.lexical[going_on.matches.rows == row][0])
        most = max(float(found.matches.lexical.max(initial=0)) for found in (alone, going_on))
        return (
            words >= max(WORDS, OF_MOST * most)
            and float((self.pack.rows(row) @ topic.vector)[0]) >= TOPICAL
            and going_on.nearness >= alone.nearness - LOSS
        )

    def _likeness(self, prediction: Prediction, vector: FloatArray) -> float:
        """Return the cosine of `vector` with the best row of the best outcome, 0 without any."""
        row = self._best_row(prediction)
        return 0.0 if row is None else float((self.pack.rows(row) @ vector)[0])

    def _best_row(self, prediction: Prediction) -> IntArray | None:
        """Return the best row of the best outcome, (1,); None without any."""
        if not len(prediction.outcomes):
            return None
        matches = prediction.matches
        best: IntArray = matches.rows[self.pack.outcomes[matches.spans] == prediction.outcomes[0]]
        return best[:1]


def read_history(said: Sequence[Mapping[str, str]]) -> list[Turn]:
    """Return a conversation that came as JSON: objects of role and text, oldest first."""
    return [Turn(cast(Role, turn["role"]), turn["text"]) for turn in said]


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
