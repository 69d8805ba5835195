"""What a person does with the page → events: buttons, keys, dropped and chosen files."""

import asyncio

import js
from page import effects, imports, release, view
from page.state import find_pack
from pyscript import document, ffi

OTHER_THEME = {"light": "dark", "dark": "light"}


def listen(page: object) -> None:
    """Hear everything, with one listener a kind for the whole page."""
    heard = (
        (document, "click", clicked),
        (document, "keydown", pressed),
        (document, "dragover", dragged),
        (document, "dragleave", left),
        (document, "drop", dropped),
        (view.by_id("composer"), "submit", submitted),
        (view.by_id("files"), "change", chosen),
        (view.by_id("library"), "close", closed),
    )
    for node, kind, handler in heard:
        node.addEventListener(kind, _bound(page, handler))


def _bound(page: object, handler: object) -> object:
    return lambda event: handler(page, event)


def clicked(page: object, event: object) -> None:
    """A button says in data-do what it is for."""
    node = event.target.closest("[data-do]")
    if node:
        BUTTONS[node.dataset.do](page, node)


def submitted(page: object, event: object) -> None:
    """The question in the box is asked."""
    event.preventDefault()
    box = view.by_id("question")
    page.ask(box.value)
    box.value = ""
    box.focus()


def pressed(page: object, event: object) -> None:
    """Enter sends, Shift+Enter makes a line, / goes to the box."""
    box = view.by_id("question")
    in_box = box.isSameNode(event.target)
    if event.key == "Enter" and in_box and not event.shiftKey and not event.isComposing:
        submitted(page, event)
    elif event.key == "/" and event.target.tagName not in ("INPUT", "TEXTAREA"):
        event.preventDefault()
        box.focus()


def dragged(_page: object, event: object) -> None:
    """Files over the page show where they may fall."""
    event.preventDefault()
    view.by_id("drop").hidden = "Files" not in list(event.dataTransfer.types)


def left(_page: object, event: object) -> None:
    """They are dragged out again."""
    if not event.relatedTarget:
        view.by_id("drop").hidden = True


def dropped(page: object, event: object) -> None:
    """Files fall."""
    event.preventDefault()
    view.by_id("drop").hidden = True
    _take(page, event.dataTransfer.files)


def chosen(page: object, event: object) -> None:
    """Files were picked with the button; picking the same one again must work."""
    _take(page, event.target.files)
    event.target.value = ""


def _take(page: object, files: object) -> None:
    # The browser empties its list later; the File objects stay good.
    found = [files[k] for k in range(files.length)]
    if found:
        page.dispatch("library_toggled", open=False)
        asyncio.create_task(imports.take_files(page, found))


def closed(page: object, _event: object) -> None:
    """The library was closed by Escape, which the dialog handles itself."""
    page.dispatch("library_toggled", open=False)


def change_theme(page: object) -> None:
    """Show the other theme, and follow the system again where that is the same."""
    dark = js.matchMedia("(prefers-color-scheme: dark)").matches
    system = "dark" if dark else "light"
    wanted = OTHER_THEME[system if page.state.theme == "auto" else page.state.theme]
    theme = "auto" if wanted == system else wanted
    page.dispatch("theme_chosen", theme=theme)
    js.early.keepTheme("" if theme == "auto" else theme)


async def download(page: object, id: str) -> None:
    """Save an own pack as a file."""
    data = await page.store.pack_bytes(id)
    if data is None:
        page.dispatch("told", key="download", kind="error", text="That pack is not stored here.")
        return
    link = document.createElement("a")
    link.href = js.URL.createObjectURL(js.Blob.new(ffi.to_js([data])))
    link.download = find_pack(page.state, id).name + imports.PACK_KIND
    link.click()
    js.URL.revokeObjectURL(link.href)


def _dispatch(name: str, **fixed: object) -> object:
    """A button that is an event, with these fields."""
    return lambda page, _node: page.dispatch(name, **fixed)


def _dispatch_id(name: str, field: str = "id") -> object:
    """A button that is an event about the record whose id it carries."""
    return lambda page, node: page.dispatch(name, **{field: node.dataset.id})


def _start_id(work: object) -> object:
    """A button that starts work about the record whose id it carries."""
    return lambda page, node: asyncio.create_task(work(page, node.dataset.id))


BUTTONS = {
    "ask": lambda page, node: page.ask(node.textContent),
    "retry": _dispatch_id("retried"),
    "library": _dispatch("library_toggled", open=True),
    "close": _dispatch("library_toggled", open=False),
    "new": lambda page, _: page.dispatch("conversation_chosen", id=js.early.id()),
    "theme": lambda page, _: change_theme(page),
    "attach": lambda _page, _: view.by_id("files").click(),
    "reload": lambda _page, _: js.location.reload(),
    "update": lambda _page, _: asyncio.create_task(release.activate()),
    "dismiss": _dispatch_id("dismissed", "key"),
    "pack": _dispatch_id("pack_chosen"),
    "conversation": _dispatch_id("conversation_chosen"),
    "confirm": _dispatch_id("confirm_asked"),
    "download": _start_id(download),
    "remove-pack": _start_id(effects.remove_pack),
    "remove-conversation": _start_id(effects.remove_conversation),
}
