"""A turn's life beyond asked and answered: it is said bit by bit, stopped, rated, remembered."""

import pytest
from page.model import State, busy_turns, find_turn, history, next_turn
from page.records import turn_from_record, turn_to_record

from page_steps import ANSWER, after, answered, asked


@pytest.fixture
def ready() -> State:
    """Return the state of a page whose engine answers, with one question being thought about."""
    start = State(conversation="c", ready=True)
    return after(start, asked("a"), ("asking", {"id": "a"}))


def saying(name: str = "a") -> tuple:
    """Return the event of an answer that is to appear bit by bit."""
    return ("answered", {"id": name, "answer": ANSWER, "gradually": True})


def test_an_answer_appears_bit_by_bit(ready: State) -> None:
    """Each step shows more of its characters; after the last one the turn is done."""
    state = after(ready, saying())
    assert (find_turn(state, "a").status, find_turn(state, "a").said) == ("saying", 0)
    state = after(state, ("said", {"id": "a", "more": 5}))
    assert find_turn(state, "a").said == 5
    state = after(state, ("said", {"id": "a", "more": 100}))
    assert (find_turn(state, "a").status, find_turn(state, "a").said) == ("done", None)


def test_one_answer_appears_at_a_time(ready: State) -> None:
    """The next answer ends the one before, whole."""
    state = after(ready, saying(), asked("b", at=2), ("asking", {"id": "b"}), saying("b"))
    assert [turn.status for turn in state.turns] == ["done", "saying"]


def test_stop_keeps_what_was_said(ready: State) -> None:
    """A stopped answer stays as far as it was; the rest comes when wanted, also after a reload."""
    state = after(ready, saying(), ("said", {"id": "a", "more": 5}), ("stopped", {}))
    stopped = find_turn(state, "a")
    assert (stopped.status, stopped.said, stopped.answer) == ("stopped", 5, ANSWER)
    assert turn_from_record(turn_to_record(stopped), "waiting") == stopped
    whole = find_turn(after(state, ("shown_whole", {"id": "a"})), "a")
    assert (whole.status, whole.said) == ("done", None)


def test_stop_lets_go_of_what_is_still_to_come(ready: State) -> None:
    """Questions thought about or waiting are stopped; an answer that comes later is dropped."""
    state = after(ready, asked("b", at=2), ("stopped", {}), answered("a"))
    assert [turn.status for turn in state.turns] == ["stopped", "stopped"]
    assert find_turn(state, "a").answer is None
    assert busy_turns(state) == ()
    assert next_turn(after(state, ("retried", {"id": "b"}))).id == "b"


def test_a_failure_after_stop_says_nothing(ready: State) -> None:
    """Whoever stopped is not told that it failed as well."""
    state = after(ready, ("stopped", {}), ("unanswered", {"id": "a", "error": "no"}))
    assert find_turn(state, "a").status == "stopped"


def test_a_tab_closed_while_an_answer_appears_loses_nothing(ready: State) -> None:
    """What is stored of an answer that is appearing is all of it."""
    record = turn_to_record(find_turn(after(ready, saying()), "a"))
    assert (record["said"], turn_from_record(record, "waiting").status) == (None, "done")


def test_fifty_questions_at_once_are_answered_one_by_one() -> None:
    """All are kept, in order, and each is asked once."""
    state = after(State(conversation="c", ready=True), *[asked(str(k), at=k) for k in range(50)])
    order = []
    while next_turn(state):
        name = next_turn(state).id
        order.append(name)
        state = after(state, ("asking", {"id": name}), answered(name))
    assert order == [str(k) for k in range(50)]
    assert {turn.status for turn in state.turns} == {"done"}


def test_the_conversation_so_far_goes_with_a_question(ready: State) -> None:
    """What was asked and answered before, oldest first; nothing of later or other questions."""
    state = after(ready, answered("a"), asked("b", "And?", at=2), asked("c", "So?", at=3))
    assert history(state, find_turn(state, "b")) == [
        {"role": "user", "text": "Is it?"},
        {"role": "assistant", "text": "No, bats can see."},
    ]
    assert history(state, find_turn(state, "c")) == history(state, find_turn(state, "b"))


def test_a_record_of_an_older_page_is_read() -> None:
    """A turn stored when it had a single pack still has its pack."""
    old = {"id": "a", "conversation": "c", "at": 1, "question": "Is it?", "pack": "p"}
    assert turn_from_record(old | {"answer": ANSWER}, "waiting").packs == ("p",)
