"""The embedded chat's entry: the page's parts around one conversation, led by the page around.

person, page around, engine, storage → event → state → view, what follows
"""

import asyncio

import js
from page import answering, say
from page.elements import by_id
from page.engine import EngineError
from page.hearing import Hearing
from page.imports import reason
from page.language import start_language
from page.model import Settings, State, find_turn
from widget import allowing, gestures, host, keeping, view
from widget.engine import Engine
from widget.shelf import Shelf
from widget.state import update

STARTER = "packs/starter.diamonds"  # what answers where the page around names no pack
PATIENCE = 2.0  # seconds until a page around that says nothing counts as none


class Widget(Hearing):
    """The one place that holds the current state; everything else is passed it."""

    def __init__(self, language: str) -> None:
        self.state = State(settings=Settings(language=language), packs=(), pack="")
        self.shelf = self.store = Shelf(lambda url: host.tell("pack", url=url))
        self.keeper = keeping.Nothing()
        self.engine = Engine(self.on_stage, self.on_missing, self.on_words)
        self.allowed = False  # whether a visitor may ask a provider of their own
        self.asked_from_outside = {}  # turn id → the number that the page around knows it by
        self.led = asyncio.Event()
        self.settled = False
        view.render(None, self.state)

    def dispatch(self, name: str, **fields: object) -> None:
        """Apply an event, show what changed, start what follows."""
        before = self.state
        self.state = update(before, (name, fields))
        view.render(before, self.state)
        host.report(self, (name, fields))
        keeping.react(self, (name, fields))
        allowing.react(self, name)
        if name == "answered" and not self.settled:
            self.settled = True
            asyncio.create_task(self.settle())
        answering.answer_next(self)

    def turn(self, id: str) -> object:
        """The turn with this id, or None."""
        return find_turn(self.state, id)

    def ask(self, text: str) -> str:
        """A question, from the box, a button or the page around. Returns the turn's id."""
        id = js.early.id()
        if text.strip():
            self.dispatch("asked", id=id, text=text, at=js.Date.now())
        return id

    def clear(self) -> None:
        """Forget the conversation, here and where it is stored."""
        asyncio.create_task(self.keeper.forget(self.state.conversation))
        self.dispatch("forgotten")
        by_id("question").focus()

    def follow(self, options: dict) -> None:
        """The page around sets or changes its attributes."""
        if js.languages.code != self.state.settings.language:
            asyncio.create_task(self.speak())
        allowing.allow(self, allowed=options.get("fallback") is not None)
        self.lead(options["packs"], threshold(options.get("threshold")))

    def lead(self, packs: list, least: float | None) -> None:
        """These packs answer, at this much certainty."""
        packs = packs or [js.URL.new(STARTER, js.location.href).href]
        conversation = js.host.origin + " " + " ".join(packs)
        moved = conversation != self.state.conversation
        self.see(packs, conversation, least)
        self.led.set()
        if moved and self.state.ready:
            asyncio.create_task(self.move())

    def see(self, packs: list, conversation: str, least: float | None) -> None:
        """These packs answer in this conversation; those beside this page are opened from there."""
        here = js.location.origin + "/"
        near = [url for url in packs if url.startswith(here)]
        fields = {"packs": packs, "near": near, "conversation": conversation, "threshold": least}
        self.dispatch("followed", **fields)

    async def speak(self) -> None:
        """Go on in the language that static/frame.js has switched to."""
        self.dispatch("setting_chosen", setting="language", value=await start_language())

    async def move(self) -> None:
        """Recall what was said to these packs, and open them."""
        await keeping.recall(self)
        await self.open_packs()

    async def open_packs(self) -> None:
        """Have the engine open the packs; go on without those that cannot be had."""
        wanted = [pack.id for pack in self.state.packs]
        opened = []
        for url in wanted:
            try:
                await answering.open_pack(self, url)
                opened.append(url)
            except EngineError as error:
                host.tell("error", kind="pack", message=str(error), url=url)
                self.dispatch("told", key=url, kind="error", text=str(error))
        if opened and opened != wanted:
            least = self.state.settings.threshold
            conversation = self.state.conversation
            self.see(opened, conversation, least)
        if opened:
            found = [pack for pack in self.state.packs if pack.id in opened]
            packs = [{"url": p.id, "name": p.name, "examples": p.count} for p in found]
            host.tell("ready", packs=packs)

    async def start(self) -> None:
        """Wait for the engine and for the packs; then questions can be answered."""
        try:
            await self.engine.start(starter=False)
            await self.led.wait()
            await self.open_packs()
        except EngineError as error:
            self.dispatch("engine_failed", error=str(error))
        except Exception as error:
            text = say.say("python_failed", reason=reason(error))
            self.dispatch("engine_failed", error=text.strip().split("\n")[0])
        else:
            self.dispatch("engine_ready")

    async def settle(self) -> None:
        """Somebody uses the chat: load what answers better, keep it all for the next page.

        Neither where the browser is asked to save data.
        """
        if hasattr(js.navigator, "connection") and js.navigator.connection.saveData:
            return
        try:
            await self.engine.upgrade()
        except EngineError as error:
            js.console.info(str(error))  # the small encoder goes on answering
        await keeping.keep_for_offline()


def threshold(given: str | None) -> float | None:
    """The attribute as a probability, or None for the packs' own where it is none."""
    try:
        return min(1.0, max(0.0, float(given)))
    except (TypeError, ValueError):
        return None


async def start_without_host(widget: Widget) -> None:
    """Nobody around says what to do: answer from the starter pack."""
    if js.host.framed:
        await asyncio.sleep(PATIENCE)
    if not widget.led.is_set():
        widget.lead([], None)


async def main() -> None:
    """Show the chat, take over what came before Python, then start storage and the engine."""
    widget = Widget(await start_language())
    gestures.listen(widget)
    js.early.over = True
    for k in range(js.early.questions.length):
        widget.ask(js.early.questions[k])
    host.listen(widget)
    asyncio.create_task(start_without_host(widget))
    asyncio.create_task(widget.start())
    await widget.led.wait()
    await keeping.start(widget)


asyncio.create_task(main())
