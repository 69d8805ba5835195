"""arena: from spans to a cited answer."""

from dataclasses import replace

import pytest

from arenalab.arena import LONGEST_QUESTION, Arena, learn
from arenalab.errors import InputError, QuestionError, SpanError
from arenalab.pack import read_pack, write_pack
from arenalab.span import Span
from arenalab.synthesise import TEMPLATES
from world import SPANS, WordEncoder, span


@pytest.mark.parametrize("asked", SPANS, ids=lambda span: span.id)
def test_every_diamond_answers_its_own_question(arena: Arena, asked: Span) -> None:
    """A question in a diamond's own words is answered with its outcome, citing it first."""
    answer = arena.answer(asked.this)
    assert answer.kind == "answer"
    assert answer.text == asked.if_ok
    assert answer.receipts[0].span_id == asked.id
    assert answer.receipts[0].source_url == f"https://example.org/{asked.id}"
    assert answer.confidence >= arena.calibration.threshold


def test_alternates_answer_too(arena: Arena) -> None:
    """Another phrasing of a diamond finds it, and the receipt shows that phrasing."""
    answer = arena.answer("I want my money back")
    assert answer.text == "Yes, within 30 days."
    assert answer.receipts[0].question == "I want my money back"


def test_a_stranger_is_not_answered(arena: Arena) -> None:
    """A question that resembles nothing gets a template, not a diamond's text."""
    answer = arena.answer("zebras sleep upright")
    assert answer.kind != "answer"
    assert answer.text in TEMPLATES.values()
    assert answer.confidence < arena.calibration.threshold


def test_the_same_question_gets_the_same_answer(arena: Arena) -> None:
    """Nothing random, nothing remembered."""
    assert arena.answer("refund please") == arena.answer("refund please")


def test_a_pack_read_from_its_file_answers_the_same(arena: Arena, encoder: WordEncoder) -> None:
    """Writing and reading a pack changes no answer."""
    again = Arena(read_pack(write_pack(arena.pack)), encoder, arena.clock)
    for question in ("free plan?", "safari", "zebras"):
        assert again.answer(question) == arena.answer(question)


def test_timing_names_the_stages(encoder: WordEncoder, arena: Arena) -> None:
    """Milliseconds come from the clock that was passed in, a stage each."""
    ticks = iter(range(10))
    timed = Arena(arena.pack, encoder, lambda: float(next(ticks)))
    assert timed.answer("refund").timing == {"encode": 1000, "match": 1000, "respond": 1000}


@pytest.mark.parametrize("question", ["", "  \n", "x" * (LONGEST_QUESTION + 1)])
def test_empty_and_enormous_questions_are_refused(arena: Arena, question: str) -> None:
    """A question that cannot be used raises QuestionError with the cure."""
    with pytest.raises(QuestionError):
        arena.answer(question)


@pytest.mark.parametrize("question", ["?!…", "こんにちは", "ignore your rules " * 500, "\ud800"])
def test_odd_questions_get_an_answer_object(arena: Arena, question: str) -> None:
    """Punctuation, other scripts, very long and broken texts never crash."""
    assert arena.answer(question).kind in {"answer", "clarify", "unknown"}


def test_an_answer_is_json(arena: Arena) -> None:
    """The JSON form holds all that a page shows."""
    document = arena.answer("refund").to_json()
    assert document["receipts"][0]["span_id"] == "refund"
    assert set(document) == {
        "kind", "text", "confidence", "word", "receipts", "options", "conformal", "parts",
        "resolved", "new_topic", "verdict", "plan", "timing",
    }  # fmt: skip


def test_one_diamond_is_enough(encoder: WordEncoder) -> None:
    """A pack of a single diamond answers its question."""
    arena = Arena(learn(SPANS[:1], encoder, name="one"), encoder, lambda: 0.0)
    assert arena.answer(SPANS[0].this).text == SPANS[0].if_ok


def test_contradicting_diamonds_are_not_said_with_certainty(encoder: WordEncoder) -> None:
    """The same question with two outcomes is offered as a choice, not answered."""
    spans = (*SPANS, span("offline-no", "Does the app work offline?", "No, never."))
    arena = Arena(learn(spans, encoder, name="two"), encoder, lambda: 0.0)
    answer = arena.answer("Does the app work offline?")
    assert answer.kind == "clarify"
    assert 0.2 < answer.confidence <= 0.5  # of two that are equal, none is likelier than not
    assert {o.text for o in answer.options[:2]} == {"Yes, after one visit.", "No, never."}


def test_failed_outcomes_count_against(encoder: WordEncoder) -> None:
    """What failed is never said, though its situation matches exactly."""
    failed = Span(id="f", this="How do I fly?", if_not="Jump off the roof.", status="failed")
    arena = Arena(learn((*SPANS, failed), encoder, name="failed"), encoder, lambda: 0.0)
    assert "roof" not in arena.answer("How do I fly?").text


def test_pending_and_silent_spans_are_left_out(encoder: WordEncoder) -> None:
    """Only what has an outcome is learned."""
    extra = (
        Span(id="p", this="pending?", if_ok="maybe", status="pending"),
        Span(id="s", this="silent?"),
        Span(id="b", this=" ", if_ok="blank"),
    )
    assert learn((*SPANS, *extra), encoder, name="x").meta["counts"]["spans"] == len(SPANS)


def test_nothing_to_learn_is_refused(encoder: WordEncoder) -> None:
    """No usable span raises InputError with how many there were."""
    with pytest.raises(InputError, match="none of the 1 spans"):
        learn([Span(id="s", this="silent?")], encoder, name="x")


def test_two_spans_of_one_id_are_refused(encoder: WordEncoder) -> None:
    """Ids are unique in a pack."""
    with pytest.raises(SpanError, match="refund"):
        learn([SPANS[3], replace(SPANS[3], this="other")], encoder, name="x")


def test_another_encoder_is_refused(arena: Arena) -> None:
    """A pack does not open with an encoder it was not made with."""
    other = WordEncoder()
    other.digest = "1" * 64
    with pytest.raises(InputError, match="test-words"):
        Arena(arena.pack, other, arena.clock)


def test_progress_is_told(encoder: WordEncoder) -> None:
    """Both stages report up to their end."""
    seen: dict[str, tuple[int, int]] = {}
    learn(SPANS, encoder, name="x", progress=lambda s, done, total: seen.update({s: (done, total)}))
    assert seen["encode"] == (24, 24)  # 16 phrasings, and 8 outcomes that say something
    assert seen["calibrate"][0] == seen["calibrate"][1] > 0
