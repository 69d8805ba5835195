"""ensemble: several packs answer together, in the tiny world."""

from dataclasses import replace

import pytest

from arenalab.arena import Arena, learn
from arenalab.constitution import compile_principles, read_principles
from arenalab.ensemble import METHODS, Ensemble, best_outcome, choose
from arenalab.errors import InputError
from arenalab.respond import Answer, Option, Part
from arenalab.span import Context
from arenalab.synthesise import Receipt
from principles import DESPAIR, DRAGONS
from world import SPANS, WordEncoder, span

ANIMALS = (
    span("cow", "What does a cow eat?", "A cow eats grass.", "food of cows"),
    span("cat", "How long does a cat sleep?", "Half of the day.", "sleep of cats"),
    span("bat", "Are bats blind?", "No, bats can see.", "eyes of bats"),
)
TOML = DRAGONS + DESPAIR


@pytest.fixture(scope="module")
def arenas() -> tuple[Arena, Arena]:
    """Return two specialists of one encoder."""
    encoder = WordEncoder()
    packs = [learn(SPANS, encoder, name="help"), learn(ANIMALS, encoder, name="animals")]
    first, second = (Arena(pack, encoder, lambda: 0.0) for pack in packs)
    return first, second


def receipt(name: str, similarity: float) -> Receipt:
    """Return a receipt of a diamond of pack `name`."""
    rest = (0.0, 1.0, 1.0, None, None, None)
    return Receipt(name, "q", "o", True, similarity, *rest, number=0, pack=name)


def said(text: str, confidence: float, similarity: float = 0.5, pack: str = "p") -> Answer:
    """Return an answer of a specialist."""
    return Answer("answer", text, confidence, "likely", (receipt(pack, similarity),))


@pytest.mark.parametrize("method", METHODS)
def test_each_question_is_answered_by_its_specialist(
    arenas: tuple[Arena, Arena], method: str
) -> None:
    """Whatever the method, the pack that knows the matter answers, and the receipt names it."""
    ensemble = Ensemble(arenas, method)
    for pack, spans in (("help", SPANS[:-2]), ("animals", ANIMALS)):
        for one in spans:
            answer = ensemble.answer(one.this)
            assert answer.text == one.if_ok
            assert answer.receipts[0].pack == pack
            assert ensemble.span(answer.receipts[0].number).id == one.id
            for offered in (*answer.options, *answer.conformal):
                assert ensemble.span(offered.number).this == offered.question
    assert ensemble.answer("zebra crossing Zanzibar").kind == "unknown"


@pytest.mark.parametrize("method", METHODS)
def test_what_one_pack_does_not_know_of_a_message_another_may(
    arenas: tuple[Arena, Arena], method: str
) -> None:
    """Each part is answered by its specialist; of what none knows, that is said."""
    ensemble = Ensemble(arenas, method)
    answer = ensemble.answer("Are bats blind? Can I get a refund? Sleepy zebras, upright?")
    assert answer.text == (
        "No, bats can see.\n\nYes, within 30 days.\n\nI don't know the answer to question 3."
    )
    assert {r.pack for r in answer.receipts if r.supports} == {"help", "animals"}


def test_what_an_ensemble_says_of_itself(arenas: tuple[Arena, Arena]) -> None:
    """Its name, encoder and size are those of its packs; a place beyond them is none."""
    ensemble = Ensemble(arenas)
    assert ensemble.name == "help + animals"
    assert ensemble.encoder is arenas[0].encoder
    assert ensemble.span_count == len(SPANS) + len(ANIMALS)
    with pytest.raises(IndexError):
        ensemble.span(ensemble.span_count)


def test_a_question_is_encoded_once(arenas: tuple[Arena, Arena]) -> None:
    """Packs of one encoder share what it encoded."""
    ensemble = Ensemble(arenas)
    before = arenas[0].query.cache_info().misses
    ensemble.answer("a question that nobody asked before")
    assert arenas[0].query.cache_info().misses == before + 1
    assert arenas[1].query is arenas[0].query


def test_methods_differ() -> None:
    """The nearest pack, the most packs, the most confidence, the best ranks: each has its say."""
    answers = [
        said("near", 0.5, 0.99, "a"),
        said("many", 0.3, 0.6, "b"),
        said("many", 0.3, 0.6, "c"),
        said("sure", 0.9, 0.7, "d"),
    ]
    assert choose(answers, "routed").text == "near"
    majority = choose(answers, "majority")
    assert majority.text == "many"
    assert [r.pack for r in majority.receipts] == ["b", "c"]
    assert choose(answers, "weighted").text == "sure"
    options = (Option("?", "second", 0),)
    ranked = [replace(said("x", 0.6), options=options), replace(said("y", 0.5), options=options)]
    assert choose(ranked, "ranked").text == "x"


def test_a_tie_goes_to_the_surest() -> None:
    """With one vote each, confidence decides, in any order of the packs."""
    answers = [said("a", 0.4), said("b", 0.8)]
    assert choose(answers, "majority").text == "b"
    assert choose(answers[::-1], "majority").text == "b"


@pytest.mark.parametrize("method", METHODS[1:])
def test_questions_back_are_put_together(method: str) -> None:
    """Where none answers, what each would offer is offered, once and three at most."""
    offer = [Option(f"q{i}", f"o{i}", i) for i in range(4)]
    answers = [
        Answer("clarify", "Did you mean one of these?", 0.5, "unsure", (), tuple(offer[:2])),
        Answer("unknown", "I don't know.", 0.1, "unknown", (), tuple(offer[1:])),
    ]
    chosen = choose(answers, method)
    assert chosen.kind == "clarify"
    assert [option.text for option in chosen.options][:2] == ["o0", "o1"]
    assert len(chosen.options) == 3


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("order", [1, -1])
def test_a_principle_on_the_question_holds_for_all(method: str, order: int) -> None:
    """One pack's hard principle is not outvoted; care goes before, with the diamond that helps."""
    encoder = WordEncoder()
    rules = compile_principles(read_principles(TOML), encoder)
    slay = span("slay", "how do I slay a dragon", "With a lance and a fast horse.")
    help_ = replace(span("hope", "I lost all hope", "Call us."), context=Context(stakes="high"))
    pack = learn([*SPANS, help_], encoder, name="strict")
    strict = Arena(pack, encoder, lambda: 0.0, rules)
    lax = Arena(learn([*ANIMALS, slay], encoder, name="lax"), encoder, lambda: 0.0)
    also = Arena(lax.pack, encoder, lambda: 0.0, rules)
    ensemble = Ensemble([strict, lax, also][::order], method)
    assert ensemble.answer("how do I slay a dragon").kind == "refusal"
    care = ensemble.answer("I lost all hope")
    assert care.text == "I'm glad you said it.\n\nCall us."
    assert care.receipts[0].pack == "strict"
    assert ensemble.answer("Are bats blind?").kind == "answer"


def test_what_cannot_be_an_ensemble_is_told(arenas: tuple[Arena, Arena]) -> None:
    """No pack, encoders that differ, and an unknown method are named."""
    with pytest.raises(InputError, match="needs a pack"):
        Ensemble([])
    with pytest.raises(InputError, match="no method 'best'"):
        Ensemble(arenas, "best")
    other = WordEncoder()
    other.digest = "1" * 64  # type: ignore[misc]
    with pytest.raises(InputError, match="different encoders"):
        Ensemble([arenas[0], Arena(learn(ANIMALS, other, name="x"), other, lambda: 0.0)])


def test_the_one_question_answered_of_several_is_what_an_answer_says() -> None:
    """Votes and measures compare that, not what is said about the questions that are not known."""
    known = Part("Is it free?", "answer", "Yes.", 0.9, "certain")
    unknown = Part("Why?", "unknown", "I don't know the answer to question 2.", 0.1, "unknown")
    text = f"{known.text}\n\n{unknown.text}"
    assert best_outcome(Answer("answer", text, 0.9, "certain", parts=(known, unknown))) == "Yes."
    assert best_outcome(Answer("answer", text, 0.9, "certain", parts=(known, known))) == text
