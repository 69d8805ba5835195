"""The page's state: each event does what its name says, and nothing else."""

import pytest
from page import words
from page.model import STARTER, Notice, Pack, State, find_turn, next_turn, shown_turns
from page.records import turn_to_record
from page.value import Value

from page_steps import ANSWER, after, asked, speak_english

speak_english()


@pytest.fixture
def fresh() -> State:
    """Return the state of a page just opened."""
    return State(conversation="c")


def test_a_value_is_frozen() -> None:
    """A record cannot be changed in place; the message names the way."""
    with pytest.raises(AttributeError, match="replace"):
        Pack().name = "other"


def test_a_value_knows_its_fields() -> None:
    """An unknown field is refused by name."""
    with pytest.raises(TypeError, match="colour"):
        Pack(colour="red")


def test_values_are_equal_by_class_and_fields() -> None:
    """Equality and hash follow from the fields; another class is never equal."""

    class Other(Value):
        FIELDS = Pack.FIELDS

    assert Pack(id="a") == Pack(id="a")
    assert hash(Pack(id="a")) == hash(Pack(id="a"))
    assert Pack(id="a") != Other(id="a")


def test_a_question_waits_until_the_engine_is_ready(fresh: State) -> None:
    """A question asked while Python starts is shown at once and answered first when ready."""
    early = after(fresh, asked("a"), asked("b", at=2))
    assert [turn.status for turn in shown_turns(early)] == ["waiting", "waiting"]
    assert next_turn(early) is None
    assert next_turn(after(early, ("engine_ready", {}))).id == "a"


def test_one_question_is_answered_at_a_time(fresh: State) -> None:
    """While one is thought about the others wait, then follow in the order asked."""
    busy = after(fresh, ("engine_ready", {}), asked("a"), asked("b", at=2), ("asking", {"id": "a"}))
    assert next_turn(busy) is None
    done = after(busy, ("answered", {"id": "a", "answer": ANSWER}))
    assert next_turn(done).id == "b"
    assert find_turn(done, "a").answer == ANSWER


def test_an_empty_question_changes_nothing(fresh: State) -> None:
    """Spaces alone are no question."""
    assert after(fresh, asked("a", "  \n ")) == fresh


def test_a_failed_turn_can_be_asked_again(fresh: State) -> None:
    """A failure shows its reason, blocks nobody, and a retry clears it."""
    failed = after(
        fresh,
        ("engine_ready", {}),
        asked("a"),
        ("asking", {"id": "a"}),
        ("unanswered", {"id": "a", "error": "too long"}),
    )
    assert find_turn(failed, "a").error == "too long"
    assert next_turn(failed) is None
    again = after(failed, ("retried", {"id": "a"}))
    assert next_turn(again).id == "a"
    assert find_turn(again, "a").error is None


def restored(records: list, **fields: object) -> tuple:
    """Return the event of a store being read."""
    known = {"packs": [], "conversation": "old", "pack": STARTER, "kept": True}
    return ("restored", known | fields | {"records": records})


def test_a_conversation_survives_a_reload(fresh: State) -> None:
    """What was stored comes back, answered turns answered, in the order asked."""
    state = after(
        fresh, asked("a"), ("answered", {"id": "a", "answer": ANSWER}), asked("b", "And?", at=2)
    )
    records = [turn_to_record(turn) for turn in reversed(state.turns)]
    back = after(State(conversation="new"), restored(records, conversation="c"))
    assert [(turn.id, turn.status) for turn in shown_turns(back)] == [
        ("a", "done"),
        ("b", "waiting"),
    ]


def test_a_question_asked_before_storage_opened_joins_the_conversation(fresh: State) -> None:
    """An early question moves, last, into the restored conversation, and to the pack in use."""
    old = turn_to_record(after(State(conversation="old"), asked("z")).turns[0])
    again = restored([old | {"answer": ANSWER}], packs=[{"id": "p"}], pack="p")
    state = after(fresh, asked("a", at=9), again)
    assert [(turn.id, turn.packs) for turn in shown_turns(state)] == [
        ("z", (STARTER,)),
        ("a", ("p",)),
    ]


def test_a_stored_choice_of_a_pack_that_is_gone_is_let_go(fresh: State) -> None:
    """Where the pack last used is no longer stored, the starter answers."""
    assert after(fresh, restored([], pack="gone")).pack == STARTER


def test_a_turn_of_another_tab_is_shown_but_not_answered_here(fresh: State) -> None:
    """The tab where it was asked answers it; its answer then appears here too."""
    record = turn_to_record(after(State(conversation="c"), asked("far")).turns[0])
    seen = after(fresh, ("engine_ready", {}), ("turn_seen", {"record": record}))
    assert find_turn(seen, "far").status == "elsewhere"
    assert next_turn(seen) is None
    answered = after(seen, ("turn_seen", {"record": record | {"answer": ANSWER}}))
    assert find_turn(answered, "far").status == "done"


def test_another_tab_never_takes_an_answer_away(fresh: State) -> None:
    """An older record of a turn does not undo its answer."""
    state = after(fresh, asked("a"))
    record = turn_to_record(state.turns[0])
    done = after(state, ("answered", {"id": "a", "answer": ANSWER}))
    assert after(done, ("turn_seen", {"record": record})) == done


def test_removing_the_conversation_on_screen_starts_a_fresh_one(fresh: State) -> None:
    """Its turns go, and an empty conversation takes its place."""
    gone = after(fresh, asked("a"), ("conversation_removed", {"id": "c", "fresh": "d"}))
    assert (gone.turns, gone.conversation, gone.conversations) == ((), "d", ())


def test_removing_another_conversation_leaves_the_one_on_screen(fresh: State) -> None:
    """Only the named conversation goes."""
    both = after(fresh, asked("a"), ("conversation_chosen", {"id": "d"}), asked("b", at=2))
    gone = after(both, ("conversation_removed", {"id": "c", "fresh": "e"}))
    assert [turn.id for turn in gone.turns] == ["b"]
    assert gone.conversation == "d"


def test_turns_removed_in_another_tab_go_here_too(fresh: State) -> None:
    """Answered turns that are no longer stored go; one still being answered stays."""
    state = after(fresh, asked("a"), ("answered", {"id": "a", "answer": ANSWER}), asked("b", at=2))
    gone = after(state, ("turns_gone", {"left": []}))
    assert [turn.id for turn in gone.turns] == ["b"]


def test_conversations_are_listed_by_last_use(fresh: State) -> None:
    """A conversation is called by its first question; the last used stands first."""
    state = after(
        fresh,
        asked("a", "One"),
        asked("b", "Two", at=2),
        ("conversation_chosen", {"id": "d"}),
        asked("e", "Three", at=3),
    )
    assert [one.title for one in state.conversations] == ["Three", "One"]


def test_a_new_pack_is_chosen_and_the_next_question_goes_to_it(fresh: State) -> None:
    """After an import the person asks the pack just built."""
    state = after(fresh, ("pack_added", {"record": {"id": "p", "name": "faq.csv"}}), asked("a"))
    assert state.pack == "p"
    assert find_turn(state, "a").packs == ("p",)


def test_removing_the_chosen_pack_falls_back_to_the_starter(fresh: State) -> None:
    """The starter pack is always there."""
    state = after(fresh, ("pack_added", {"record": {"id": "p"}}), ("pack_removed", {"id": "p"}))
    assert (state.pack, [pack.id for pack in state.packs]) == (STARTER, [STARTER])


def test_a_pack_removed_in_another_tab_is_let_go(fresh: State) -> None:
    """The list follows the other tab, and so does the choice."""
    state = after(fresh, ("pack_added", {"record": {"id": "p"}}), ("packs_seen", {"packs": []}))
    assert (state.pack, len(state.packs)) == (STARTER, 1)


def test_choosing_an_unknown_pack_changes_nothing(fresh: State) -> None:
    """A pack that is not there cannot be chosen."""
    assert after(fresh, ("pack_chosen", {"id": "none"})) == fresh


def test_the_starter_pack_is_described_when_opened(fresh: State) -> None:
    """Its count and size come from the file itself; it stays nobody's own."""
    record = {"id": STARTER, "name": "Starter", "count": 182, "size": 400_000}
    pack = after(fresh, ("pack_described", {"record": record})).packs[0]
    assert (pack.count, pack.own) == (182, False)


def test_a_notice_replaces_the_one_of_its_key(fresh: State) -> None:
    """The newest word on a matter is the only one, and can be dismissed."""
    state = after(
        fresh, ("told", {"key": "k", "text": "old"}), ("told", {"key": "k", "text": "new"})
    )
    assert [notice.text for notice in state.notices] == ["new"]
    assert after(state, ("dismissed", {"key": "k"})).notices == ()


def test_few_notices_stand_at_once(fresh: State) -> None:
    """However much happens, the page is not buried under notices."""
    events = [("told", {"key": str(k), "text": "x"}) for k in range(9)]
    assert [notice.key for notice in after(fresh, *events).notices] == ["5", "6", "7", "8"]


def test_lost_storage_is_said(fresh: State) -> None:
    """Where nothing can be stored the page says so and goes on."""
    state = after(fresh, ("storage_lost", {"error": "refused"}), asked("a"))
    assert state.kept is False
    assert state.notices == (Notice(key="storage", kind="warning", text="refused"),)
    assert len(state.turns) == 1


def test_an_engine_that_fails_is_said_with_a_way_out(fresh: State) -> None:
    """The reason is shown beside a button to reload."""
    state = after(fresh, ("engine_failed", {"error": "no network"}))
    assert (state.ready, state.notices[0].action) == (False, "reload")
    assert words.status(state) == "Could not start"
    assert after(state, ("boot_moved", {"stage": "packages", "done": 1, "total": 2})) == state
