"""A state → the chat: the page's own conversation, progress and notices, and what differs here."""

from page import feedback_view, provider_view, talk_view
from page.elements import by_id, element, text_button
from page.model import State, find_pack, shown_turns

SUGGESTED = 3


def render(before: State, after: State) -> None:
    """Make the chat show `after`, given that it shows `before` (None at the start)."""
    for part, reads in _PARTS:
        if before is None or any(getattr(before, n) != getattr(after, n) for n in reads):
            part(after)


def _welcome(state: State) -> None:
    """Where its owner suggests nothing, the pack does."""
    pack = find_pack(state, state.pack)
    here = by_id("suggestions")
    if pack and pack.suggestions and not here.hasAttribute("data-own"):
        buttons = [text_button(q, "ask", dir="auto") for q in pack.suggestions[:SUGGESTED]]
        here.replaceChildren(*[element("li", button) for button in buttons])


def _clear(state: State) -> None:
    by_id("clear").hidden = not shown_turns(state)


def _dialogs(state: State) -> None:
    for name in ("feedback", "settings"):
        dialog = by_id(name)
        if dialog.open and state.dialog != name:
            dialog.close()
        elif state.dialog == name and not dialog.open:
            if name == "feedback":
                feedback_view.fill(state)
            dialog.showModal()


_PARTS = (
    (talk_view.loading, ("ready", "boot", "job", "offline", "settings")),
    (talk_view.notices, ("notices", "settings")),
    (talk_view.turns, ("turns", "conversation", "ready", "boot", "settings")),
    (_welcome, ("packs", "pack")),
    (_clear, ("turns", "conversation")),
    (provider_view.provider, ("providers", "key", "settings")),
    (_dialogs, ("dialog", "about")),
)
