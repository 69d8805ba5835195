"""Events of conversations: restored, chosen, named, searched, removed and brought back. Pure."""

from page.model import Conversation, State, find, turns_of
from page.packing import packs_seen
from page.records import draft_from_record, settings_from_record, turn_from_record, turn_to_record

LONGEST_TITLE = 120


def restored(
    state: State,
    *,
    records: list,
    packs: list,
    conversation: str,
    pack: str,
    kept: bool,
    titles: dict | None = None,
    drafts: list = (),
    settings: dict | None = None,
) -> State:
    """What was stored is back; questions asked before that moment join it, last.

    Where another conversation was chosen before that moment, it stays on screen and they stay
    apart. A stored turn that never got its answer waits for one again. Theme and language are
    those the page already shows, since they are known before any storage opens.
    """
    shown = state.settings
    chosen = settings_from_record(settings).replace(theme=shown.theme, language=shown.language)
    state = state.replace(kept=kept, pack=pack, settings=chosen)
    state = state.replace(titles=titles or {}, drafts=tuple(map(draft_from_record, drafts)))
    state = packs_seen(state, packs=packs)
    known = frozenset(turn.id for turn in state.turns)
    stored = [turn_from_record(r, "waiting") for r in records if r["id"] not in known]
    early = [turn.replace(packs=(state.pack,)) for turn in state.turns]
    if not state.moved:
        early = [turn.replace(conversation=conversation) for turn in early]
        state = state.replace(conversation=conversation)
    return with_conversations(state.replace(turns=in_order(stored + early)))


def conversation_chosen(state: State, *, id: str) -> State:
    """Show another conversation, or a new one when the id is not known yet."""
    return state.replace(
        conversation=id, moved=True, dialog=None, side=False, confirm=None, renaming=None
    )


def conversation_removed(state: State, *, id: str, fresh: str) -> State:
    """A conversation is gone; when it was the one on screen, `fresh` takes its place.

    What went is held in `removed` until something else is removed.
    """
    turns = tuple(turn for turn in state.turns if turn.conversation != id)
    here = fresh if state.conversation == id else state.conversation
    gone = {
        "id": id,
        "records": [turn_to_record(turn) for turn in turns_of(state, id)],
        "title": find(state.conversations, id).title,
        "named": id in state.titles,
    }
    state = state.replace(turns=turns, conversation=here, confirm=None, removed=gone)
    return with_conversations(state)


def removal_undone(state: State) -> State:
    """The conversation removed last is back, and shown."""
    gone = state.removed
    if not gone:
        return state
    back = [turn_from_record(record, "waiting") for record in gone["records"]]
    titles = state.titles | ({gone["id"]: gone["title"]} if gone["named"] else {})
    state = state.replace(turns=in_order(list(state.turns) + back), titles=titles, removed=None)
    return with_conversations(state.replace(conversation=gone["id"]))


def removal_accepted(state: State) -> State:
    """What was removed last will not come back."""
    return state.replace(removed=None)


def turns_gone(state: State, *, left: list) -> State:
    """Another tab removed turns; `left` are the ids still stored. Unanswered ones stay here."""
    turns = [turn for turn in state.turns if turn.id in left or not turn.answer]
    return with_conversations(state.replace(turns=tuple(turns)))


def naming(state: State, *, id: str) -> State:
    """A conversation is about to be named; None gives it up."""
    return state.replace(renaming=id)


def named(state: State, *, id: str, title: str) -> State:
    """A conversation has a name of its own; an empty one gives it its first question back."""
    title = " ".join(title.split())[:LONGEST_TITLE]
    titles = {key: value for key, value in state.titles.items() if key != id}
    if title:
        titles[id] = title
    return with_conversations(state.replace(titles=titles, renaming=None))


def titles_seen(state: State, *, titles: dict) -> State:
    """Another tab named a conversation."""
    return with_conversations(state.replace(titles=titles))


def searched(state: State, *, text: str) -> State:
    """The list shows the conversations that have this text."""
    return state.replace(search=text)


def side_toggled(state: State, *, open: bool) -> State:
    """Show or hide the list of conversations."""
    return state.replace(side=open, renaming=None)


def in_order(turns: list) -> tuple:
    """Turns, oldest first."""
    return tuple(sorted(turns, key=lambda turn: (turn.at, turn.id)))


def with_conversations(state: State) -> State:
    """Derive the list of conversations from the turns, last used first."""
    found = {}
    for turn in state.turns:
        title = found[turn.conversation].title if turn.conversation in found else turn.question
        found[turn.conversation] = Conversation(id=turn.conversation, title=title, at=turn.at)
    named_ones = [c.replace(title=state.titles.get(c.id, c.title)) for c in found.values()]
    newest_first = sorted(named_ones, key=lambda c: c.at, reverse=True)
    return state.replace(conversations=tuple(newest_first))


UPDATES = (
    restored,
    conversation_chosen,
    conversation_removed,
    removal_undone,
    removal_accepted,
    turns_gone,
    naming,
    named,
    titles_seen,
    searched,
    side_toggled,
)
