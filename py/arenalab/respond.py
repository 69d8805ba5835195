"""A draft and how sure it is → what is said: an answer, a question back, or "I don't know"."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from arenalab.confidence import Judgement
from arenalab.constitution import Verdict
from arenalab.outcome import Prediction
from arenalab.pack import Pack
from arenalab.synthesise import TEMPLATES, Receipt, draft, quotable, receipts

Kind = Literal["answer", "clarify", "unknown", "refusal"]

URGENT = 0.25  # probability of knowing at which a diamond of high stakes is said at once
FEW = 8  # outcomes of a conformal set, which narrows nothing down if it has more
WORTH_OFFERING = 0.35  # nearness below which even "the nearest I know" is beside the point


@dataclass(frozen=True, slots=True)
class Option:
    """Something the person may have meant: the question to ask instead, and its answer.

    `number` is the place in the pack of the diamond that answers it.
    """

    question: str
    text: str
    number: int


@dataclass(frozen=True, slots=True)
class Part:
    """One question of several in a message, and what is said to it, as `Answer` has it.

    `text` leaves out the sentences that an earlier part said already.
    """

    question: str
    kind: Kind
    text: str
    confidence: float
    word: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said, why, and how sure.

    text        Markdown, each sentence quoted from a receipt or from the template catalogue
    confidence  calibrated probability in [0, 1] that the best outcome is the right one; of several
                parts, that of all that are answered
    word        `confidence` in a word: certain, likely, unsure, or unknown
    receipts    the diamonds behind it, those that support it first
    options     what else may have been meant, likeliest first
    conformal   the outcomes among which the right one is, nine times in ten (`confidence.LEVEL`),
                where the pack knows the matter and that leaves a few; likeliest first
    parts       where the message asked several things: each of them, in order
    resolved    the question as it was understood in the conversation; "" where it was as asked
    new_topic   whether it leaves what was talked of before
    verdict     what the constitution says of the question or the answer; a refusal is its response
    plan        how the pack was searched, in numbers and words
    timing      milliseconds by stage, in the order they ran
    """

    kind: Kind
    text: str
    confidence: float
    word: str
    receipts: tuple[Receipt, ...] = ()
    options: tuple[Option, ...] = ()
    conformal: tuple[Option, ...] = ()
    parts: tuple[Part, ...] = ()
    resolved: str = ""
    new_topic: bool = False
    verdict: Verdict | None = None
    plan: Mapping[str, Any] = field(default_factory=dict)
    timing: Mapping[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the answer as a JSON object."""
        return asdict(self)


def respond(pack: Pack, prediction: Prediction, judgement: Judgement) -> Answer:
    """Say the best outcome when it is likely enough, ask back between a few, or admit not to know.

    What is near is offered in every case but a certain answer: as what else may have been meant,
    or as what is known instead. What is not even near is not worth offering. Where the stakes are
    high, a person in need is not asked back.
    """
    drafts = quotable(pack, prediction)
    options = tuple(Option(one.question, one.text, one.number) for one in drafts)
    behind = receipts(pack, prediction, drafts[0]) if drafts else ()
    urgent = bool(drafts) and drafts[0].urgent and judgement.within >= URGENT
    if drafts and (judgement.answers or urgent):
        kind: Kind = "answer"
        text = drafts[0].text
        options = () if urgent or judgement.word == "certain" else options[1:]
    elif judgement.known and drafts:
        kind, text = "clarify", TEMPLATES["clarify"]
    else:
        kind, text = "unknown", TEMPLATES["unknown"]
        options = options if prediction.nearness >= WORTH_OFFERING else ()
    narrowed = judgement.known and len(judgement.plausible) <= FEW
    conformal = tuple(
        Option(one.question, one.text, one.number)
        for outcome in (judgement.plausible if narrowed else ())
        if (one := draft(pack, prediction, outcome))
    )
    return Answer(kind, text, judgement.probability, judgement.word, behind, options, conformal)
