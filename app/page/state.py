"""What the page knows, and how an event changes it. Pure: no DOM, no clock, no storage.

The boundary: `update(state, event) -> state`, where an event is `(name, fields)` and `name` is one
of the functions listed in `UPDATES`. `view` shows a state; `effects` acts on what changed.
Runs in CPython (tests) and in MicroPython (the page), so it keeps to what both can do.
"""

from page.value import Value

STARTER = "starter"
NOTICES_AT_MOST = 4


class Turn(Value):
    """A question and, once there, its answer. `at` is milliseconds since 1970.

    `status`: waiting (will be answered by this tab), thinking (is being answered),
    elsewhere (asked in another tab, answered there), done, failed (see `error`).
    `answer` is the engine's answer as JSON gave it.
    """

    FIELDS = {
        "id": "",
        "conversation": "",
        "at": 0,
        "question": "",
        "pack": STARTER,
        "status": "waiting",
        "answer": None,
        "error": None,
    }


class Pack(Value):
    """A pack that can be asked. `size` in bytes; `notes` are the importer's remarks."""

    FIELDS = {"id": "", "name": "", "count": 0, "size": 0, "own": True, "added": 0, "notes": ()}


class Progress(Value):
    """How far one stage of long work is. `total` is 0 while unknown; `unit` bytes or items."""

    FIELDS = {"stage": "interface", "done": 0, "total": 0, "unit": "bytes"}


class Notice(Value):
    """Something to tell. A notice replaces an older one with the same `key`."""

    FIELDS = {"key": "", "kind": "info", "text": "", "details": (), "action": None}


class Conversation(Value):
    """One line of the list of conversations: its first question and when it was last used."""

    FIELDS = {"id": "", "title": "", "at": 0}


class State(Value):
    """Everything the page shows. `job` is the Progress of an import, `asking` a turn's id."""

    FIELDS = {
        "ready": False,
        "boot": Progress(),
        "conversation": "",
        "turns": (),
        "conversations": (),
        "packs": (Pack(id=STARTER, name="Starter", own=False),),
        "pack": STARTER,
        "job": None,
        "notices": (),
        "library": False,
        "confirm": None,
        "theme": "auto",
        "kept": None,
        "offline": False,
    }


def update(state: State, event: tuple) -> State:
    """Return the state after `event`, a pair of a name from `UPDATES` and its fields."""
    name, fields = event
    return UPDATES[name](state, **fields)


# ------------------------------------------------------------------ reading a state


def shown_turns(state: State) -> tuple:
    """The turns of the conversation on screen, oldest first."""
    return tuple(turn for turn in state.turns if turn.conversation == state.conversation)


def find_turn(state: State, id: str) -> Turn:
    """The turn with this id, or None."""
    return next((turn for turn in state.turns if turn.id == id), None)


def find_pack(state: State, id: str) -> Pack:
    """The pack with this id, or None."""
    return next((pack for pack in state.packs if pack.id == id), None)


def next_turn(state: State) -> Turn:
    """The turn to answer now, or None: one at a time, in the order asked."""
    if not state.ready or any(turn.status == "thinking" for turn in state.turns):
        return None
    return next((turn for turn in state.turns if turn.status == "waiting"), None)


# ------------------------------------------------------------------ questions and answers


def asked(state: State, *, id: str, text: str, at: int) -> State:
    """A person asked; the pack chosen now is the one that will answer."""
    text = text.strip()
    if not text:
        return state
    turn = Turn(id=id, conversation=state.conversation, at=at, question=text, pack=state.pack)
    return _with_turn(state, turn)


def asking(state: State, *, id: str) -> State:
    """The engine has taken this turn."""
    return _change_turn(state, id, status="thinking", error=None)


def answered(state: State, *, id: str, answer: dict) -> State:
    """The engine answered."""
    return _change_turn(state, id, status="done", answer=answer, error=None)


def unanswered(state: State, *, id: str, error: str) -> State:
    """The engine could not answer, and says why."""
    return _change_turn(state, id, status="failed", error=error)


def retried(state: State, *, id: str) -> State:
    """A failed turn is asked again, of the pack chosen now."""
    return _change_turn(state, id, status="waiting", error=None, pack=state.pack)


def turn_seen(state: State, *, record: dict) -> State:
    """Another tab stored this turn. A record never takes an answer away."""
    turn = turn_from_record(record, "elsewhere")
    known = find_turn(state, turn.id)
    if known and not turn.answer:
        return state
    return _with_turn(state, turn)


# ------------------------------------------------------------------ conversations


def restored(
    state: State, *, records: list, packs: list, conversation: str, pack: str, kept: bool
) -> State:
    """What was stored is back; questions asked before that moment join it, last.

    A stored turn that never got its answer waits for one again.
    """
    state = packs_seen(state.replace(kept=kept, conversation=conversation, pack=pack), packs=packs)
    known = frozenset(turn.id for turn in state.turns)
    stored = [turn_from_record(r, "waiting") for r in records if r["id"] not in known]
    early = [turn.replace(conversation=conversation, pack=state.pack) for turn in state.turns]
    return _with_conversations(state.replace(turns=_in_order(stored + early)))


def conversation_chosen(state: State, *, id: str) -> State:
    """Show another conversation, or a new one when the id is not known yet."""
    return state.replace(conversation=id, library=False, confirm=None)


def conversation_removed(state: State, *, id: str, fresh: str) -> State:
    """A conversation is gone; when it was the one on screen, `fresh` takes its place."""
    turns = tuple(turn for turn in state.turns if turn.conversation != id)
    here = fresh if state.conversation == id else state.conversation
    return _with_conversations(state.replace(turns=turns, conversation=here, confirm=None))


def turns_gone(state: State, *, left: list) -> State:
    """Another tab removed turns; `left` are the ids still stored. Unanswered ones stay here."""
    turns = [turn for turn in state.turns if turn.id in left or not turn.answer]
    return _with_conversations(state.replace(turns=tuple(turns)))


# ------------------------------------------------------------------ packs


def pack_chosen(state: State, *, id: str) -> State:
    """From now on questions go to this pack."""
    return state.replace(pack=id, library=False) if find_pack(state, id) else state


def pack_described(state: State, *, record: dict) -> State:
    """The engine opened a pack (the starter) and knows its name, count and size."""
    packs = [Pack(**(p.to_dict() | record)) if p.id == record["id"] else p for p in state.packs]
    return state.replace(packs=tuple(packs))


def pack_added(state: State, *, record: dict) -> State:
    """A pack was built or opened here; it is chosen at once."""
    others = tuple(pack for pack in state.packs if pack.id != record["id"])
    pack = Pack(**record)
    return state.replace(packs=others + (pack,), pack=pack.id, job=None)


def pack_removed(state: State, *, id: str) -> State:
    """A pack is gone; the starter takes over when it was the chosen one."""
    packs = tuple(pack for pack in state.packs if pack.id != id)
    return state.replace(
        packs=packs, pack=STARTER if state.pack == id else state.pack, confirm=None
    )


def packs_seen(state: State, *, packs: list) -> State:
    """Another tab added or removed packs."""
    state = state.replace(packs=state.packs[:1] + tuple(Pack(**record) for record in packs))
    return state if find_pack(state, state.pack) else state.replace(pack=STARTER)


def job_moved(state: State, *, stage: str, done: int = 0, total: int = 0) -> State:
    """An import took a step."""
    return state.replace(job=Progress(stage=stage, done=done, total=total, unit="items"))


def job_ended(state: State) -> State:
    """An import is over, well or badly."""
    return state.replace(job=None)


# ------------------------------------------------------------------ loading and the rest


def boot_moved(state: State, *, stage: str, done: int = 0, total: int = 0) -> State:
    """Loading took a step. Other parts may still come after one has failed."""
    if state.boot.stage == "failed":
        return state
    return state.replace(boot=Progress(stage=stage, done=done, total=total))


def engine_ready(state: State) -> State:
    """Questions can be answered."""
    return state.replace(ready=True, boot=Progress(stage="ready"))


def engine_failed(state: State, *, error: str) -> State:
    """Python or its parts could not be loaded."""
    state = state.replace(boot=Progress(stage="failed"))
    return told(state, key="engine", kind="error", text=error, action="reload")


def told(
    state: State,
    *,
    key: str,
    text: str,
    kind: str = "info",
    details: tuple = (),
    action: str | None = None,
) -> State:
    """Something to say to the person; the newest stand last."""
    notice = Notice(key=key, kind=kind, text=text, details=tuple(details), action=action)
    others = tuple(old for old in state.notices if old.key != key)
    return state.replace(notices=(others + (notice,))[-NOTICES_AT_MOST:])


def dismissed(state: State, *, key: str) -> State:
    """A notice was read."""
    return state.replace(notices=tuple(old for old in state.notices if old.key != key))


def library_toggled(state: State, *, open: bool) -> State:
    """Show or hide the list of packs and conversations."""
    return state.replace(library=open, confirm=None)


def confirm_asked(state: State, *, id: str) -> State:
    """Removing needs a second press; this is the first."""
    return state.replace(confirm=id)


def theme_chosen(state: State, *, theme: str) -> State:
    """auto, light or dark."""
    return state.replace(theme=theme)


def offline_ready(state: State) -> State:
    """Everything is stored: the page now works without a network."""
    return state.replace(offline=True)


def storage_lost(state: State, *, error: str) -> State:
    """Nothing can be stored; the page goes on in memory."""
    return told(state.replace(kept=False), key="storage", kind="warning", text=error)


# ------------------------------------------------------------------ records


def turn_from_record(record: dict, otherwise: str) -> Turn:
    """A stored turn; without an answer or an error its status is `otherwise`."""
    status = "done" if record.get("answer") else "failed" if record.get("error") else otherwise
    fields = {name: record[name] for name in Turn.FIELDS if name in record}
    return Turn(**(fields | {"status": status}))


def turn_to_record(turn: Turn) -> dict:
    """What is stored of a turn: all but its status, which follows from the rest."""
    return {name: value for name, value in turn.to_dict().items() if name != "status"}


def _in_order(turns: list) -> tuple:
    return tuple(sorted(turns, key=lambda turn: (turn.at, turn.id)))


def _with_turn(state: State, turn: Turn) -> State:
    others = [old for old in state.turns if old.id != turn.id]
    return _with_conversations(state.replace(turns=_in_order(others + [turn])))


def _change_turn(state: State, id: str, **changes: object) -> State:
    turns = [turn.replace(**changes) if turn.id == id else turn for turn in state.turns]
    return state.replace(turns=tuple(turns))


def _with_conversations(state: State) -> State:
    """Derive the list of conversations from the turns, last used first."""
    found = {}
    for turn in state.turns:
        title = found[turn.conversation].title if turn.conversation in found else turn.question
        found[turn.conversation] = Conversation(id=turn.conversation, title=title, at=turn.at)
    newest_first = sorted(found.values(), key=lambda c: c.at, reverse=True)
    return state.replace(conversations=tuple(newest_first))


UPDATES = {
    function.__name__: function
    for function in (
        asked,
        asking,
        answered,
        unanswered,
        retried,
        turn_seen,
        restored,
        conversation_chosen,
        conversation_removed,
        turns_gone,
        pack_chosen,
        pack_described,
        pack_added,
        pack_removed,
        packs_seen,
        job_moved,
        job_ended,
        boot_moved,
        engine_ready,
        engine_failed,
        told,
        dismissed,
        library_toggled,
        confirm_asked,
        theme_chosen,
        offline_ready,
        storage_lost,
    )
}
