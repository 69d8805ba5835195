"""What a person does with the page → events: buttons, forms, dropped and chosen files."""

import asyncio

import js
from page import (
    addresses,
    feedback_view,
    imports,
    keeping,
    keys,
    language,
    provider,
    release,
    side_view,
    taking,
    view,
)
from page.elements import by_id
from page.model import find_turn
from page.say import say
from page.talk_view import announce
from pyscript import document


def listen(page: object) -> None:
    """Hear everything, with one listener a kind for the whole page."""
    heard = [
        (document, "click", clicked),
        (document, "keydown", keys.pressed),
        (document, "dragover", dragged),
        (document, "dragleave", left),
        (document, "drop", dropped),
        (document, "submit", submitted),
        (document, "input", typed),
        (document, "change", changed),
        (js.matchMedia(side_view.WIDE), "change", lambda page, _: side_view.side(page.state)),
    ]
    for name in ("side",) + view.DIALOGS:
        heard += [(by_id(name), "cancel", cancelled), (by_id(name), "close", closed)]
    for node, kind, handler in heard:
        node.addEventListener(kind, _bound(page, handler))


def _bound(page: object, handler: object) -> object:
    return lambda event: handler(page, event)


def clicked(page: object, event: object) -> None:
    """A button says in data-do what it is for; a press beside an open menu or sheet closes it."""
    _close_menus(event.target)
    node = event.target.closest("[data-do]")
    if node:
        BUTTONS[node.dataset.do](page, node)
    elif event.target.matches("dialog:modal") and _is_beside(event.target, event):
        _close(page, event.target)


def _is_beside(dialog: object, event: object) -> bool:
    """Whether a press hit the backdrop of a dialog, which counts as the dialog itself."""
    box = dialog.getBoundingClientRect()
    across = box.left <= event.clientX <= box.right
    return not (across and box.top <= event.clientY <= box.bottom)


def _close_menus(target: object) -> None:
    inside = target.closest("details.menu")
    menus = document.querySelectorAll("details.menu[open]")
    for k in range(menus.length):
        if not inside or not inside.isSameNode(menus[k]):
            menus[k].open = False


def cancelled(page: object, event: object) -> None:
    """Escape, in a dialog: the state learns of it at once, and closes it."""
    event.preventDefault()
    _close(page, event.target)


def closed(page: object, event: object) -> None:
    """A dialog was closed by the browser itself, whatever the reason."""
    if page.state.dialog == event.target.id or (event.target.id == "side" and page.state.side):
        _close(page, event.target)


def _close(page: object, dialog: object) -> None:
    if dialog.id == "side":
        page.dispatch("side_toggled", open=False)
    else:
        page.dispatch("dialog_closed")


def submitted(page: object, event: object) -> None:
    """A form is sent: a question, a name, a reason."""
    event.preventDefault()
    form = event.target
    if form.id == "composer":
        box = by_id("question")
        page.ask(box.value)
        box.value = ""
        box.focus()
    elif form.id == "feedback-form":
        reason = form.querySelector("[name=reason]:checked").value
        when = js.Date.new().toISOString()
        about = page.state.about
        page.dispatch("explained", id=about, reason=reason, note=by_id("note").value, when=when)
        page.tell("draft_kept", "feedback", "done")
    elif form.id == "address-form":
        page.dispatch("dialog_closed")
        asyncio.create_task(addresses.open_address(page, by_id("address").value))
    elif not provider.submitted(page, form):
        title = form.querySelector("input").value
        page.dispatch("named", id=form.dataset.id, title=title)


def typed(page: object, event: object) -> None:
    """Text is being entered, or a slider moved."""
    node = event.target
    if node.id == "search":
        page.dispatch("searched", text=node.value)
    elif node.id == "note":
        feedback_view.note_left()
    elif node.id == "threshold":
        page.dispatch("setting_chosen", setting="threshold", value=int(node.value) / 100)


def changed(page: object, event: object) -> None:
    """A choice was made."""
    node = event.target
    if node.id == "files":
        _take(page, node.files)
        node.value = ""  # picking the same file again must work
    elif node.id == "language":
        asyncio.create_task(language.choose(page, node.value))
    elif node.id in ("gradually", "letters"):
        page.dispatch("setting_chosen", setting=node.id, value=node.checked)
    elif node.name == "theme":
        page.dispatch("setting_chosen", setting="theme", value=node.value)
        js.early.keepTheme("" if node.value == "auto" else node.value)
    elif node.id in ("provider", "provider-base", "provider-model"):
        setting = node.id.replace("-", "_")
        page.dispatch("setting_chosen", setting=setting, value=node.value.strip())
        asyncio.create_task(provider.look(page))
    elif node.name == "specialist":
        page.dispatch("specialist_toggled", id=node.value)


def dragged(_page: object, event: object) -> None:
    """Files over the page show where they may fall."""
    event.preventDefault()
    by_id("drop").hidden = "Files" not in list(event.dataTransfer.types)


def left(_page: object, event: object) -> None:
    """They are dragged out again."""
    if not event.relatedTarget:
        by_id("drop").hidden = True


def dropped(page: object, event: object) -> None:
    """Files fall."""
    event.preventDefault()
    by_id("drop").hidden = True
    _take(page, event.dataTransfer.files)


def _take(page: object, files: object) -> None:
    # The browser empties its list later; the File objects stay good.
    found = [files[k] for k in range(files.length)]
    if found:
        page.dispatch("dialog_closed")
        asyncio.create_task(imports.take_files(page, found))


def praise(page: object, id: str) -> None:
    """A thumbs up, or taking one back."""
    page.dispatch("rated", id=id, rating="up")
    announce(say("thanks") if find_turn(page.state, id).rating else "")


def _event(name: str, **fixed: object) -> object:
    """A button that is an event, with these fields."""
    return lambda page, _node: page.dispatch(name, **fixed)


def _event_of(name: str, field: str = "id", **fixed: object) -> object:
    """A button that is an event about the record whose id it carries."""
    return lambda page, node: page.dispatch(name, **({field: node.dataset.id} | fixed))


def _work_of(work: object) -> object:
    """A button that starts work about the record whose id it carries."""
    return lambda page, node: asyncio.create_task(work(page, node.dataset.id))


BUTTONS = {
    "ask": lambda page, node: page.ask(node.textContent),
    "retry": _event_of("retried"),
    "stop": _event("stopped"),
    "show-rest": _event_of("shown_whole"),
    "rate-up": lambda page, node: praise(page, node.dataset.id),
    "rate-down": _event_of("rated", rating="down"),
    "copy-answer": lambda page, node: asyncio.create_task(taking.copy_answer(page, node)),
    "copy-code": lambda page, node: asyncio.create_task(taking.copy_code(page, node)),
    "side": _event("side_toggled", open=True),
    "close-side": _event("side_toggled", open=False),
    "library": _event("dialog_opened", dialog="library"),
    "settings": _event("dialog_opened", dialog="settings"),
    "shortcuts": _event("dialog_opened", dialog="shortcuts"),
    "close": _event("dialog_closed"),
    "new": lambda page, _: page.start_conversation(),
    "conversation": _event_of("conversation_chosen"),
    "rename": _event_of("naming"),
    "rename-cancel": _event("naming", id=None),
    "export-markdown": lambda page, node: taking.conversation(page, node.dataset.id, ".md"),
    "export-json": lambda page, node: taking.conversation(page, node.dataset.id, ".json"),
    "export-all": lambda page, _: taking.everything(page),
    "delete": _work_of(keeping.remove_conversation),
    "undo": _event("removal_undone"),
    "accept-removal": _event("removal_accepted"),
    "again": lambda page, _: asyncio.create_task(addresses.open_address(page, page.address)),
    "attach": lambda _page, _: by_id("files").click(),
    "pack": _event_of("pack_chosen"),
    "confirm": _event_of("confirm_asked"),
    "download": _work_of(taking.pack),
    "remove-pack": _work_of(keeping.remove_pack),
    "own-threshold": _event("setting_chosen", setting="threshold", value=None),
    "export-drafts": lambda page, _: taking.drafts(page),
    "export-traces": lambda page, _: asyncio.create_task(taking.traces(page)),
    "remove-draft": _event_of("draft_removed"),
    "save-provided": lambda page, node: page.dispatch(
        "provided_saved", id=node.dataset.id, when=js.Date.new().toISOString()
    ),
    "forget-keys": lambda page, _: asyncio.create_task(provider.forget(page)),
    "reload": lambda _page, _: js.location.reload(),
    "update": lambda _page, _: asyncio.create_task(release.activate()),
    "dismiss": _event_of("dismissed", "key"),
}
