"""The page's entry: holds the state, and sends every event the same way round.

person, engine, storage → event → state → view, effects
"""

import asyncio

import js
from page import release, view, words
from page.effects import react, start_engine, start_storage
from page.engine import Engine
from page.gestures import listen
from page.state import State, update
from page.store import Memory
from pyscript import document

JOB_STAGES = ("read", "encode", "calibrate")


class Page:
    """The one place that holds the current state; everything else is passed it."""

    def __init__(self) -> None:
        theme = document.documentElement.getAttribute("data-theme") or "auto"
        self.state = State(conversation=js.early.id(), theme=theme)
        self.store = Memory()
        self.engine = Engine(self.on_stage, self.on_missing)
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
        elif not self.state.ready and stage in words.STAGES:
            self.dispatch("boot_moved", stage=stage, done=done, total=total)

    def on_missing(self, path: str) -> None:
        """A file the engine starts from does not come."""
        if not self.state.ready:
            self.dispatch("engine_failed", error=words.missing(path))

    def ask(self, text: str) -> None:
        """A question, from the box or from a button."""
        if text.strip():
            self.dispatch("asked", id=js.early.id(), text=text, at=js.Date.now())


async def main() -> None:
    """Show the page, take over what early.js collected, then start storage and the engine."""
    page = Page()
    listen(page)
    js.early.over = True
    for k in range(js.early.questions.length):
        page.ask(js.early.questions[k])
    served = release.serves_this_page()
    if served:
        asyncio.create_task(release.register(page))
    await start_storage(page)
    await start_engine(page)
    if not served:
        await release.register(page)


asyncio.create_task(main())
