"""sentences: Markdown in pieces that can be compared; lists, tables and code stay whole."""

import pytest

from arenalab.sentences import blocks, is_prose, said_once, says_all_of, sentences

STEPS = "1. Open the menu.\n2. Press *Save*.\n\n   Wait."
CODE = "```py\nx = 1\n\ny = 2\n```"
TABLE = "| a | b |\n|---|---|\n| 1. | 2. |"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        (
            'He said "Stop." Then left (fast.) Good',
            ['He said "Stop."', "Then left (fast.)", "Good"],
        ),
        ("It costs 3.50 in v1.2 of a.b", ["It costs 3.50 in v1.2 of a.b"]),
        ("你好。再见。", ["你好。", "再见。"]),
        ("wrapped\nline. Next", ["wrapped\nline.", "Next"]),
        ("", []),
        (CODE, [CODE]),
        (TABLE, [TABLE]),
        ("- a. b\n- c", ["- a. b\n- c"]),
        ("# Title. More", ["# Title. More"]),
        ("```\nnever closed. really", ["```\nnever closed. really"]),
    ],
)
def test_prose_comes_as_sentences_and_the_rest_whole(text: str, said: list[str]) -> None:
    """What has structure is one piece."""
    assert sentences(text) == said


def test_blocks_are_parted_by_empty_lines_but_in_code() -> None:
    """Code keeps its empty lines; nothing is lost."""
    text = f"Intro:\n\n{STEPS}\n\n{CODE}\n\n\n{TABLE}\n"
    found = blocks(text)
    assert found == ["Intro:", "1. Open the menu.\n2. Press *Save*.", "   Wait.", CODE, TABLE]
    assert [is_prose(block) for block in found] == [True, False, True, False, False]


def test_a_sentence_is_said_once() -> None:
    """What was said is left out of later prose; order is kept."""
    assert said_once(["A one. B two.", "B  two. C three.", "a one."]) == [
        "A one. B two.",
        "C three.",
        "",
    ]


def test_saying_once_keeps_steps_tables_and_code_whole() -> None:
    """Structure is repeated rather than cut, with the sentence that leads to it."""
    first = f"Do this:\n\n{STEPS}"
    second = f"Do this:\n\n1. Open the menu.\n2. Press *Exit*.\n\n{CODE}\n\n{TABLE}"
    assert said_once([first, second]) == [first, second]


def test_one_text_is_kept_as_it_is() -> None:
    """A single text says itself."""
    text = "A one.\nB two.\n\n" + STEPS
    assert said_once([text]) == [text]


@pytest.mark.parametrize(
    ("text", "other", "does"),
    [
        ("Yes. Within 30 days.", "within  30 days.", True),
        ("Yes. Within 30 days.", "Within 60 days.", False),
        ("Yes.", "", False),
        (f"See:\n\n{CODE}", CODE, True),
        (f"See:\n\n{CODE}", "```py\nx = 1\n```", False),
    ],
)
def test_saying_all_of_another(text: str, other: str, does: bool) -> None:
    """Every piece of the other must be there, but for space and case."""
    assert says_all_of(text, other) is does
