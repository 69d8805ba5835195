"""parts: the questions in a message, as far as punctuation tells."""

import pytest

from arenalab.parts import MOST, MOST_HEARD, parts, said_singly


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("What does it cost?", ["What does it cost?"]),
        ("What does it cost? Is it fast?", ["What does it cost?", "Is it fast?"]),
        (
            "I am new. What does it cost? Is it fast?",
            ["I am new. What does it cost?", "Is it fast?"],
        ),
        ("Is it fast? Tell me.", ["Is it fast? Tell me."]),
        ("¿Es gratis? ¿Es rápido?", ["¿Es gratis?", "¿Es rápido?"]),
        ("这个多少钱？快吗？！", ["这个多少钱？", "快吗？！"]),
        ("how to save\nhow to print", ["how to save", "how to print"]),
        (
            "how do I save it and how do I print it",
            ["how do I save it", "how do I print it"],
        ),
        (
            "where is the shop, when is it open, and is there parking?",
            ["where is the shop", "when is it open", "is there parking?"],
        ),
        (
            "well, how do I save it and how do I print it",
            ["well, how do I save it", "how do I print it"],
        ),
        ("salt and pepper", ["salt and pepper"]),
        ("how do i open it", ["how do i open it"]),
        ("the price of this and that", ["the price of this and that"]),
        ("how do I cut and paste and undo it again", ["how do I cut and paste and undo it again"]),
        ("?!…", ["?!…"]),
        ("", [""]),
    ],
)
def test_a_message_falls_into_its_questions(message: str, found: list[str]) -> None:
    """Question marks, lines, one "and" with its list part a message; all else leaves it whole."""
    assert list(parts(message)) == found


def test_a_message_of_many_questions_is_left_whole() -> None:
    """More than MOST parts are a text, not a list of questions."""
    message = "Is it so? " * (MOST + 1)
    assert parts(message) == (message,)
    assert len(parts("Is it so? " * MOST)) == MOST


def test_sentences_are_heard_singly() -> None:
    """A message falls into its sentences; of very many, the first and the last are heard."""
    assert said_singly("Can I return it? I am in need.") == ("Can I return it?", "I am in need.")
    assert said_singly("Can I return it?") == said_singly("Hi. Can I return it?") == ()
    heard = said_singly(" ".join(f"This is number {i}." for i in range(99)))
    assert heard[0] == "This is number 0."
    assert heard[-1] == "This is number 98."
    assert len(heard) == MOST_HEARD
