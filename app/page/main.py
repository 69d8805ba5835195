"""The page's entry: holds the state, turns what a person does into events, shows the result.

    person, engine, storage → event → state → view, effects
"""

import asyncio

import js
from page import imports, release, view
from page.effects import react, start_engine, start_storage
from page.engine import Engine
from page.state import State, find_pack, update
from page.store import Memory
from page.words import STAGES
from pyscript import document, ffi

JOB_STAGES = ("read", "encode", "calibrate")
NEXT_THEME = {"light": "dark", "dark": "light"}


class Page:
    """The one place that holds the current state; everything else is passed it."""

    def __init__(self) -> None:
        self.state = State(conversation=js.crypto.randomUUID(), theme=_stored_theme())
        self.store = Memory()
        self.engine = Engine(self.on_stage)
        self.files_waiting = []
        view.render(None, self.state)

    def dispatch(self, name: str, **fields: object) -> None:
        """Apply an event, show what changed, start what follows."""
        before = self.state
        self.state = update(before, (name, fields))
        view.render(before, self.state)
        react(self, (name, fields))

    def on_stage(self, stage: str, done: int, total: int) -> None:
        """The worker's progress: of an import while one runs, else of loading."""
        if self.state.job and stage in JOB_STAGES:
            self.dispatch("job_moved", stage=stage, done=done, total=total)
        elif not self.state.ready and stage in STAGES:
            self.dispatch("boot_moved", stage=stage, done=done, total=total)

    def ask(self, text: str) -> None:
        """A question, from the box or from a button."""
        if text.strip():
            self.dispatch("asked", id=js.crypto.randomUUID(), text=text, at=js.Date.now())


def _stored_theme() -> str:
    return document.documentElement.dataset.theme or "auto"


def _question(page: Page, _event: object = None) -> None:
    box = view.by_id("question")
    page.ask(box.value)
    box.value = ""
    box.focus()


def _theme(page: Page) -> None:
    dark = js.matchMedia("(prefers-color-scheme: dark)").matches
    system = "dark" if dark else "light"
    shown = system if page.state.theme == "auto" else page.state.theme
    chosen = NEXT_THEME[shown]
    theme = "auto" if chosen == system else chosen
    page.dispatch("theme_chosen", theme=theme)
    try:
        if theme == "auto":
            js.localStorage.removeItem("arenalab-theme")
        else:
            js.localStorage.setItem("arenalab-theme", theme)
    except Exception:  # storage is refused: the choice lasts until the page is closed
        js.console.info("the theme is not stored")


async def _download(page: Page, id: str) -> None:  # noqa: A002
    data = await page.store.pack_bytes(id)
    if data is None:
        page.dispatch("told", key="download", kind="error", text="That pack is not stored here.")
        return
    address = js.URL.createObjectURL(js.Blob.new(ffi.to_js([data])))
    link = document.createElement("a")
    link.href = address
    link.download = find_pack(page.state, id).name + imports.PACK_KIND
    link.click()
    js.URL.revokeObjectURL(address)


# What a button asks for (its data-do) → what happens.
BUTTONS = {
    "ask": lambda page, node: page.ask(node.textContent),
    "retry": lambda page, node: page.dispatch("retried", id=node.dataset.id),
    "library": lambda page, _: page.dispatch("library_toggled", open=True),
    "close": lambda page, _: page.dispatch("library_toggled", open=False),
    "new": lambda page, _: page.dispatch("conversation_chosen", id=js.crypto.randomUUID()),
    "theme": lambda page, _: _theme(page),
    "attach": lambda _page, _: view.by_id("files").click(),
    "reload": lambda _page, _: js.location.reload(),
    "update": lambda _page, _: asyncio.create_task(release.activate()),
    "dismiss": lambda page, node: page.dispatch("dismissed", key=node.dataset.id),
    "pack": lambda page, node: page.dispatch("pack_chosen", id=node.dataset.id),
    "conversation": lambda page, node: page.dispatch("conversation_chosen", id=node.dataset.id),
    "confirm": lambda page, node: page.dispatch("confirm_asked", id=node.dataset.id),
    "download": lambda page, node: asyncio.create_task(_download(page, node.dataset.id)),
    "remove-pack": lambda page, node: page.dispatch("pack_removed", id=node.dataset.id),
    "remove-conversation": lambda page, node: page.dispatch(
        "conversation_removed", id=node.dataset.id, fresh=js.crypto.randomUUID()
    ),
}


def listen(page: Page) -> None:
    """Turn what a person does into events. One listener a kind, for the whole page."""

    def clicked(event: object) -> None:
        node = event.target.closest("[data-do]")
        if node:
            BUTTONS[node.dataset.do](page, node)

    def submitted(event: object) -> None:
        event.preventDefault()
        _question(page)

    def pressed(event: object) -> None:
        box = view.by_id("question")
        in_box = box.isSameNode(event.target)
        if event.key == "Enter" and in_box and not event.shiftKey and not event.isComposing:
            event.preventDefault()
            _question(page)
        elif event.key == "/" and not _types_text(event.target):
            event.preventDefault()
            box.focus()

    def dragged(event: object) -> None:
        event.preventDefault()
        view.by_id("drop").hidden = "Files" not in list(event.dataTransfer.types)

    def left(event: object) -> None:
        if not event.relatedTarget:
            view.by_id("drop").hidden = True

    def dropped(event: object) -> None:
        event.preventDefault()
        view.by_id("drop").hidden = True
        take(event.dataTransfer.files)

    def chosen(event: object) -> None:
        take(event.target.files)

    def take(files: object) -> None:
        # The list is emptied below; the File objects stay good.
        found = [files[k] for k in range(files.length)]
        view.by_id("files").value = ""
        if found:
            page.dispatch("library_toggled", open=False)
            asyncio.create_task(imports.take_files(page, found))

    document.addEventListener("click", clicked)
    document.addEventListener("keydown", pressed)
    document.addEventListener("dragover", dragged)
    document.addEventListener("dragleave", left)
    document.addEventListener("drop", dropped)
    view.by_id("composer").addEventListener("submit", submitted)
    view.by_id("files").addEventListener("change", chosen)
    view.by_id("library").addEventListener(
        "close", lambda _event: page.dispatch("library_toggled", open=False)
    )


def _types_text(node: object) -> bool:
    return node.tagName in ("INPUT", "TEXTAREA")


async def main() -> None:
    """Show the page, take over what early.js collected, then start storage and the engine."""
    page = Page()
    listen(page)
    js.early.over = True
    for k in range(js.early.questions.length):
        page.ask(js.early.questions[k])
    served = js.navigator.serviceWorker and js.navigator.serviceWorker.controller
    if served:
        asyncio.create_task(release.register(page))
    await start_storage(page)
    await start_engine(page)
    if not served:
        await release.register(page)


asyncio.create_task(main())
