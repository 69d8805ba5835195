"""Composition root: `learn` makes a pack of spans, `Arena.answer` answers from one.

learn :  Span → Quality → Vector → Pack
answer:  question → Vector → Match → Outcome → Draft → Confidence → Answer
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import pairwise

import numpy as np

from arenalab.confidence import Calibration, calibrate
from arenalab.conscience import Conscience
from arenalab.constitution import Constitution, choose
from arenalab.context import Predict, Reading, Topic, Turn, exchanges, follow, read, recall
from arenalab.encode import Encoder
from arenalab.encode.static import StaticEncoder
from arenalab.encode.static_fit import adapt
from arenalab.errors import InputError, QuestionError, shorten
from arenalab.filter import Filter
from arenalab.match import Kernel, match
from arenalab.outcome import Prediction, predict
from arenalab.pack import Pack, build_pack
from arenalab.parts import parts
from arenalab.plan import Plan, plan
from arenalab.quality import grade
from arenalab.respond import Answer, better_apart, join_answers, respond
from arenalab.search import Query, candidates
from arenalab.span import Span, check_unique
from arenalab.synthesise import pool_agreeing

LONGEST_QUESTION = 20_000  # characters; the encoder reads the first 256 tokens of them

# An outcome of fewer words is a label, which says nothing that its questions do not.
FEWEST_WORDS = 4
# Characters of an outcome that are encoded with its situation: its beginning says what it is
# about. Measured better than four times as much, at a quarter of the time.
READ_OF_OUTCOME = 320

EVERYTHING = Filter()
REMEMBERED = 64  # questions whose vectors are kept: those of a conversation are asked again

Progress = Callable[[str, int, int], None]
Clock = Callable[[], float]


def _silent(stage: str, done: int, total: int) -> None:
    """Report nothing."""


def learn(
    spans: Sequence[Span],
    encoder: Encoder,
    *,
    name: str,
    static: StaticEncoder | None = None,
    progress: Progress | None = None,
) -> Pack:
    """Return the calibrated pack of `spans`.

    With `static`, a table fitted to `encoder`, the pack carries what adapts it to these spans, so
    that both encoders can ask the pack.

    Spans that are pending or say nothing are left out. `progress(stage, done, total)` is called
    as the work goes on. Raises SpanError for two spans of one id, InputError when none is left.
    """
    report = progress or _silent
    known = [span for span in check_unique(spans) if _says_something(span)]
    if not known:
        raise InputError(
            f"none of the {len(spans)} spans has an outcome to answer with; "
            "fill in if_ok and set status to completed"
        )
    read = [reading(span) for span in known]
    rows = [text for texts in read for text in texts]
    answers = [len(texts) > len(span.phrasings) for texts, span in zip(read, known, strict=True)]
    vectors = encoder.encode(rows, progress=lambda done, total: report("encode", done, total))
    pack = build_pack(
        known,
        vectors,
        np.array(answers, np.bool_),
        [terms(encoder, _all_text(span)) for span in known],
        grade(known),
        vocabulary_size=len(encoder.tokenizer.vocabulary),
        meta={
            "name": name,
            "encoder": {
                "id": encoder.id,
                "digest": encoder.digest,
                "dimensions": encoder.dimensions,
            },
        },
    )
    if static is not None:
        named = {"id": static.id, "digest": static.digest}
        correction = adapt(static, rows, vectors)
        pack = replace(pack, meta={**pack.meta, "static": named}, correction=correction)
    return calibrate(
        pack,
        [terms(encoder, text) for text in rows],
        lambda done, total: report("calibrate", done, total),
    )


def reading(span: Span) -> tuple[str, ...]:
    """Return the texts of `span` that are encoded: one for each row it has in a pack.

    These are its phrasings and, where its outcome says something, situation and outcome together.
    """
    if len(span.if_ok.split()) < FEWEST_WORDS:
        return span.phrasings
    together = f"{span.this} {' '.join(span.if_ok.split())[:READ_OF_OUTCOME]}"
    return (*span.phrasings, together)


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
                "build the pack again with this encoder"
            )
        self.pack = pack
        self.encoder = encoder
        self.clock = clock
        self.kernel = Kernel.from_meta(pack.meta)
        self.calibration = Calibration.from_meta(pack.meta)
        self.query = lru_cache(REMEMBERED)(self._query)

    @property
    def name(self) -> str:
        """What the pack is called."""
        return self.pack.name

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
        planned = plan(self.pack, wanted, self.kernel.neighbours)
        asked = self.encode(question)
        pieces = [self.query(part) for part in parts(asked.text)]
        before = [(self.query(one.asked), one.reply) for one in exchanges(history)]
        times.append(("encode", self.clock()))
        search = partial(self.predict, planned=planned)
        topic = recall(self.pack, before, search)
        reading = read(self.pack, asked, topic, search)
        times.append(("match", self.clock()))
        answer, heard = self.respond(reading), [reading]
        if len(pieces) > 1:
            several, replies = self.answer_parts(pieces, topic, search)
            if better_apart(reading.prediction, [one.prediction for one in several], replies):
                answer, heard = join_answers(replies), [reading, *several]
        times.append(("respond", self.clock()))
        if self.conscience:
            queries = [asked, *(one.query for one in heard if one.query is not asked)]
            answer = self.conscience.uphold(answer, queries)
            times.append(("judge", self.clock()))
        timing = {stage: (after - before) * 1000 for (_, before), (stage, after) in pairwise(times)}
        return replace(
            answer,
            resolved=reading.query.text if reading.going_on and len(heard) == 1 else "",
            new_topic=reading.new_topic,
            plan=planned.to_json(),
            timing=timing,
        )

    def respond(self, reading: Reading) -> Answer:
        """Return what is said to a question as it was read."""
        prediction = pool_agreeing(self.pack, reading.prediction)
        return respond(self.pack, prediction, self.calibration.judge(prediction))

    def answer_parts(
        self, pieces: Sequence[Query], topic: Topic | None, search: Predict
    ) -> tuple[list[Reading], list[Answer]]:
        """Read and answer the parts of a message, each as going on after those before it."""
        several, replies = [], []
        for piece in pieces:
            several.append(read(self.pack, piece, topic, search))
            replies.append(self.respond(several[-1]))
            topic = follow(self.pack, several[-1], replies[-1].text)
        return several, replies

    def encode(self, question: str) -> Query:
        """Return `question` as the engine sees it. Raises QuestionError."""
        return self.query(check_question(question))

    def _query(self, text: str) -> Query:
        return self.encode_all([text])[0]

    def encode_all(self, texts: Sequence[str], progress: Progress = _silent) -> list[Query]:
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
        found = candidates(self.pack, query, planned)
        if said:
            outcomes = self.pack.outcomes[self.pack.spans_of(found.rows)]
            found = found.without(np.isin(outcomes, said))
        return predict(self.pack, match(self.pack, found, self.kernel), self.kernel)


def terms(encoder: Encoder, text: str) -> tuple[int, ...]:
    """Return the token ids of `text` that BM25 counts: all but the marks of beginning and end."""
    return tuple(encoder.tokenizer.ids(text, LONGEST_QUESTION)[1:-1])


def check_question(question: str) -> str:
    """Return `question` without the space around it, or raise QuestionError."""
    text = question.strip()
    if not text:
        raise QuestionError("the question is empty; write what you want to know")
    if len(text) > LONGEST_QUESTION:
        raise QuestionError(
            f"the question has {len(text):,} characters; ask in at most {LONGEST_QUESTION:,}"
        )
    return text


def _says_something(span: Span) -> bool:
    if not span.this.strip():
        return False
    if span.status == "failed":
        return bool((span.if_not or span.if_ok).strip())
    return span.status == "completed" and bool(span.if_ok.strip())


def _all_text(span: Span) -> str:
    return "\n".join((*span.phrasings, span.if_ok))
