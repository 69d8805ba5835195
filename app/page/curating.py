"""Events of feedback: a rating at once, and the draft of a correction. Pure."""

from page.model import LONGEST_NOTE, Draft, State, find_turn
from page.records import draft_from_record
from page.turning import change_turn

REASONS = ("wrong", "not_asked", "out_of_date", "unclear", "unsafe", "other")


def rated(state: State, *, id: str, rating: str) -> State:
    """A thumb is pressed; the same thumb pressed again takes it back, its draft with it."""
    turn = find_turn(state, id)
    if not turn:
        return state
    given = None if turn.rating == rating else rating
    state = change_turn(state, id, rating=given)
    if given == "down":
        return state.replace(dialog="feedback", about=id)
    return state.replace(drafts=tuple(draft for draft in state.drafts if draft.id != id))


def explained(state: State, *, id: str, reason: str, note: str, when: str) -> State:
    """A thumbs down has a reason and perhaps a note: the draft of a correction."""
    turn = find_turn(state, id)
    if not turn or not turn.answer or reason not in REASONS:
        return state.replace(dialog=None)
    answer = turn.answer
    draft = Draft(
        id=id,
        question=answer.get("resolved") or turn.question,
        answer=answer["text"],
        reason=reason,
        note=note.strip()[:LONGEST_NOTE],
        when=when,
        examples=tuple(receipt["span_id"] for receipt in answer["receipts"]),
        pack=turn.packs[0],
        lang=state.settings.language,
    )
    others = tuple(old for old in state.drafts if old.id != id)
    return state.replace(drafts=others + (draft,), dialog=None, about=None)


def draft_removed(state: State, *, id: str) -> State:
    """A draft is not wanted after all."""
    return state.replace(drafts=tuple(draft for draft in state.drafts if draft.id != id))


def drafts_seen(state: State, *, drafts: list) -> State:
    """Another tab wrote drafts."""
    return state.replace(drafts=tuple(map(draft_from_record, drafts)))


UPDATES = (rated, explained, draft_removed, drafts_seen)
