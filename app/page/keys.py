"""The keyboard → events. The list a person sees is the dialog `shortcuts` in index.html."""

from page.elements import by_id
from page.model import busy_turns, shown_turns
from page.side_view import is_wide
from page.talk_view import focus_turn
from pyscript import document

TYPING = ("INPUT", "TEXTAREA", "SELECT")


def pressed(page: object, event: object) -> None:
    """Whatever key it is, it does one thing."""
    box = by_id("question")
    if event.isComposing or event.ctrlKey or event.metaKey or event.altKey:
        return
    if event.key == "Escape":
        escape(page, event)
    elif box.isSameNode(event.target):
        _in_box(page, event, box)
    elif event.target.tagName not in TYPING and not document.querySelector("dialog:modal"):
        _letter(page, event)


def escape(page: object, event: object) -> None:
    """Close an open menu, else give up naming, else stop. Dialogs close by themselves."""
    menu = document.querySelector("details.menu[open]")
    if menu:
        menu.open = False
        menu.querySelector("summary").focus()
        event.preventDefault()
    elif page.state.renaming:
        event.preventDefault()
        page.dispatch("naming", id=None)
    elif not document.querySelector("dialog:modal") and busy_turns(page.state):
        page.dispatch("stopped")


def _in_box(page: object, event: object, box: object) -> None:
    """Enter sends, Shift+Enter makes a line, ↑ in an empty box asks for the last question."""
    if event.key == "Enter" and not event.shiftKey:
        event.preventDefault()
        page.ask(box.value)
        box.value = ""
    elif event.key == "ArrowUp" and not box.value:
        asked = shown_turns(page.state)
        if asked:
            event.preventDefault()
            box.value = asked[-1].question


def _letter(page: object, event: object) -> None:
    """Keys of a single letter, where a person has not switched them off."""
    key = event.key.lower()
    if key in LETTERS and page.state.settings.letters:
        event.preventDefault()
        LETTERS[key](page)


def search(page: object) -> None:
    """Go to the search, opening the list where it is a sheet."""
    page.dispatch("side_toggled", open=not is_wide())
    by_id("search").focus()


LETTERS = {
    "/": lambda _page: by_id("question").focus(),
    "j": lambda _page: focus_turn(1),
    "k": lambda _page: focus_turn(-1),
    "n": lambda page: page.start_conversation(),
    "c": search,
    "l": lambda page: page.dispatch("dialog_opened", dialog="library"),
    "s": lambda page: page.dispatch("dialog_opened", dialog="settings"),
    "?": lambda page: page.dispatch("dialog_opened", dialog="shortcuts"),
}
