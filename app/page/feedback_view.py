"""The dialog that asks what was not right about an answer."""

from page.elements import by_id
from page.model import LONGEST_NOTE, State, find, find_turn
from page.say import count


def fill(state: State) -> None:
    """Make the form ask about the turn the state is about, with what was said of it before."""
    turn = find_turn(state, state.about)
    draft = find(state.drafts, state.about)
    by_id("feedback-about").textContent = turn.question if turn else ""
    by_id("feedback-form").reset()
    if draft:
        by_id("feedback-form").querySelector(f"[value={draft.reason}]").checked = True
        by_id("note").value = draft.note
    note_left()


def note_left() -> None:
    """How many characters a note may still have."""
    left = LONGEST_NOTE - len(by_id("note").value)
    by_id("note-left").textContent = count("note_left", left)
