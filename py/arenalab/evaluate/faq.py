"""`eval faq`: how high a paraphrase ranks the one question it means."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from arenalab.arena import Arena, Clock, Progress, learn
from arenalab.encode import Encoder
from arenalab.errors import SourceError, shorten
from arenalab.evaluate import metrics
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
) -> dict[str, Any]:
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
    arena = Arena(pack, encoder, clock)
    outcome_of = {span.id: int(pack.outcomes[i]) for i, span in enumerate(pack.texts)}
    ranks: list[int | None] = []
    confidence, if_known = np.empty((2, len(queries)))
    asked = arena.encode_all([query.query for query in queries], progress)
    for index, (query, question) in enumerate(zip(queries, asked, strict=True)):
        prediction = arena.predict(question)
        place = np.flatnonzero(prediction.outcomes == outcome_of[query.id])
        ranks.append(int(place[0]) + 1 if len(place) else None)
        judgement = arena.calibration.judge(prediction)
        confidence[index] = judgement.probability
        if_known[index] = judgement.right
        progress("answer", index + 1, len(queries))
    right = np.array([rank == 1 for rank in ranks])
    return {
        "task": "faq",
        "n": len(queries),
        "n_faq": len(spans),
        **metrics.ranking(ranks),
        "ece": metrics.ece(if_known, right),
        "risk_coverage": metrics.risk_coverage_area(confidence, right),
    }
