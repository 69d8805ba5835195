"""Conversations: named, searched, removed and brought back."""

import pytest
from page.model import State, excerpt, found_conversations

from page_steps import after, answered, asked


@pytest.fixture
def two() -> State:
    """Return a state with a conversation about bats and, on screen, one about rain."""
    return after(
        State(conversation="bats"),
        asked("a", "Are bats blind?"),
        answered("a"),
        ("conversation_chosen", {"id": "rain"}),
        asked("b", "Will it rain?", at=2),
        answered("b", text="Take an umbrella."),
    )


def titles(state: State) -> list[str]:
    """Return the titles listed."""
    return [one.title for one, _ in found_conversations(state)]


def test_a_conversation_can_be_named(two: State) -> None:
    """A name replaces the first question, on one line; an empty one brings the question back."""
    state = after(two, ("naming", {"id": "bats"}), ("named", {"id": "bats", "title": " Night \n"}))
    assert titles(state) == ["Will it rain?", "Night"]
    assert state.renaming is None
    assert titles(after(state, ("named", {"id": "bats", "title": " "})))[1] == "Are bats blind?"


def test_a_name_is_kept_when_the_conversation_goes_on(two: State) -> None:
    """A new question does not change it."""
    state = after(two, ("named", {"id": "rain", "title": "Weather"}), asked("c", "Snow?", at=3))
    assert titles(state)[0] == "Weather"


def test_an_endless_name_is_cut(two: State) -> None:
    """A name has at most 120 characters."""
    assert len(titles(after(two, ("named", {"id": "rain", "title": "x" * 999})))[0]) == 120


def test_search_finds_titles_questions_and_answers(two: State) -> None:
    """Whatever case; where the title has not got it, the place is shown."""
    assert titles(after(two, ("searched", {"text": "BATS"}))) == ["Are bats blind?"]
    found = found_conversations(after(two, ("searched", {"text": "umbrella"})))
    assert [(one.id, place) for one, place in found] == [
        ("rain", "Will it rain? Take an umbrella.")
    ]
    assert titles(after(two, ("searched", {"text": "nothing like it"}))) == []
    assert titles(after(two, ("searched", {"text": "  "}))) == ["Will it rain?", "Are bats blind?"]


def test_an_excerpt_shows_words_around() -> None:
    """What is left out on either side is marked."""
    assert excerpt("one two three four five", 8, 5, around=4) == "…two three fou…"


def test_a_removed_conversation_comes_back_whole(two: State) -> None:
    """Undo restores its turns, its name and its place, and shows it."""
    named = after(two, ("named", {"id": "bats", "title": "Night"}))
    gone = after(named, ("conversation_removed", {"id": "bats", "fresh": "new"}))
    assert titles(gone) == ["Will it rain?"]
    back = after(gone, ("removal_undone", {}))
    assert (titles(back), back.conversation) == (["Will it rain?", "Night"], "bats")
    assert back.turns == named.turns


def test_undo_works_once(two: State) -> None:
    """A second Undo, or one after it was declined, changes nothing."""
    gone = after(two, ("conversation_removed", {"id": "bats", "fresh": "new"}))
    back = after(gone, ("removal_undone", {}))
    assert after(back, ("removal_undone", {})) == back
    declined = after(gone, ("removal_accepted", {}))
    assert after(declined, ("removal_undone", {})) == declined


def test_restoring_brings_names_drafts_and_settings() -> None:
    """What another visit chose is back; theme and language are those already on screen."""
    fields = {
        "records": [],
        "packs": [],
        "conversation": "c",
        "pack": "starter",
        "kept": True,
        "titles": {"c": "Night"},
        "drafts": [{"id": "a", "reason": "wrong", "examples": ["x"]}],
        "settings": {"threshold": 0.8, "theme": "dark", "language": "de", "unheard": 1},
    }
    state = after(State(), ("restored", fields))
    assert state.titles == {"c": "Night"}
    assert state.drafts[0].examples == ("x",)
    assert state.settings.to_dict() | {"threshold": 0.8} == State().settings.to_dict() | {
        "threshold": 0.8
    }


def test_a_conversation_chosen_before_storage_opened_stays_on_screen() -> None:
    """What comes back stands in the list; the early question keeps a conversation of its own."""
    fields = {"records": [], "packs": [], "conversation": "old", "pack": "starter", "kept": True}
    moved = after(State(conversation="c"), asked("a"), ("conversation_chosen", {"id": "d"}))
    state = after(moved, ("restored", fields))
    assert (state.conversation, [turn.conversation for turn in state.turns]) == ("d", ["c"])
