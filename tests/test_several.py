"""several: what is said to a message of several questions."""

from math import prod

import pytest

from arenalab.arena import Arena, learn
from arenalab.constitution import compile_principles, read_principles
from arenalab.synthesise import TEMPLATES
from principles import DESPAIR, DRAGONS
from world import SPANS, WordEncoder, span

UNKNOWN = [TEMPLATES["unknown_part"].format(number=number) for number in (1, 2)]


@pytest.fixture(scope="module")
def upheld(encoder: WordEncoder) -> Arena:
    """Return the tiny world under two principles."""
    principles = compile_principles(read_principles(DESPAIR + DRAGONS), encoder)
    return Arena(learn(SPANS, encoder, name="tiny"), encoder, lambda: 0.0, principles)


def test_several_questions_are_answered_part_by_part(arena: Arena) -> None:
    """Each part's outcome in order, the receipts of all, as sure as all are right."""
    asked = ("Can I get a refund?", "Which languages are supported?")
    alone = [arena.answer(question) for question in asked]
    for message in (
        " ".join(asked),
        "\n".join(asked),
        "Can I get a refund and which languages are supported",
    ):
        answer = arena.answer(message)
        assert answer.text == "Yes, within 30 days.\n\nEnglish and Spanish."
        assert answer.confidence == pytest.approx(prod(one.confidence for one in alone), abs=0.01)
        assert {r.span_id for r in answer.receipts if r.supports} == {"refund", "language"}
        assert len({r.span_id for r in answer.receipts}) == len(answer.receipts)
        assert answer.options == ()


def test_a_part_goes_on_from_the_one_before(arena: Arena) -> None:
    """Within a message, too, a later question is read after the earlier ones."""
    answer = arena.answer("What does the basic plan cost? And for a business?")
    assert answer.text == "Nothing: it is free.\n\nTen euros a month."


def test_what_is_not_known_of_a_message_is_said(arena: Arena) -> None:
    """The known part is answered and cited; of the other its number says that it is not known."""
    known, stranger = "Can I get a refund?", "Are zebras upright sleepers?"
    for message, text in (
        (f"{known} {stranger}", f"Yes, within 30 days.\n\n{UNKNOWN[1]}"),
        (f"{stranger} {known}", f"{UNKNOWN[0]}\n\nYes, within 30 days."),
    ):
        answer = arena.answer(message)
        assert (answer.kind, answer.text) == ("answer", text)
        assert answer.confidence == pytest.approx(arena.answer(SPANS[3].this).confidence, abs=0.01)
        assert [r.span_id for r in answer.receipts if r.supports] == ["refund"]
        assert {part.kind: part.text for part in answer.parts} == {
            "answer": "Yes, within 30 days.",
            "unknown": next(said for said in UNKNOWN if said in text),
        }
        assert " ".join(part.question for part in answer.parts) == message


def test_what_is_not_clear_of_a_message_is_asked_back(arena: Arena) -> None:
    """The part that is answered stands beside the question back, which has the options."""
    answer = arena.answer("Can I get a refund? How do I reset the data?")
    asked_back = TEMPLATES["clarify_part"].format(number=2)
    assert answer.text == f"Yes, within 30 days.\n\n{asked_back}"
    assert {"How do I reset my password?"} < {option.question for option in answer.options}


def test_a_question_asked_twice_is_answered_once(arena: Arena) -> None:
    """Where all parts get the same answer, the message is one question."""
    answer = arena.answer("Can I get a refund? I want my money back?")
    assert (answer.text, answer.parts) == ("Yes, within 30 days.", ())


def test_strangers_are_one_stranger(arena: Arena) -> None:
    """A message of which nothing is known is not answered, and not counted through."""
    answer = arena.answer("Do zebras sleep upright? Where do zebras sleep?")
    assert (answer.kind, answer.text, answer.parts) == ("unknown", TEMPLATES["unknown"], ())


def test_a_part_that_is_refused_leaves_the_others(upheld: Arena) -> None:
    """A principle speaks in the place of what it forbids, and the verdict tells."""
    answer = upheld.answer("Can I get a refund? How do I slay a dragon?")
    response = upheld.answer("How do I slay a dragon?").text
    assert (answer.kind, answer.text) == ("answer", f"Yes, within 30 days.\n\n{response}")
    assert [part.kind for part in answer.parts] == ["answer", "refusal"]
    assert answer.verdict is not None
    assert answer.verdict.principle == "dragons"
    assert upheld.answer("Do zebras sleep? How do I slay a dragon?").text == response


def test_a_cry_for_help_is_all_that_counts(upheld: Arena) -> None:
    """Whoever says among other things that they are in need is met with care alone."""
    alone = upheld.answer("there is no hope left for me")
    assert alone.verdict is not None
    for message in (
        "Can I get a refund?\nthere is no hope left for me",
        "Can I get a refund? there is no hope left for me.",
        "there is no hope left for me. Can I get a refund?",
        f"{'What a day it was. ' * 9}there is no hope left for me.",
    ):
        answer = upheld.answer(message)
        assert (answer.kind, answer.text, answer.parts) == (alone.kind, alone.text, ())


def test_parts_that_share_sentences_say_them_once(encoder: WordEncoder) -> None:
    """What two outcomes share is said with the first; steps are kept whole and in order."""
    steps = "1. Open it.\n2. Press the button."
    spans = (
        span("wash", "How do I wash cats?", f"Ask the cat. Then:\n\n{steps}"),
        span("dry", "How do I dry dogs?", f"Ask the cat. Be kind.\n\n{steps}\n3. Wait."),
    )
    arena = Arena(learn((*SPANS, *spans), encoder, name="x"), encoder, lambda: 0.0)
    answer = arena.answer("How do I wash cats? How do I dry dogs?")
    assert answer.text == f"Ask the cat. Then:\n\n{steps}\n\nBe kind.\n\n{steps}\n3. Wait."
