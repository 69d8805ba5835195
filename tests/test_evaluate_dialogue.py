"""evaluate.dialogue: dialogues are read liberally, candidates drawn fairly, replies ranked."""

import json

import numpy as np
import pytest

from arenalab.errors import SourceError
from arenalab.evaluate import evaluate_dialogue, read_dialogues
from arenalab.evaluate.conversations import Dialogue, Turn, situations
from arenalab.evaluate.dialogue import draw
from arenalab.evaluate.next_turn import Memory, Question, Scorer
from world import WordEncoder


def silent(stage: str, done: int, total: int) -> None:
    """Report nothing."""


def dialogue(name: str, *turns: str) -> Dialogue:
    """Return a dialogue of alternating turns that the user begins."""
    return Dialogue(name, tuple(Turn(bool(i % 2), text) for i, text in enumerate(turns)))


THINGS = ("table", "taxi", "room", "ticket", "doctor", "bus", "film", "flat", "song", "flight")
TRAIN = [
    dialogue(f"{thing}-{verb}", f"please {verb} a {thing}", f"which {thing} would you like?",
             f"the cheap {thing}", f"your {thing} is booked")
    for thing in THINGS
    for verb in ("book", "find", "order")
]  # fmt: skip
TEST = [
    dialogue(thing, f"I want a {thing}", f"which {thing} would you like?",
             f"any cheap {thing}", f"your {thing} is booked")
    for thing in THINGS
]  # fmt: skip


def test_the_true_turn_is_found_among_the_candidates() -> None:
    """In a world where words decide, the method and every baseline rank it high."""
    found = evaluate_dialogue(TRAIN, TEST, WordEncoder(), silent)
    assert found.measures["n"] == 20
    assert found.measures["n_train"] == 60
    assert found.measures["candidates"] == 20
    assert found.measures["r_at_5"] == 1
    assert set(found.measures["baselines"]) == {"last_user_turn", "bm25", "nearest_neighbour"}
    assert len(found.records) == 20
    assert all(r.correct == (r.rank == 1) == (r.predicted == r.truth) for r in found.records)


def test_any_rule_can_be_measured() -> None:
    """A rule that says nothing is right as often as chance; one that knows is always right."""

    def blind(_memory: Memory) -> Scorer:
        return lambda asked: np.zeros(len(asked.candidates))

    def knows(_memory: Memory) -> Scorer:
        def score(asked: Question) -> np.ndarray:
            return np.array([text == asked.situation.reply for text in asked.candidates], float)

        return score

    measured = [
        evaluate_dialogue(TRAIN, TEST, WordEncoder(), silent, method=rule).measures
        for rule in (blind, knows)
    ]
    assert measured[0]["r_at_1"] < 0.3
    assert measured[1]["r_at_1"] == 1


def test_results_are_the_same_each_time() -> None:
    """The seed is fixed: two runs give the same numbers and records."""
    first, second = (evaluate_dialogue(TRAIN, TEST, WordEncoder(), silent) for _ in range(2))
    assert first == second


def test_fewer_turns_may_be_asked() -> None:
    """They are spread over the file, and candidates still come from all of it."""
    found = evaluate_dialogue(TRAIN, TEST, WordEncoder(), silent, turns=4)
    assert [record.id for record in found.records] == ["table/1", "ticket/1", "film/1", "flight/3"]
    assert found.measures["candidates"] == 20


def test_enough_situations_are_regressed() -> None:
    """With more situations than features, the regression takes part and still finds the turn."""
    train = [
        dialogue(f"{i}", f"please get {i} a {thing}", f"which {thing} would you like?")
        for i in range(60)
        for thing in THINGS
    ]
    found = evaluate_dialogue(train, TEST, WordEncoder(), silent, turns=10)
    assert found.measures["n_train"] == 600
    assert found.measures["r_at_1"] > found.measures["candidates"] ** -1


def test_candidates_are_distinct_hold_the_truth_and_ignore_its_place() -> None:
    """A hundred different texts, the truth once, at no favoured place."""
    turns = [f"turn {i % 300}" for i in range(900)]
    drawn = draw(turns[:300], turns)
    assert all(len(set(texts)) == len(texts) == 100 for texts in drawn)
    places = [texts.index(truth) for truth, texts in zip(turns[:300], drawn, strict=True)]
    assert 40 < np.mean(places) < 60
    assert drawn == draw(turns[:300], turns)


def test_situations_hold_all_that_came_before() -> None:
    """A system turn that opens a dialogue is none; turns in a row are one; ids name the place."""
    turns = (
        (True, "hello"),
        (False, "hi"),
        (False, "a taxi"),
        (True, "where to?"),
        (True, "when?"),
    )
    found = situations([Dialogue("d", tuple(Turn(*turn) for turn in turns))])
    assert [(s.id, s.history, s.reply) for s in found] == [
        ("d/3", ("hello", "hi\na taxi"), "where to?")
    ]


@pytest.mark.parametrize(
    "row",
    [
        {"dialogue_id": "x", "turns": [{"speaker": "USER", "utterance": "hi"},
                                       {"speaker": "SYSTEM", "utterance": "yes?"}]},
        {"id": "x", "turns": [{"speaker": "user", "text": "hi"},
                              {"speaker": "Agent", "text": "yes?"}]},
        {"id": "x", "messages": [{"role": "system", "content": "Be kind."},
                                 {"role": "user", "content": "hi"},
                                 {"role": "assistant", "content": "yes?"}]},
    ],
)  # fmt: skip
def test_dialogues_are_read_in_the_shapes_they_come_in(row: dict) -> None:
    """The data set's own fields, common others, and chats, whose instructions are no turn."""
    expected = [Dialogue("x", (Turn(False, "hi"), Turn(True, "yes?")))]
    assert read_dialogues("d.jsonl", json.dumps(row).encode()) == expected
    assert read_dialogues("d.json", json.dumps([row]).encode()) == expected


@pytest.mark.parametrize(
    "data",
    [b"", b"\n", b"{}", b"[]", b"7", b"[7]", b"nope", b"\xff",
     b'{"turns": [{"speaker": "DOG", "utterance": "?"}]}'],
)  # fmt: skip
def test_bad_files_name_the_place(data: bytes) -> None:
    """What is no dialogue raises SourceError with the file's name."""
    with pytest.raises(SourceError, match=r"d\.jsonl"):
        read_dialogues("d.jsonl", data)


def test_dialogues_of_one_side_are_refused() -> None:
    """Without a system turn after a user turn there is nothing to rank."""
    with pytest.raises(SourceError, match="both speakers"):
        evaluate_dialogue(TRAIN, [dialogue("d", "hi")], WordEncoder(), silent)
