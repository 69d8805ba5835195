"""The page's entry: holds the state, and sends every event the same way round.

person, engine, storage → event → state → view, effects
"""

import asyncio

import js
from page import effects, release, traces, view
from page.elements import by_id
from page.engine import Engine
from page.gestures import listen
from page.hearing import Hearing
from page.language import start_language
from page.memory import Memory
from page.model import Settings, State
from page.state import update
from pyscript import document

JOB_STAGES = ("fetch", "read", "encode", "calibrate")
LONGEST_PREFILL = 2_000  # characters of a question that the page's address may bring


class Page(Hearing):
    """The one place that holds the current state; everything else is passed it."""

    def __init__(self, language: str) -> None:
        theme = document.documentElement.getAttribute("data-theme") or "auto"
        settings = Settings(theme=theme, language=language)
        self.state = State(conversation=js.early.id(), settings=settings)
        self.store = Memory()
        self.engine = Engine(self.on_stage, self.on_missing, self.on_words)
        self.waiting = None  # what a person wanted of the library before the engine was up
        self.address = ""  # of the pack that was opened last
        view.render(None, self.state)

    def dispatch(self, name: str, **fields: object) -> None:
        """Apply an event, show what changed, start what follows."""
        before = self.state
        self.state = update(before, (name, fields))
        view.render(before, self.state)
        effects.react(self, (name, fields))

    def on_stage(self, stage: str, done: int, total: int) -> None:
        """The worker's progress: of an import while one runs, else of loading."""
        if self.state.job and stage in JOB_STAGES:
            self.dispatch("job_moved", stage=stage, done=done, total=total)
        else:
            super().on_stage(stage, done, total)

    def ask(self, text: str) -> None:
        """A question, from the box or from a button."""
        if text.strip():
            self.dispatch("asked", id=js.early.id(), text=text, at=js.Date.now())

    def start_conversation(self) -> None:
        """An empty conversation, ready to be asked."""
        self.dispatch("conversation_chosen", id=js.early.id())
        by_id("question").focus()


def take_over(page: Page) -> None:
    """Do what was asked and pressed before Python was up, in that order."""
    questions, pressed = js.early.questions, js.early.pressed
    for asked in range(questions.length + 1):
        for k in range(pressed.length):
            if pressed[k].after == asked:
                pressed[k].button.click()
        if asked < questions.length:
            page.ask(questions[asked])


def prefill() -> None:
    """Put the question of the page's address (`?q=…`) into the box. Only a person sends it."""
    asked = js.URLSearchParams.new(js.location.search).get("q")
    box = by_id("question")
    if asked and not box.value:
        box.value = asked[:LONGEST_PREFILL]


async def main() -> None:
    """Show the page, take over what early.js collected, then start storage and the engine."""
    page = Page(await start_language())
    listen(page)
    traces.listen(page)
    js.early.over = True
    take_over(page)
    prefill()
    served = release.serves_this_page()
    if served:
        asyncio.create_task(release.register(page))
    await effects.start(page)
    if not served:
        await release.register(page)


asyncio.create_task(main())
