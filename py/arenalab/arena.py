"""Composition root: `learn` makes a pack of spans, `Arena.answer` answers from one.

learn :  Span → Quality → Vector → Pack
answer:  question → Plan → Vector → Match → Outcome → Reading → Draft → Confidence
         → Verdict → Answer
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import pairwise
from typing import Any

import numpy as np

from arenalab.confidence import Calibration
from arenalab.conscience import Conscience
from arenalab.constitution import Constitution, choose
from arenalab.context import Reader, Reading, Topic, Turn, exchanges
from arenalab.encode import Encoder
from arenalab.encode.static import StaticEncoder
from arenalab.errors import InputError, QuestionError, shorten
from arenalab.filter import Filter
from arenalab.learning import LONGEST_QUESTION, Progress, learn, silent, terms
from arenalab.match import Kernel, match
from arenalab.outcome import Prediction, predict
from arenalab.pack import Pack
from arenalab.parts import parts, said_singly
from arenalab.plan import Plan, plan
from arenalab.respond import Answer, respond
from arenalab.search import Query, candidates
from arenalab.several import better_apart, settle
from arenalab.span import Span
from arenalab.synthesise import pool_agreeing

__all__ = [
    "EVERYTHING",
    "LONGEST_QUESTION",
    "Arena",
    "Clock",
    "Progress",
    "check_question",
    "learn",
    "terms",
]

EVERYTHING = Filter()
REMEMBERED = 64  # questions whose vectors are kept: those of a conversation are asked again
PLANNED = 8  # filters whose plans are kept

Clock = Callable[[], float]


class Arena:
    """A pack and an encoder, ready to answer. `clock` returns seconds; it times the stages.

    A static encoder may ask what its teacher encoded; where the pack was made with both, it is
    adapted to the pack. `constitution` is what holds where the pack brings none of its own; it
    must be compiled for the encoder.
    """

    def __init__(
        self,
        pack: Pack,
        encoder: Encoder,
        clock: Clock,
        constitution: Constitution | None = None,
    ) -> None:
        upheld = choose(pack.constitution, encoder, constitution)
        self.conscience = upheld and Conscience(upheld, pack, encoder)
        made_with = pack.meta["encoder"]
        spaces = {encoder.digest}
        if isinstance(encoder, StaticEncoder):
            spaces.add(encoder.space)
            if pack.correction and pack.meta["static"]["digest"] == encoder.digest:
                encoder = encoder.adapted(pack.correction)
        if made_with["digest"] not in spaces:
            raise InputError(
                f"pack {shorten(pack.name)} was made with encoder {made_with['id']} "
                f"({made_with['digest'][:12]}…), not with {encoder.id} ({encoder.digest[:12]}…); "
                "build the pack again with this encoder",
                key="other_encoder",
                name=pack.name,
            )
        self.pack = pack
        self.encoder = encoder
        self.clock = clock
        self.kernel = Kernel.from_meta(pack.meta)
        self.calibration = Calibration.from_meta(pack.meta)
        self.query = lru_cache(REMEMBERED)(self._query)
        self.plan = lru_cache(PLANNED)(self._plan)

    @property
    def name(self) -> str:
        """What the pack is called."""
        return self.pack.name

    @property
    def meta(self) -> Mapping[str, Any]:
        """What the pack's header says."""
        return self.pack.meta

    @property
    def span_count(self) -> int:
        """How many diamonds the pack has."""
        return self.pack.span_count

    def span(self, number: int) -> Span:
        """Return the diamond at place `number` of the pack."""
        span: Span = self.pack.texts[number]
        return span

    def answer(
        self, question: str, history: Sequence[Turn] = (), *, wanted: Filter = EVERYTHING
    ) -> Answer:
        """Answer `question`, asked after `history` (oldest turn first), from what is `wanted`.

        Raises QuestionError when it is empty or enormous.
        """
        times = [("start", self.clock())]
        planned = self.plan(wanted)
        asked = self.encode(question)
        questions = parts(asked.text)
        pieces = [self.query(part) for part in questions] if len(questions) > 1 else []
        times.append(("encode", self.clock()))
        predict_here = partial(self.predict, planned=planned)
        reader = Reader(self.pack, predict_here, self.query, partial(terms, self.encoder))
        earlier = exchanges(history)
        topic = reader.recall(earlier)
        reading = reader.read(asked, topic)
        times.append(("match", self.clock()))
        answer = self.respond(reading)
        several, replies = self.answer_parts(pieces, topic, reader)
        times.append(("respond", self.clock()))
        if self.conscience:
            spoken = [self.query(one) for one in said_singly(asked.text)]
            answer = self.conscience.uphold(answer, _meant(asked, reading), spoken)
            replies = [
                self.conscience.uphold(reply, _meant(piece, part))
                for piece, part, reply in zip(pieces, several, replies, strict=True)
            ]
            times.append(("judge", self.clock()))
        apart = better_apart(reading, several, replies)
        answer = settle(answer, questions, replies, apart=apart)
        heard = several if answer.parts else [reading]
        timing = {stage: (after - before) * 1000 for (_, before), (stage, after) in pairwise(times)}
        return replace(
            answer,
            resolved=reading.query.text if reading.going_on and not answer.parts else "",
            new_topic=answer.kind == "answer"
            and answer.verdict is None
            and all(reader.leaves(one, topic, earlier) for one in heard),
            plan=planned.to_json(),
            timing=timing,
        )

    def respond(self, reading: Reading) -> Answer:
        """Return what is said to a question as it was read."""
        prediction = pool_agreeing(self.pack, reading.prediction)
        return respond(self.pack, prediction, self.calibration.judge(prediction))

    def answer_parts(
        self, pieces: Sequence[Query], topic: Topic | None, reader: Reader
    ) -> tuple[list[Reading], list[Answer]]:
        """Read and answer the parts of a message, each as going on after those before it."""
        several, replies = [], []
        for piece in pieces:
            several.append(reader.read(piece, topic))
            replies.append(self.respond(several[-1]))
            topic = reader.follow(several[-1], replies[-1].text)
        return several, replies

    def encode(self, question: str) -> Query:
        """Return `question` as the engine sees it. Raises QuestionError."""
        return self.query(check_question(question))

    def _query(self, text: str) -> Query:
        return self.encode_all([text])[0]

    def _plan(self, wanted: Filter) -> Plan:
        return plan(self.pack, wanted, self.kernel.neighbours)

    def encode_all(self, texts: Sequence[str], progress: Progress = silent) -> list[Query]:
        """Return `texts` as the engine sees them, encoded together."""
        vectors = self.encoder.encode(texts, progress=lambda done, n: progress("encode", done, n))
        return [
            Query(text, vector, terms(self.encoder, text))
            for text, vector in zip(texts, vectors, strict=True)
        ]

    def predict(
        self, query: Query, said: tuple[int, ...] = (), planned: Plan | None = None
    ) -> Prediction:
        """Return what the pack's matches say of `query`, the outcomes `said` left out.

        All of the pack is searched where nothing is planned.
        """
        planned = planned or self.plan(EVERYTHING)
        kernel = replace(self.kernel, neighbours=planned.neighbours)
        found = candidates(self.pack, query, planned)
        if said:
            outcomes = self.pack.outcomes[self.pack.spans_of(found.rows)]
            found = found.without(np.isin(outcomes, said))
        return predict(self.pack, match(self.pack, found, kernel), kernel)


def _meant(asked: Query, reading: Reading) -> list[Query]:
    """Return what a question may mean: as it was asked and, where that differs, as it was read."""
    return [asked] if reading.query is asked else [asked, reading.query]


def check_question(question: str) -> str:
    """Return `question` without the space around it, or raise QuestionError."""
    text = question.strip()
    if not text:
        raise QuestionError("the question is empty; write what you want to know")
    if len(text) > LONGEST_QUESTION:
        raise QuestionError(
            f"the question has {len(text):,} characters; ask in at most {LONGEST_QUESTION:,}",
            key="question_long",
            count=len(text),
            limit=LONGEST_QUESTION,
        )
    return text
