"""Events of a provider of the person's own: chosen, asked, heard, its words kept. Pure."""

from page.model import Draft, State, find_turn
from page.turning import change_turn


def providers_seen(state: State, *, providers: list, key: dict | None) -> State:
    """The engine says which providers there are, and what is kept for the chosen one."""
    return state.replace(providers=tuple(providers), key=key)


def provider_asked(state: State, *, id: str) -> State:
    """The question of this turn has gone to the provider."""
    return change_turn(state, id, provided={"status": "asking", "text": ""})


def provider_said(state: State, *, id: str, text: str) -> State:
    """What the provider has said so far; what comes after the person stopped is let go."""
    turn = find_turn(state, id)
    if not turn or not is_asking(turn):
        return state
    return change_turn(state, id, provided=turn.provided | {"text": text})


def provider_ended(state: State, *, id: str, reply: dict) -> State:
    """The provider has said all it will; `failure` of the reply says if that is not all."""
    turn = find_turn(state, id)
    if not turn or not turn.provided:
        return state
    status = "stopped" if turn.provided["status"] == "stopped" else "done"
    said = {name: reply[name] for name in ("text", "provider", "model", "failure")}
    if status == "stopped":
        said = said | {"text": turn.provided["text"], "failure": None}
    return change_turn(state, id, provided=said | {"status": status})


def provider_failed(state: State, *, id: str, error: str) -> State:
    """The provider said nothing, and why."""
    turn = find_turn(state, id)
    if not turn or not is_asking(turn):
        return state
    return change_turn(state, id, provided={"status": "failed", "text": "", "failure": error})


def provided_saved(state: State, *, id: str, when: str) -> State:
    """The provider's words become the draft of a diamond, for a curator to check."""
    turn = find_turn(state, id)
    if not turn or not turn.provided:
        return state
    draft = Draft(
        id=id + "-provided",
        question=turn.answer.get("resolved") or turn.question,
        reason="provider",
        note=turn.provided["text"],
        when=when,
        examples=tuple(receipt["span_id"] for receipt in turn.answer["receipts"]),
        pack=turn.packs[0],
        lang=state.settings.language,
    )
    others = tuple(old for old in state.drafts if old.id != draft.id)
    state = state.replace(drafts=others + (draft,))
    return change_turn(state, id, provided=turn.provided | {"saved": True})


def is_asking(turn: object) -> bool:
    """Whether a provider is answering this turn."""
    return bool(turn.provided) and turn.provided["status"] == "asking"


def is_stopping(turn: object) -> bool:
    """Whether the person stopped a provider that does not know of it yet."""
    found = turn.provided
    return bool(found) and found["status"] == "stopped" and "provider" not in found


def is_wanted(state: State, answer: dict) -> bool:
    """Whether the provider is asked: one is chosen, and the packs do not know."""
    return bool(state.settings.provider) and answer["kind"] in ("unknown", "clarify")


def chosen_provider(state: State) -> dict | None:
    """What there is to know of the provider that is chosen."""
    named = (one for one in state.providers if one["name"] == state.settings.provider)
    return next(named, None)


UPDATES = (
    providers_seen,
    provider_asked,
    provider_said,
    provider_ended,
    provider_failed,
    provided_saved,
)
