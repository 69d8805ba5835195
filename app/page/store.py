"""What outlives a reload: turns, titles, packs, drafts and settings in IndexedDB, through `idb`.

Every turn and every pack is a record of its own, written by itself, so two tabs at work at once
never overwrite each other's. After a write the other tabs are told over a channel.
Where storage is refused, `memory` stands in.
"""

import json

import js
from page.say import say
from pyscript import ffi
from pyscript.js_modules import idb

DATABASE = "arenalab"
VERSION = 2


async def open_store(on_lost: object, name: str = DATABASE) -> object:
    """Open the database. Raises what the browser raises when it refuses storage.

    `on_lost(message)` is called when the database goes away later.
    """

    def upgrade(database: object, old: int, *_rest: object) -> None:
        if old < 1:
            by_id = ffi.to_js({"keyPath": "id"})
            database.createObjectStore("conversations", by_id)
            database.createObjectStore("packs", by_id)
            database.createObjectStore("settings")
        if old < 2:
            database.createObjectStore("titles")
            database.createObjectStore("drafts", ffi.to_js({"keyPath": "id"}))

    def blocking(*_rest: object) -> None:
        store.database.close()
        on_lost(say("newer_tab"))

    def terminated(*_rest: object) -> None:
        on_lost(say("storage_closed"))

    options = js.Object.new()
    options.upgrade = upgrade
    options.blocking = blocking
    options.terminated = terminated
    store = Store(await _promised(idb.openDB, name, VERSION, options))
    return store


def _promised(function: object, *arguments: object) -> object:
    """Call a JavaScript function that may throw at once.

    MicroPython cannot catch such an exception, it can catch a promise's rejection; so a promise
    makes the call.
    """
    return js.Promise.resolve().then(function.bind(None, *arguments))


class Store:
    """The database. Each method raises what the browser raises, a full disk among it."""

    def __init__(self, database: object) -> None:
        self.database = database
        self.channel = js.BroadcastChannel.new(database.name)

    def listen(self, on_change: object) -> None:
        """Call `on_change(kind, id)` when another tab wrote a turn, packs, titles or drafts."""
        self.channel.onmessage = lambda event: on_change(event.data.kind, event.data.id)

    def _tell(self, kind: str, id: str = "") -> None:
        self.channel.postMessage(ffi.to_js({"kind": kind, "id": id}))

    async def turns(self) -> list:
        """All turns, as `state.turn_to_record` made them."""
        return _python(await self.database.getAll("conversations"))

    async def turn(self, id: str) -> dict:
        """One turn, or None when it is not there."""
        return _python(await self.database.get("conversations", id))

    async def put_turn(self, record: dict) -> None:
        """Store a turn, or store it again with its answer."""
        await self.database.put("conversations", _javascript(record))
        self._tell("turn", record["id"])

    async def delete_conversation(self, id: str) -> None:
        """Forget the turns of a conversation, and its title."""
        for record in await self.turns():
            if record["conversation"] == id:
                await self.database.delete("conversations", record["id"])
        await self.database.delete("titles", id)
        self._tell("gone")

    async def titles(self) -> dict:
        """The titles given by hand, by the id of the conversation."""
        ids = _python(await self.database.getAllKeys("titles"))
        titles = _python(await self.database.getAll("titles"))
        return {ids[k]: title for k, title in enumerate(titles)}

    async def put_title(self, id: str, title: str) -> None:
        """Store a title; an empty one forgets it."""
        if title:
            await self.database.put("titles", title, id)
        else:
            await self.database.delete("titles", id)
        self._tell("titles")

    async def drafts(self) -> list:
        """The drafts of corrections, oldest first."""
        records = _python(await self.database.getAll("drafts"))
        return sorted(records, key=lambda record: record["when"])

    async def put_draft(self, record: dict) -> None:
        """Store the draft of a correction."""
        await self.database.put("drafts", _javascript(record))
        self._tell("drafts")

    async def delete_draft(self, id: str) -> None:
        """Forget a draft."""
        await self.database.delete("drafts", id)
        self._tell("drafts")

    async def packs(self) -> list:
        """The own packs, oldest first, without their bytes."""
        records = _python(await self.database.getAll("packs"))
        for record in records:
            record.pop("file")
        return sorted(records, key=lambda record: record["added"])

    async def put_pack(self, record: dict, file: object) -> None:
        """Store a pack; `file` is a Blob. Asks the browser not to evict it."""
        stored = _javascript(record)
        # A Blob is read only when asked for, so listing packs does not load them.
        stored.file = file
        await self.database.put("packs", stored)
        self._tell("packs")
        if hasattr(js.navigator, "storage"):
            await js.navigator.storage.persist()

    async def pack_file(self, id: str) -> object:
        """The pack as a Blob, or None when it was removed."""
        record = await self.database.get("packs", id)
        if record is None or record is js.undefined:
            return None
        return record.file

    async def delete_pack(self, id: str) -> None:
        """Forget a pack."""
        await self.database.delete("packs", id)
        self._tell("packs")

    async def setting(self, name: str) -> object:
        """A setting, or None."""
        return _python(await self.database.get("settings", name))

    async def put_setting(self, name: str, value: object) -> None:
        """Store a setting: anything JSON can say."""
        await self.database.put("settings", _javascript(value), name)


def _javascript(value: object) -> object:
    return js.JSON.parse(json.dumps(value))


def _python(value: object) -> object:
    text = js.JSON.stringify(value)
    return json.loads(text) if isinstance(text, str) else None
