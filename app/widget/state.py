"""What the chat knows: the page's own state, one conversation of it, and two events more. Pure."""

from page.conversing import in_order, with_conversations
from page.model import Pack, State, find_pack
from page.records import turn_from_record
from page.state import UPDATES as PAGE_UPDATES


def followed(
    state: State, *, packs: list, near: list, conversation: str, threshold: float | None
) -> State:
    """The page around says which packs answer, and when one is sure enough.

    Those `near` stand beside this page, which opens them by their address. Other packs are another
    conversation. A question that still waits goes to them as well.
    """
    known = [
        find_pack(state, url)
        or Pack(id=url, name=_name(url), own=False, url=url if url in near else "")
        for url in packs
    ]
    settings = state.settings.replace(specialists=tuple(packs[1:]), threshold=threshold)
    turns = [
        turn.replace(packs=tuple(packs), conversation=conversation)
        if turn.status == "waiting"
        else turn
        for turn in state.turns
    ]
    return with_conversations(
        state.replace(
            packs=tuple(known),
            pack=packs[0],
            settings=settings,
            conversation=conversation,
            turns=tuple(turns),
        )
    )


def recalled(state: State, *, records: list) -> State:
    """What was said here before is back; what was asked meanwhile comes last."""
    known = frozenset(turn.id for turn in state.turns)
    turns = [
        turn_from_record(record, "waiting")
        for record in records
        if record["id"] not in known and record["conversation"] == state.conversation
    ]
    return with_conversations(state.replace(turns=in_order(turns + list(state.turns)), kept=True))


def forgotten(state: State) -> State:
    """The conversation on screen is gone."""
    turns = tuple(turn for turn in state.turns if turn.conversation != state.conversation)
    return with_conversations(state.replace(turns=turns))


def _name(url: str) -> str:
    return url.split("/")[-1].split("?")[0]


UPDATES = dict(PAGE_UPDATES)
for function in (followed, recalled, forgotten):
    UPDATES[function.__name__] = function


def update(state: State, event: tuple) -> State:
    """Return the state after `event`, a pair of a name from `UPDATES` and its fields."""
    name, fields = event
    return UPDATES[name](state, **fields)
