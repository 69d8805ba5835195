"""respond and synthesise: every sentence is quoted or from the catalogue, every diamond cited."""

from dataclasses import replace

import pytest

from arenalab.arena import Arena, learn
from arenalab.confidence import Judgement
from arenalab.respond import respond
from arenalab.span import Context
from arenalab.synthesise import CONSIDERED, RECEIPTS, TEMPLATES, draft, receipts
from world import SPANS, WordEncoder, span


def judged(probability: float, *, known: bool, answers: bool) -> Judgement:
    """Return a judgement with the word that fits it."""
    word = "certain" if probability >= 0.9 else "likely" if known else "unknown"
    return Judgement(1.0, probability, word, known, answers, ())


def test_an_answer_is_the_outcome_word_for_word(arena: Arena) -> None:
    """The text is the span's own, its receipt first and in support."""
    prediction = arena.predict(arena.encode("refund"))
    answer = respond(arena.pack, prediction, judged(0.8, known=True, answers=True))
    assert (answer.kind, answer.text) == ("answer", "Yes, within 30 days.")
    assert answer.receipts[0].supports
    assert answer.receipts[0].license == "CC0-1.0"


def test_a_certain_answer_offers_nothing_else(arena: Arena) -> None:
    """Options are for doubt: beside a certain answer there are none."""
    prediction = arena.predict(arena.encode("refund"))
    assert respond(arena.pack, prediction, judged(0.95, known=True, answers=True)).options == ()
    assert respond(arena.pack, prediction, judged(0.75, known=True, answers=True)).options


def test_doubt_asks_back(arena: Arena) -> None:
    """A known matter that is not decided is a question with the best outcomes as options."""
    prediction = arena.predict(arena.encode("supported"))
    answer = respond(arena.pack, prediction, judged(0.4, known=True, answers=False))
    assert (answer.kind, answer.text) == ("clarify", TEMPLATES["clarify"])
    assert len(answer.options) == CONSIDERED
    assert {o.text for o in answer.options} <= {s.if_ok for s in SPANS}


def test_not_knowing_is_said(arena: Arena) -> None:
    """An unknown matter says so and offers what is near, or nothing where nothing is."""
    unknown = judged(0.02, known=False, answers=False)
    near = respond(arena.pack, arena.predict(arena.encode("Which languages?")), unknown)
    far = respond(arena.pack, arena.predict(arena.encode("zebras")), unknown)
    assert (near.kind, near.text) == (far.kind, far.text) == ("unknown", TEMPLATES["unknown"])
    assert near.options[0].question == "Which languages are supported?"
    assert far.options == ()
    assert far.receipts


def test_an_option_is_the_question_as_its_author_wrote_it(arena: Arena) -> None:
    """What is offered is the diamond's own situation, not the alternate that matched."""
    prediction = arena.predict(arena.encode("my money"))
    answer = respond(arena.pack, prediction, judged(0.4, known=True, answers=False))
    assert answer.options[0].question == "Can I get a refund?"
    assert answer.receipts[0].question == "I want my money back"


def test_high_stakes_are_not_asked_back(encoder: WordEncoder) -> None:
    """A diamond of high stakes is said when it is best and the matter may be known."""
    crisis = replace(
        span("crisis", "I want to end it", "Please call."), context=Context(stakes="high")
    )
    arena = Arena(learn((*SPANS, crisis), encoder, name="x"), encoder, lambda: 0.0)
    prediction = arena.predict(arena.encode("end it"))
    for within, kind in ((0.3, "answer"), (0.1, "unknown")):
        answer = respond(
            arena.pack, prediction, Judgement(within, 0.5, "unknown", False, False, ())
        )
        assert answer.kind == kind
    unsure = judged(0.3, known=True, answers=False)
    assert respond(arena.pack, prediction, unsure).text == "Please call."
    assert respond(arena.pack, prediction, unsure).options == ()


def test_receipts_are_heaviest_first_and_one_a_span(arena: Arena) -> None:
    """Supporting diamonds come first, then the others, each span once, at most RECEIPTS."""
    prediction = arena.predict(arena.encode("Is the plan free? What does the basic plan cost?"))
    said = draft(arena.pack, prediction, int(prediction.outcomes[0]))
    assert said is not None
    behind = receipts(arena.pack, prediction, said)
    assert len(behind) == RECEIPTS == len({r.span_id for r in behind})
    assert [r.supports for r in behind] == [True] + [False] * (RECEIPTS - 1)
    others = [abs(r.weight) for r in behind[1:]]
    assert others == sorted(others, reverse=True)


def test_agreeing_diamonds_share_the_answer(encoder: WordEncoder) -> None:
    """Two spans with one outcome both support it, and it is said once."""
    twin = span("refund-2", "Will you pay me back?", "Yes, within 30 days.")
    arena = Arena(learn((*SPANS, twin), encoder, name="x"), encoder, lambda: 0.0)
    answer = arena.answer("Can I get a refund, will you pay me back?")
    assert answer.text == "Yes, within 30 days."
    assert {r.span_id for r in answer.receipts if r.supports} == {"refund", "refund-2"}


def test_an_answer_that_says_more_is_no_reason_for_doubt(encoder: WordEncoder) -> None:
    """Of two outcomes of one question, the one that says all of the other is said, by both."""
    asked = "Can I get a refund?"
    fuller = span("refund-2", asked, "Yes, within 30 days. Keep the receipt.")
    arena = Arena(learn((*SPANS, fuller), encoder, name="x"), encoder, lambda: 0.0)
    answer = arena.answer(asked)
    assert (answer.kind, answer.text) == ("answer", fuller.if_ok)
    assert [r.span_id for r in answer.receipts if r.supports] == ["refund-2", "refund"]
    assert answer.confidence == pytest.approx(arena.answer(SPANS[1].this).confidence, abs=0.05)
    assert fuller.if_ok not in {option.text for option in answer.options}


def test_a_receipt_without_source_has_none(encoder: WordEncoder) -> None:
    """A span that names no source is cited by its id alone."""
    bare = replace(SPANS[3], metadata=replace(SPANS[3].metadata, source=None))
    arena = Arena(learn((bare, *SPANS[:3]), encoder, name="x"), encoder, lambda: 0.0)
    receipt = arena.answer(bare.this).receipts[0]
    assert receipt.source_url is None
    assert receipt.source_title is None


@pytest.mark.parametrize("question", ["plan", "data supported", "xyz", "how", "?", "free refund"])
def test_nothing_uncited_is_ever_said(arena: Arena, question: str) -> None:
    """Whatever is asked, the text is a span's outcome or a template."""
    answer = arena.answer(question)
    assert answer.text in {s.if_ok for s in SPANS} | set(TEMPLATES.values())
