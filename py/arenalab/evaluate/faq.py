"""`eval faq`: how high a paraphrase ranks the one question it means."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from arenalab.arena import Arena, Clock, Progress, learn
from arenalab.encode import Encoder
from arenalab.errors import SourceError, shorten
from arenalab.evaluate import metrics
from arenalab.evaluate.records import Evaluation, Record, decision
from arenalab.span import Span


@dataclass(frozen=True, slots=True)
class Faq:
    """One question with its answer."""

    id: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class FaqQuery:
    """A query and the id of the question it means."""

    query: str
    id: str


def evaluate_faq(
    faqs: Sequence[Faq],
    queries: Sequence[FaqQuery],
    encoder: Encoder,
    clock: Clock,
    progress: Progress,
) -> Evaluation:
    """Learn `faqs`, ask `queries`, and return P@1, MRR, MAP, R@5, and calibration as for intents.

    Raises SourceError for a query whose id no question has.
    """
    known = {faq.id for faq in faqs}
    for query in queries:
        if query.id not in known:
            raise SourceError(
                f"query {shorten(query.query)} names the id {shorten(query.id)}, "
                "which no question has; correct one of them"
            )
    spans = [Span(id=f.id, this=f.question, if_ok=f.answer) for f in faqs]
    pack = learn(spans, encoder, name="faq", progress=progress)
    records = _decide_all(Arena(pack, encoder, clock), queries, progress)
    right = np.array([r.correct for r in records])
    measures = {
        "n": len(queries),
        "n_faq": len(spans),
        **metrics.ranking([r.rank for r in records]),
        "ece": metrics.ece(np.array([r.right for r in records], np.float64), right),
        "risk_coverage": metrics.risk_coverage_area(
            np.array([r.probability for r in records], np.float64), right
        ),
    }
    return Evaluation("faq", measures, tuple(records))


def _decide_all(arena: Arena, queries: Sequence[FaqQuery], progress: Progress) -> list[Record]:
    """Return how each query was decided."""
    outcome_of: dict[str, int] = {}
    questions: dict[int, str] = {}
    asked_by_id: dict[str, str] = {}
    for outcome, span in zip(arena.pack.outcomes, arena.pack.texts, strict=True):
        outcome_of[span.id] = int(outcome)
        questions.setdefault(int(outcome), span.this)
        asked_by_id[span.id] = span.this
    records: list[Record] = []
    asked = arena.encode_all([query.query for query in queries], progress)
    for index, (query, question) in enumerate(zip(queries, asked, strict=True)):
        prediction = arena.predict(question)
        judgement = arena.calibration.judge(prediction)
        place = np.flatnonzero(prediction.outcomes == outcome_of[query.id])
        rank = int(place[0]) + 1 if len(place) else None
        correct = rank == 1
        records.append(
            Record(
                id=str(index),
                text=query.query,
                truth=asked_by_id[query.id],
                predicted=questions[int(prediction.outcomes[0])],
                correct=correct,
                kind=decision(inside=True, answered=judgement.answers, correct=correct),
                probability=judgement.probability,
                right=judgement.right,
                within=judgement.within,
                rank=rank,
            )
        )
        progress("answer", index + 1, len(queries))
    return records
