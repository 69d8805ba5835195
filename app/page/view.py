"""A state → the page.

Only the modules called `…view`, and `elements`, `turns`, `receipts` and `chart`, make nodes.
`render` compares the state shown with the new one and changes what differs.
"""

from page import (
    feedback_view,
    library_view,
    provider_view,
    settings_view,
    side_view,
    talk_view,
)
from page.elements import refresh, show_dialog
from page.model import State
from pyscript import document

DIALOGS = ("library", "settings", "shortcuts", "feedback")


def render(before: State, after: State) -> None:
    """Make the page show `after`, given that it shows `before` (None at the start)."""
    refresh(_PARTS, before, after)


def _theme(state: State) -> None:
    root = document.documentElement
    if state.settings.theme == "auto":
        root.removeAttribute("data-theme")
    else:
        root.dataset.theme = state.settings.theme


def _dialogs(state: State) -> None:
    if state.dialog == "feedback":
        feedback_view.fill(state)
    show_dialog(state.dialog, DIALOGS)


# Each part of the page, and the fields of the state it reads.
_PARTS = (
    (_theme, ("settings",)),
    (talk_view.loading, ("ready", "boot", "job", "offline", "settings")),
    (talk_view.pack_name, ("packs", "pack", "settings")),
    (talk_view.notices, ("notices", "settings")),
    (talk_view.welcome, ("packs", "pack", "settings")),
    (talk_view.turns, ("turns", "conversation", "ready", "boot", "settings")),
    (side_view.side, ("side",)),
    (
        side_view.conversations,
        ("conversations", "conversation", "search", "renaming", "removed", "settings"),
    ),
    (library_view.packs, ("dialog", "packs", "pack", "confirm", "settings")),
    (settings_view.settings, ("dialog", "settings", "packs", "pack", "drafts")),
    (provider_view.provider, ("providers", "key", "settings")),
    (_dialogs, ("dialog", "about")),
)
