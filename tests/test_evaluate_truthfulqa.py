"""evaluate.truthfulqa: files are read, overlap is left out, and style alone lifts nothing."""

import json

import numpy as np
import pytest

from arenalab.arena import Arena, learn
from arenalab.errors import SourceError
from arenalab.evaluate import Choice, evaluate_truthfulqa, read_choices
from arenalab.evaluate.truthfulqa import _judge, find_overlap
from arenalab.span import Span
from world import WordEncoder

HEADER = "Question,Best Answer,Best Incorrect Answer,Correct Answers,Incorrect Answers\n"


def silent(stage: str, done: int, total: int) -> None:
    """Report nothing."""


def arena(*spans: Span) -> Arena:
    """Return an arena over these spans and a few of no matter."""
    rest = [Span(id=f"r{i}", this=f"matter {i} of none", if_ok=f"nothing {i}") for i in range(5)]
    encoder = WordEncoder()
    return Arena(learn([*spans, *rest], encoder, name="t"), encoder, lambda: 0.0)


BATS = Span(
    id="bats",
    this="can bats see anything",
    if_ok="bats can see well",
    if_not="bats are blind animals",
)
CHOICE = Choice("are bats blind?", ("bats can see",), ("bats are blind", "bats have no eyes"))


def test_a_diamond_decides_between_answers() -> None:
    """What the pack says is so wins over what it says is not."""
    found = evaluate_truthfulqa([CHOICE], arena(BATS), silent)
    scores = found.measures["scores"]
    assert scores["mc1"]["with_question"] == scores["two_option"]["with_question"] == 1
    assert scores["mc2"]["with_question"] > scores["mc2"]["chance"]
    assert found.records[0].predicted == "bats can see"


def test_a_failed_diamond_speaks_against_its_claim() -> None:
    """A span whose status is failed makes its own words less believed."""
    claim = Span(id="f", this="bats are blind", if_not="bats are blind", status="failed")
    found = evaluate_truthfulqa([CHOICE], arena(claim), silent)
    assert found.measures["scores"]["two_option"]["with_question"] == 1


def test_every_figure_stands_beside_control_and_chance() -> None:
    """Chance is one in the options; the lift is the question's own share."""
    scores = evaluate_truthfulqa([CHOICE], arena(BATS), silent).measures["scores"]
    assert [scores[n]["chance"] for n in ("mc1", "mc2", "two_option")] == [1 / 3, 1 / 3, 0.5]
    for row in scores.values():
        assert row["lift"] == row["with_question"] - row["question_hidden"]
        assert row["lift_error"] == 0  # one question has no spread
        assert row["over_other"] == row["with_question"] - row["other_question"]
        assert row["over_none"] == row["with_question"] - row["no_evidence"]


def test_evidence_of_another_question_tells_nothing_of_this_one() -> None:
    """What is known of the moon does not help with bats, and the control shows it."""
    moon = Choice("is the moon of cheese?", ("the moon is rock",), ("the moon is cheese",))
    told = Span(id="m", this="what is the moon made of", if_ok="rock", if_not="cheese")
    scores = evaluate_truthfulqa([CHOICE, moon], arena(BATS, told), silent).measures["scores"]
    assert scores["two_option"]["with_question"] == 1
    assert scores["two_option"]["other_question"] < 1
    assert scores["two_option"]["over_other"] > 0


def test_diamonds_that_hold_a_question_are_left_out_and_reported() -> None:
    """The overlap is counted, shown, and of no use for the answer."""
    copy = Span(id="copy", this=CHOICE.question, if_ok="bats can see")
    found = find_overlap([CHOICE], arena(copy), 0.9)
    assert found.spans.sum() == 1
    assert found.questions.all()
    assert CHOICE.question in found.examples[0]
    measures = evaluate_truthfulqa([CHOICE], arena(copy), silent).measures
    assert measures["overlap_spans"] == measures["overlap_questions"] == 1
    kept = evaluate_truthfulqa([CHOICE], arena(copy), silent, overlap=1.1).measures
    assert kept["overlap_spans"] == 0


def test_a_pack_that_is_all_overlap_leaves_it_to_chance() -> None:
    """With every diamond left out there is no evidence, no crash, and ties fall by the shuffle."""
    only = [
        Span(id="a", this="are bats blind?", if_ok="no"),
        Span(id="b", this="are bats blind", if_ok="yes"),
    ]
    encoder = WordEncoder()
    alone = Arena(learn(only, encoder, name="t"), encoder, lambda: 0.0)
    choices = [CHOICE] * 200
    scores = evaluate_truthfulqa(choices, alone, silent).measures["scores"]
    assert 0.2 < scores["mc1"]["with_question"] < 0.47
    assert 0.38 < scores["two_option"]["with_question"] < 0.62


def test_the_shuffle_settles_ties_and_nothing_else() -> None:
    """Of equal scores the one that stands first wins; a higher score wins anywhere."""
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        tied = _judge(CHOICE, np.zeros(3), np.array(order))
        assert tied.mc1 == float(order[0] == 0)
        assert _judge(CHOICE, np.array([0.1, 0, 0]), np.array(order)).mc1 == 1
        assert _judge(CHOICE, np.array([0.0, 0.2, 0.1]), np.array(order)).best == "bats are blind"


def test_the_csv_is_read_as_published() -> None:
    """Best answers come first, cells are parted by semicolons, repeats are dropped."""
    row = '"Q, really?",Yes,No,"Yes; Sure ;",No; Never\n'
    expected = [Choice("Q, really?", ("Yes", "Sure"), ("No", "Never"))]
    assert read_choices("t.csv", (HEADER + row).encode()) == expected
    older = "Type,Question,Best Answer,Correct Answers,Incorrect Answers\nx,Q?,Yes,Yes,No;Never\n"
    assert read_choices("t.csv", older.encode()) == [Choice("Q?", ("Yes",), ("No", "Never"))]


def test_the_json_is_read_as_published() -> None:
    """The targets of all tasks together, the binary task's answers first."""
    item = {
        "question": "Q?",
        "mc0_targets": {"Yes": 1, "Never": 0},
        "mc1_targets": {"Yes": 1, "No": 0, "Never": 0},
        "mc2_targets": {"Sure": 1, "Yes": 1, "No": 0},
    }
    expected = [Choice("Q?", ("Yes", "Sure"), ("Never", "No"))]
    assert read_choices("mc_task.json", json.dumps([item]).encode()) == expected


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"[7]", b"[{}]", b"a,b\n1,2\n", b"\xff",
     HEADER.encode(), f"{HEADER}Q?,,No,,No\n".encode()],
)  # fmt: skip
def test_bad_files_are_refused(data: bytes) -> None:
    """What holds no choice raises SourceError with the file's name."""
    with pytest.raises(SourceError, match="t\\.csv"):
        read_choices("t.csv", data)
