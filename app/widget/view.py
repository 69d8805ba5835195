"""A state → the chat: the page's own conversation, progress and notices, and what differs here."""

from page import feedback_view, provider_view, talk_view
from page.elements import by_id, element, refresh, show_dialog, text_button
from page.model import State, find_pack, shown_turns

SUGGESTED = 3
DIALOGS = ("feedback", "settings")


def render(before: State, after: State) -> None:
    """Make the chat show `after`, given that it shows `before` (None at the start)."""
    refresh(_PARTS, before, after)


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
    if state.dialog == "feedback":
        feedback_view.fill(state)
    show_dialog(state.dialog, DIALOGS)


_PARTS = (
    (talk_view.loading, ("ready", "boot", "job", "offline", "settings")),
    (talk_view.notices, ("notices", "settings")),
    (talk_view.turns, ("turns", "conversation", "ready", "boot", "settings")),
    (_welcome, ("packs", "pack")),
    (_clear, ("turns", "conversation")),
    (provider_view.provider, ("providers", "key", "settings")),
    (_dialogs, ("dialog", "about")),
)
