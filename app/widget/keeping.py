"""What outlives the page around: the conversation, per site and packs; the release for offline use.

In somebody else's page the browser may keep this apart for each site, or refuse it altogether; then
the chat works all the same, and forgets.
"""

import asyncio

import js
from page.imports import reason
from page.model import find_turn
from page.records import turn_to_record
from page.release import is_possible
from page.store import open_store
from widget import allowing

DATABASE = "arenalab-embedded"


SAVED = (
    "asked",
    "answered",
    "unanswered",
    "retried",
    "rated",
    "shown_whole",
    "provider_ended",
    "provider_failed",
    "provided_saved",
)


class Nothing:
    """Stands in for `Kept` until there is storage, and where it is refused."""

    async def put(self, turn: object) -> None:
        """Nothing is stored."""

    async def forget(self, conversation: str) -> None:
        """Nothing was stored."""

    async def records(self) -> list:
        """Nothing was stored."""
        return []

    async def provider(self) -> dict:
        """Nothing was stored."""
        return {}

    async def put_provider(self, chosen: dict) -> None:
        """Nothing is stored."""


class Kept:
    """The turns, in a database of their own."""

    def __init__(self, store: object) -> None:
        self.store = store

    async def put(self, turn: object) -> None:
        """Store a turn as it is now."""
        await self.store.put_turn(turn_to_record(turn))

    async def forget(self, conversation: str) -> None:
        """Forget the turns of a conversation."""
        await self.store.delete_conversation(conversation)

    async def records(self) -> list:
        """All turns that are stored."""
        return await self.store.turns()

    async def provider(self) -> dict:
        """The provider that was chosen."""
        return await self.store.setting("provider") or {}

    async def put_provider(self, chosen: dict) -> None:
        """Store which provider is chosen; its key is elsewhere."""
        await self.store.put_setting("provider", chosen)


async def start(widget: object) -> None:
    """Open the database and recall what was said here."""

    def lost(_message: str) -> None:
        widget.keeper = Nothing()

    try:
        store = await open_store(lost, DATABASE)
    except Exception as error:  # whatever the browser refuses with
        js.console.info("storage refused: " + reason(error))
        return
    widget.keeper = Kept(store)
    store.listen(lambda kind, id: asyncio.create_task(_changed(widget, store, kind, id)))
    for turn in widget.state.turns:
        await _save(widget, turn.id)
    await recall(widget)
    await allowing.recall(widget)


async def recall(widget: object) -> None:
    """Bring back what was said in this conversation."""
    widget.dispatch("recalled", records=await widget.keeper.records())


def react(widget: object, event: tuple) -> None:
    """Store what an event changed."""
    name, fields = event
    if name in SAVED:
        asyncio.create_task(_save(widget, fields["id"]))
    elif name == "stopped":
        for turn in widget.state.turns:
            if turn.status == "stopped":
                asyncio.create_task(_save(widget, turn.id))


async def _save(widget: object, id: str) -> None:
    turn = find_turn(widget.state, id)
    if not turn or not widget.state.conversation:
        return
    try:
        await widget.keeper.put(turn)
    except Exception as error:  # a full disk, mostly
        js.console.info("not stored: " + reason(error))


async def _changed(widget: object, store: object, kind: str, id: str) -> None:
    """The same chat in another tab wrote something."""
    if kind == "turn":
        record = await store.turn(id)
        if record and record["conversation"] == widget.state.conversation:
            widget.dispatch("turn_seen", record=record)
    elif kind == "gone":
        widget.dispatch("turns_gone", left=[record["id"] for record in await store.turns()])


async def keep_for_offline() -> None:
    """Let the service worker store the release, so that it starts at once and offline."""
    if not is_possible():
        return
    container = js.navigator.serviceWorker
    served = bool(container.controller)

    def changed(_event: object) -> None:
        # A page of this site went on to a newer release; what is stored fits that one now.
        if served:
            js.location.reload()

    container.addEventListener("controllerchange", changed)
    try:
        await container.register("sw.js")
    except Exception as error:  # refused storage refuses service workers too
        js.console.info("not stored for use offline: " + reason(error))
