"""A prediction → drafts: the best outcomes in their own words, and receipts for what is said.

Nothing is written here: a draft quotes the span it comes from, word for word. All other sentences
a person can see come from `TEMPLATES`.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from arenalab.outcome import Prediction
from arenalab.pack import Pack
from arenalab.sentences import says_all_of
from arenalab.span import Span

CONSIDERED = 3  # outcomes that are quoted: the answer, and what else may have been meant
RECEIPTS = 5
HIGH_STAKES = "high"

TEMPLATES = {
    "unknown": "I don't know.",
    "nearest": "The nearest things I know about:",
    "clarify": "Did you mean one of these?",
    "unknown_part": "I don't know the answer to question {number}.",
    "clarify_part": "Did you mean one of these with question {number}?",
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """One diamond's part in an answer.

    `question` is the phrasing that matched and `outcome` what the diamond says; `similarity` is
    the cosine with the question, `lexical` the BM25 share, `weight` its weight in the regression
    (negative where it speaks against). `supports` tells whether it says what the answer says.
    `number` is the diamond's place in the pack: `pack.texts[number]` is the whole span. `pack` is
    the pack's name.
    """

    span_id: str
    question: str
    outcome: str
    supports: bool
    similarity: float
    lexical: float
    weight: float
    quality: float
    source_url: str | None
    source_title: str | None
    license: str | None
    number: int
    pack: str

    def to_json(self) -> dict[str, Any]:
        """Return the receipt as a JSON object."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Draft:
    """What could be answered: the outcome number, and question and text of the span that is quoted.

    `number` is that span's place in the pack; `urgent` when it says that the stakes are high.
    """

    outcome: int
    number: int
    question: str
    text: str
    urgent: bool


def pool_agreeing(pack: Pack, prediction: Prediction) -> Prediction:
    """Return `prediction` with an outcome counted to another of the best few that says all of it.

    Two answers of which one only adds to the other are no reason for doubt; the fuller one is said.
    """
    drafts = quotable(pack, prediction)
    pooled: dict[int, int] = {}
    for one in drafts:
        fuller = [other for other in drafts if len(other.text) > len(one.text)]
        fuller = [other for other in fuller if says_all_of(other.text, one.text)]
        if fuller:
            pooled[one.outcome] = max(fuller, key=lambda other: len(other.text)).outcome
    if not pooled:
        return prediction
    scores = dict(zip(prediction.outcomes.tolist(), prediction.scores.tolist(), strict=True))
    for lesser, fullest in pooled.items():
        scores[fullest] += scores.pop(lesser)
    order = sorted(scores, key=lambda outcome: -scores[outcome])
    return replace(
        prediction,
        outcomes=np.array(order, np.intp),
        scores=np.array([scores[outcome] for outcome in order]),
        pooled=pooled,
    )


def quotable(pack: Pack, prediction: Prediction) -> list[Draft]:
    """Return drafts of the best few outcomes, best first, without those that cannot be quoted."""
    best = prediction.outcomes[:CONSIDERED]
    return [one for outcome in best if (one := draft(pack, prediction, int(outcome)))]


def draft(pack: Pack, prediction: Prediction, outcome: int) -> Draft | None:
    """Return the draft that says `outcome`, quoting the span whose row weighs most for it.

    None where none of the spans that matched says it, or where it failed.
    """
    spans = prediction.matches.spans
    saying = (pack.outcomes[spans] == outcome) & (pack.signs[spans] > 0)
    if not saying.any():
        return None
    number = int(spans[np.where(saying, np.abs(prediction.weights), -1).argmax()])
    span: Span = pack.texts[number]
    return Draft(outcome, number, span.this, span.if_ok, span.context.stakes == HIGH_STAKES)


def receipts(pack: Pack, prediction: Prediction, said: Draft) -> tuple[Receipt, ...]:
    """Return the heaviest diamonds by absolute weight, one a span, those that support `said` first.

    A span supports it that says the same, or nothing more.
    """
    saying = {said.outcome, *(one for one, by in prediction.pooled.items() if by == said.outcome)}
    heaviest: dict[int, int] = {}
    for k in np.argsort(-np.abs(prediction.weights), kind="stable"):
        heaviest.setdefault(int(prediction.matches.spans[k]), int(k))
    agree = [s for s in heaviest if int(pack.outcomes[s]) in saying and pack.signs[s] > 0]
    agree.sort(key=lambda s: s != said.number)  # what is quoted stands first
    others = [s for s in heaviest if s not in set(agree)]
    return tuple(
        receipt(pack, prediction, heaviest[s], supports=s in set(agree))
        for s in (agree + others)[:RECEIPTS]
    )


def receipt(pack: Pack, prediction: Prediction, k: int, *, supports: bool) -> Receipt:
    """Return the receipt of the prediction's match number `k`."""
    matches = prediction.matches
    number = int(matches.spans[k])
    span: Span = pack.texts[number]
    source = span.metadata.source
    return Receipt(
        span_id=span.id,
        question=pack.phrasing(int(matches.rows[k])),
        outcome=span.if_ok or span.if_not,
        supports=supports,
        similarity=float(matches.similarity[k]),
        lexical=float(matches.lexical[k]),
        weight=float(prediction.weights[k]),
        quality=float(pack.grades[number] / 255),
        source_url=source.url if source else None,
        source_title=source.title if source else None,
        license=span.metadata.license,
        number=number,
        pack=pack.name,
    )
