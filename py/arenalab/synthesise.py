"""A prediction → a draft: the best outcome's own words, and a receipt for every diamond behind it.

Nothing is written here: a draft quotes the span it comes from, word for word. All other sentences
a person can see come from `TEMPLATES`.
"""

from dataclasses import asdict, dataclass
from typing import Any

from arenalab.outcome import Prediction
from arenalab.pack import Pack
from arenalab.span import Span

RECEIPTS = 5
HIGH_STAKES = "high"

TEMPLATES = {
    "unknown": "I don't know.",
    "nearest": "The nearest things I know about:",
    "clarify": "Did you mean one of these?",
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """One diamond's part in an answer.

    `question` is the phrasing that matched and `outcome` what the diamond says; `similarity` is
    the cosine with the question, `lexical` the BM25 share, `weight` its weight in the regression
    (negative where it speaks against). `supports` tells whether it says what the answer says.
    `number` is the diamond's place in the pack: `pack.texts[number]` is the whole span.
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

    def to_json(self) -> dict[str, Any]:
        """Return the receipt as a JSON object."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Draft:
    """What could be answered: the outcome number, its span's question and text, the receipts.

    `urgent` when that span says that the stakes are high.
    """

    outcome: int
    question: str
    text: str
    urgent: bool
    receipts: tuple[Receipt, ...]


def draft(pack: Pack, prediction: Prediction, outcome: int) -> Draft:
    """Return the draft that says `outcome`, which must be among the prediction's outcomes.

    It quotes the span whose row weighs most for it. Receipts are the heaviest diamonds by
    absolute weight, one a span, those that support the answer first.
    """
    heaviest: dict[int, int] = {}
    order = sorted(range(len(prediction.weights)), key=lambda k: -abs(prediction.weights[k]))
    for k in order:
        heaviest.setdefault(int(prediction.matches.spans[k]), k)
    supporting = [s for s in heaviest if pack.outcomes[s] == outcome and pack.signs[s] > 0]
    others = [s for s in heaviest if s not in set(supporting)]
    quoted = pack.texts[supporting[0]] if supporting else None
    return Draft(
        outcome=outcome,
        question=quoted.this if quoted else "",
        text=quoted.if_ok if quoted else "",
        urgent=quoted is not None and quoted.context.stakes == HIGH_STAKES,
        receipts=tuple(
            receipt(pack, prediction, heaviest[s], supports=s in set(supporting))
            for s in (supporting + others)[:RECEIPTS]
        ),
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
    )
