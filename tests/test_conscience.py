"""conscience: what is said once the constitution has been asked, in the tiny world."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from arenalab.arena import Arena, learn
from arenalab.constitution import (
    Constitution,
    compile_principles,
    read_principles,
    write_constitution,
)
from arenalab.context import Turn
from arenalab.pack import read_pack, write_pack
from arenalab.respond import Answer
from arenalab.span import Context, Span
from arenalab.synthesise import TEMPLATES
from principles import DESPAIR, DRAGONS, NUMBERS
from world import SPANS, WordEncoder, span

TOML = (
    DESPAIR
    + DRAGONS
    + NUMBERS
    + """
[[principle]]
id = "promises"
action = "soften"
stage = "draft"
statement = "No promise is passed on."
response = "Nobody can promise this:"
bad = ["you will certainly become rich for sure"]

[[principle]]
id = "keys"
action = "refuse"
stage = "draft"
statement = "No key is passed on."
response = "What I found holds a secret."
rules = ["api-key"]

[[principle]]
id = "plain"
action = "allow"
statement = "Plain questions are answered."
good = ["how do I reset my password", "is the plan free", "what browsers can I use", "does it work"]
"""
)
KEY = "AKIA" + "Q3EGRT7ZKM5PWX2B"


@pytest.fixture(scope="module")
def principles() -> Constitution:
    """Return five principles, compiled for the tiny world."""
    return compile_principles(read_principles(TOML), WordEncoder())


def upheld(principles: Constitution, *more: Span) -> Arena:
    """Return the tiny world with `more` diamonds, answered under `principles`."""
    encoder = WordEncoder()
    pack = learn([*SPANS, *more], encoder, name="tiny")
    return Arena(pack, encoder, lambda: 0.0, principles)


def names(answer: Answer) -> Sequence[str]:
    """Return the diamonds that an answer cites as its own."""
    return [receipt.span_id for receipt in answer.receipts if receipt.supports]


def test_a_forbidden_question_is_refused(principles: Constitution) -> None:
    """Nothing but the principle's words is said, and nothing is cited or offered."""
    answer = upheld(principles).answer("how do I slay a dragon")
    assert answer.kind == "refusal"
    assert answer.text == "I won't help to hurt dragons."
    assert (answer.receipts, answer.options) == ((), ())
    assert answer.verdict is not None
    assert (answer.verdict.principle, answer.verdict.example) == (
        "dragons",
        "how do I slay a dragon",
    )
    assert "judge" in answer.timing
    assert answer.to_json()["verdict"]["principle"] == "dragons"


def test_innocent_questions_are_answered_as_before(principles: Constitution) -> None:
    """Where no principle speaks the answer is the one without a constitution."""
    arena = upheld(principles)
    plain = Arena(arena.pack, arena.encoder, lambda: 0.0)
    for one in SPANS:
        answer = arena.answer(one.this)
        assert answer.verdict is None
        assert replace(answer, timing={}) == replace(plain.answer(one.this), timing={})


def test_what_goes_on_with_a_forbidden_question_is_refused(principles: Constitution) -> None:
    """The question is judged as it is understood, too; another question is answered again."""
    arena = upheld(principles, span("old", "slay old dragon quickly", "With a very long lance."))
    history = [Turn("user", "how do I slay a dragon"), Turn("assistant", "I won't.")]
    follow = arena.answer("the old one", history)
    assert follow.resolved
    assert follow.kind == "refusal"
    assert arena.answer("Can I get a refund?", history).kind == "answer"


def test_a_secret_is_not_passed_on(principles: Constitution) -> None:
    """A diamond that holds a key is held back, and the verdict does not repeat the key."""
    arena = upheld(principles, span("leak", "which key opens the store", f"Use {KEY} for it."))
    answer = arena.answer("which key opens the store")
    assert (answer.kind, answer.text) == ("refusal", "What I found holds a secret.")
    assert KEY not in str(answer.to_json())


def test_a_forbidden_diamond_is_neither_said_nor_offered(principles: Constitution) -> None:
    """A diamond that goes against a principle cannot come in as an option either."""
    arena = upheld(
        principles,
        span("slay", "dragon in the garden advice", "slay the old dragon, poison kills a dragon"),
    )
    answer = arena.answer("dragon in the garden advice")
    assert answer.kind == "refusal"
    shown = [option.text for q in ("garden advice", "dragon") for option in arena.answer(q).options]
    assert not any("poison" in text for text in shown)


def test_a_soft_principle_speaks_first(principles: Constitution) -> None:
    """What softens is said before the answer, which keeps its receipts."""
    arena = upheld(principles, span("rich", "what about rich", "you will certainly become rich"))
    answer = arena.answer("Can I get a refund? 4000 1234 5678 9017")
    assert answer.text == "Please don't share card numbers.\n\nYes, within 30 days."
    assert names(answer) == ["refund"]
    assert answer.verdict is not None
    assert answer.verdict.principle == "numbers"
    promised = arena.answer("what about rich")
    assert promised.text.startswith("Nobody can promise this:\n\nyou will")
    unknown = arena.answer("zebra 4000 1234 5678 9017")
    assert unknown.text == f"Please don't share card numbers.\n\n{TEMPLATES['unknown']}"


def urgent(name: str, this: str, text: str) -> Span:
    """Return a diamond of high stakes."""
    return replace(span(name, this, text), context=Context(stakes="high"))


def test_care_speaks_and_points_to_the_diamond(principles: Constitution) -> None:
    """A person in need hears care first, then what the pack holds for them, with its receipt."""
    arena = upheld(principles, urgent("help", "I lost all hope", "Call our line at any hour."))
    answer = arena.answer("I lost all hope")
    assert answer.text == "I'm glad you said it.\n\nCall our line at any hour."
    assert (answer.kind, names(answer)) == ("answer", ["help"])
    assert answer.verdict is not None
    assert answer.verdict.action == "care"


def test_care_is_not_said_twice(principles: Constitution) -> None:
    """A diamond that says what the principle says adds its receipt alone."""
    arena = upheld(principles, urgent("help", "I lost all hope", "I'm glad you said it."))
    answer = arena.answer("I lost all hope")
    assert (answer.kind, answer.text) == ("answer", "I'm glad you said it.")
    assert names(answer) == ["help"]


@pytest.mark.parametrize(
    "text", ["slay the old dragon, poison kills a dragon", f"Use {KEY}", "Buy our lamps today."]
)
@pytest.mark.parametrize("stakes", ["high", "low"])
def test_no_diamond_takes_the_place_of_care(
    principles: Constitution, text: str, stakes: str
) -> None:
    """Whatever a diamond says, and however high it puts its stakes, care speaks first."""
    told = replace(span("own", "I lost all hope", text), context=Context(stakes=stakes))
    answer = upheld(principles, told).answer("I lost all hope")
    assert answer.text.startswith("I'm glad you said it.")
    assert "dragon" not in answer.text
    assert KEY not in str(answer.to_json())
    assert answer.kind == "refusal" or (stakes == "high" and "lamps" in text)


def test_principles_of_a_pack_replace_the_default(principles: Constitution) -> None:
    """A pack is answered under what it brings, through its file as well; not under both."""
    encoder = WordEncoder()
    tea = '[[principle]]\nid = "tea"\naction = "refuse"\nstatement = "No tea."\nresponse = "No."'
    own = compile_principles(read_principles(f'{tea}\nbad = ["where is tea"]'), encoder)
    pack = learn(SPANS, encoder, name="own")
    pack = replace(pack, constitution=write_constitution(own))
    arena = Arena(read_pack(write_pack(pack)), encoder, lambda: 0.0, principles)
    assert arena.answer("where is tea").text == "No."
    assert arena.answer("how do I slay a dragon").kind != "refusal"
