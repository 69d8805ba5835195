"""Events of a turn: it is asked, answered, said, stopped, asked again. Pure."""

from page.conversing import in_order, with_conversations
from page.model import State, Turn, asked_packs, busy_turns, find_turn
from page.records import turn_from_record


def asked(state: State, *, id: str, text: str, at: int) -> State:
    """A person asked; the packs chosen now are those that will answer."""
    text = text.strip()
    if not text:
        return state
    packs = asked_packs(state)
    turn = Turn(id=id, conversation=state.conversation, at=at, question=text, packs=packs)
    return _with_turn(state, turn)


def asking(state: State, *, id: str) -> State:
    """The engine has taken this turn."""
    return change_turn(state, id, status="thinking", error=None)


def answered(state: State, *, id: str, answer: dict, gradually: bool = False) -> State:
    """The engine answered; `gradually` lets the answer appear in `said` steps.

    One answer appears at a time. What comes after the person stopped is let go.
    """
    turn = find_turn(state, id)
    if not turn or turn.status == "stopped":
        return state
    for other in state.turns:
        if other.status == "saying":
            state = change_turn(state, other.id, status="done", said=None)
    status, said = ("saying", 0) if gradually else ("done", None)
    return change_turn(state, id, status=status, answer=answer, said=said, error=None)


def said(state: State, *, id: str, more: int) -> State:
    """More characters of an answer are shown; after the last one it is done."""
    turn = find_turn(state, id)
    if not turn or turn.status != "saying":
        return state
    shown = turn.said + more
    if shown < len(turn.answer["text"]):
        return change_turn(state, id, said=shown)
    return change_turn(state, id, status="done", said=None)


def stopped(state: State) -> State:
    """The person stopped whatever is still to come on screen."""
    for turn in busy_turns(state):
        if turn.provided and turn.provided["status"] == "asking":
            state = change_turn(state, turn.id, provided=turn.provided | {"status": "stopped"})
        if turn.status != "done":
            state = change_turn(state, turn.id, status="stopped")
    return state


def shown_whole(state: State, *, id: str) -> State:
    """The rest of a stopped answer is wanted after all."""
    return change_turn(state, id, status="done", said=None)


def unanswered(state: State, *, id: str, error: str) -> State:
    """The engine could not answer, and says why."""
    turn = find_turn(state, id)
    if not turn or turn.status == "stopped":
        return state
    return change_turn(state, id, status="failed", error=error)


def retried(state: State, *, id: str) -> State:
    """A failed or stopped turn is asked again, of the packs chosen now."""
    packs = asked_packs(state)
    return change_turn(state, id, status="waiting", error=None, packs=packs, provided=None)


def turn_seen(state: State, *, record: dict) -> State:
    """Another tab stored this turn. A record never takes an answer away."""
    turn = turn_from_record(record, "elsewhere")
    known = find_turn(state, turn.id)
    if known and (not turn.answer or known.status == "saying"):
        return state
    return _with_turn(state, turn)


def change_turn(state: State, id: str, **changes: object) -> State:
    """The state with these fields of one turn changed."""
    turns = [turn.replace(**changes) if turn.id == id else turn for turn in state.turns]
    return state.replace(turns=tuple(turns))


def _with_turn(state: State, turn: Turn) -> State:
    others = [old for old in state.turns if old.id != turn.id]
    return with_conversations(state.replace(turns=in_order(others + [turn])))


UPDATES = (
    asked,
    asking,
    answered,
    said,
    stopped,
    shown_whole,
    unanswered,
    retried,
    turn_seen,
)
