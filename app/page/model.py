"""What the page knows: its records, and how to read them. Pure.

`state` says how an event changes them. Runs in CPython (tests) and in MicroPython (the page), so
it keeps to what both can do.
"""

from page.value import Value

STARTER = "starter"
LONGEST_NOTE = 1_000  # characters a person may write with a thumbs down


class Turn(Value):
    """A question and, once there, its answer. `at` is milliseconds since 1970.

    `status`: waiting (will be answered by this tab), thinking (is being answered), saying (its
    answer appears), elsewhere (asked in another tab, answered there), done, stopped (by the
    person), failed (see `error`).
    `answer` is the engine's answer as JSON gave it; `said` is how many of its characters are shown
    while it is being said or after it was stopped, None for all of them.
    `packs` are the ids of the packs asked, the chosen one first. `rating` is up, down or None.
    `provided` is what the person's own provider said, if it was asked: status (asking, done,
    stopped, failed), text, and at its end provider, model, failure; saved once it is a draft.
    """

    FIELDS = {
        "id": "",
        "conversation": "",
        "at": 0,
        "question": "",
        "packs": (STARTER,),
        "status": "waiting",
        "answer": None,
        "said": None,
        "error": None,
        "rating": None,
        "provided": None,
    }


class Pack(Value):
    """A pack that can be asked. `size` in bytes; `notes` are the importer's remarks.

    `url` is where it stays, if it was opened by its address; then only parts of it are here.

    `suggestions` are questions it answers. `threshold` is its own bar; `coverage` says what a bar
    does: rows (bar, share of its known questions answered, share of those answered wrongly).
    """

    FIELDS = {
        "id": "",
        "name": "",
        "count": 0,
        "size": 0,
        "own": True,
        "url": "",
        "added": 0,
        "notes": (),
        "suggestions": (),
        "threshold": 0.6,
        "coverage": (),
    }


class Progress(Value):
    """How far one stage of long work is. `total` is 0 while unknown; `unit` bytes or items."""

    FIELDS = {"stage": "interface", "done": 0, "total": 0, "unit": "bytes"}


class Notice(Value):
    """Something to tell. A notice replaces an older one with the same `key`.

    `action` is what its button does, as named in gestures.BUTTONS.
    """

    FIELDS = {"key": "", "kind": "info", "text": "", "details": (), "action": None}


class Conversation(Value):
    """One line of the list: its title (given, or its first question), when it was last used."""

    FIELDS = {"id": "", "title": "", "at": 0}


class Draft(Value):
    """A correction that somebody proposed with a thumbs down; `span` makes a pending span of it.

    Its id is that of the turn it is about. `examples` are the ids of the diamonds behind the
    answer, `when` is ISO 8601.
    """

    FIELDS = {
        "id": "",
        "question": "",
        "answer": "",
        "reason": "",
        "note": "",
        "when": "",
        "examples": (),
        "pack": "",
        "lang": "",
    }


class Settings(Value):
    """What a person chose. `threshold` is None for each pack's own; `theme` auto, light or dark.

    `specialists` are ids of packs asked together with the chosen one. `letters` allows shortcuts
    of a single letter; `gradually` lets answers appear word by word. `provider` names the one that
    is asked where the packs do not know, "" for none; its address and model, if not its own.
    """

    FIELDS = {
        "theme": "auto",
        "language": "en",
        "threshold": None,
        "specialists": (),
        "letters": True,
        "gradually": True,
        "provider": "",
        "provider_base": "",
        "provider_model": "",
    }


class State(Value):
    """Everything the page shows.

    `job` is the Progress of an import; `dialog` the name of the open dialog, `about` the id it is
    about; `side` whether the list of conversations is open; `titles` are those given by hand;
    `removed` holds what Undo brings back; `moved` says that a person has chosen a conversation.
    `providers` are those that can be asked, `key` what is
    kept for the chosen one (origin, locked), None for nothing.
    """

    FIELDS = {
        "ready": False,
        "boot": Progress(),
        "conversation": "",
        "moved": False,
        "turns": (),
        "conversations": (),
        "titles": {},
        "search": "",
        "renaming": None,
        "removed": None,
        "packs": (Pack(id=STARTER, name="Starter", own=False),),
        "pack": STARTER,
        "job": None,
        "notices": (),
        "drafts": (),
        "providers": (),
        "key": None,
        "dialog": None,
        "about": None,
        "side": False,
        "confirm": None,
        "settings": Settings(),
        "kept": None,
        "offline": False,
    }


def shown_turns(state: State) -> tuple:
    """The turns of the conversation on screen, oldest first."""
    return turns_of(state, state.conversation)


def turns_of(state: State, conversation: str) -> tuple:
    """The turns of a conversation, oldest first."""
    return tuple(turn for turn in state.turns if turn.conversation == conversation)


def find(records: tuple, id: str) -> Value:
    """The record with this id, or None."""
    return next((record for record in records if record.id == id), None)


def find_turn(state: State, id: str) -> Turn:
    """The turn with this id, or None."""
    return find(state.turns, id)


def find_pack(state: State, id: str) -> Pack:
    """The pack with this id, or None."""
    return find(state.packs, id)


def asked_packs(state: State) -> tuple:
    """The ids of the packs that a question goes to now: the chosen one, then its specialists."""
    also = state.settings.specialists
    others = [pack.id for pack in state.packs if pack.id in also and pack.id != state.pack]
    return tuple([state.pack] + others)


def next_turn(state: State) -> Turn:
    """The turn to answer now, or None: one at a time, in the order asked."""
    if not state.ready or any(turn.status == "thinking" for turn in state.turns):
        return None
    return next((turn for turn in state.turns if turn.status == "waiting"), None)


def busy_turns(state: State) -> tuple:
    """The turns on screen that this tab is still at: what Stop stops."""
    return tuple(
        turn
        for turn in shown_turns(state)
        if turn.status in ("waiting", "thinking", "saying")
        or (turn.provided and turn.provided["status"] == "asking")
    )


def history(state: State, turn: Turn) -> list:
    """What was said before `turn` in its conversation: [{role, text}], oldest first."""
    said = []
    for earlier in turns_of(state, turn.conversation):
        if earlier.id == turn.id:
            break
        if earlier.answer:
            said.append({"role": "user", "text": earlier.question})
            said.append({"role": "assistant", "text": earlier.answer["text"]})
    return said


def found_conversations(state: State) -> tuple:
    """The conversations that the search finds, last used first, each with the place it was found.

    Pairs (conversation, excerpt); the excerpt is "" where the title has it or nothing is searched.
    """
    wanted = state.search.strip().lower()
    found = []
    for one in state.conversations:
        if not wanted or wanted in one.title.lower():
            found.append((one, ""))
            continue
        for turn in turns_of(state, one.id):
            text = turn.question + "\n" + (turn.answer["text"] if turn.answer else "")
            place = text.lower().find(wanted)
            if place >= 0:
                found.append((one, excerpt(text, place, len(wanted))))
                break
    return tuple(found)


def excerpt(text: str, place: int, length: int, around: int = 28) -> str:
    """The words of `text` about the `length` characters at `place`."""
    start, end = max(0, place - around), place + length + around
    lead, rest = ("…" if start else ""), ("…" if end < len(text) else "")
    return lead + " ".join(text[start:end].split()) + rest
