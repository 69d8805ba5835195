"""What outlives a reload: turns, packs and settings in IndexedDB, through the `idb` library.

Every turn and every pack is a record of its own, written by itself, so two tabs at work at once
never overwrite each other's. After a write the other tabs are told over a channel.
Where storage is refused, `Memory` keeps packs for as long as the page is open.
"""

import json

import js
from pyscript import ffi
from pyscript.js_modules import idb

DATABASE = "arenalab"
VERSION = 1
CHANNEL = "arenalab"


async def open_store(on_lost: object) -> object:
    """Open the database. Raises what the browser raises when it refuses storage.

    `on_lost(message)` is called when the database goes away later.
    """

    def upgrade(database: object, old: int, *_rest: object) -> None:
        if old < 1:
            by_id = ffi.to_js({"keyPath": "id"})
            database.createObjectStore("conversations", by_id)
            database.createObjectStore("packs", by_id)
            database.createObjectStore("settings")

    def blocking(*_rest: object) -> None:
        store.database.close()
        on_lost("A newer ArenaLab is open in another tab. Reload this one to go on saving.")

    def terminated(*_rest: object) -> None:
        on_lost("The browser closed its storage: what comes now is not saved. Reload to try again.")

    options = js.Object.new()
    options.upgrade = upgrade
    options.blocking = blocking
    options.terminated = terminated
    store = Store(await _promised(idb.openDB, DATABASE, VERSION, options))
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
        self.channel = js.BroadcastChannel.new(CHANNEL)

    def listen(self, on_change: object) -> None:
        """Call `on_change(kind, id)` when another tab wrote a turn or packs."""
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
        """Forget the turns of a conversation."""
        for record in await self.turns():
            if record["conversation"] == id:
                await self.database.delete("conversations", record["id"])
        self._tell("gone")

    async def packs(self) -> list:
        """The own packs, oldest first, without their bytes."""
        records = _python(await self.database.getAll("packs"))
        for record in records:
            record.pop("file")
        return sorted(records, key=lambda record: record["added"])

    async def put_pack(self, record: dict, data: object) -> None:
        """Store a pack; `data` is its Uint8Array. Asks the browser not to evict it."""
        stored = _javascript(record)
        # A Blob is read only when asked for, so listing packs does not load them.
        stored.file = js.Blob.new(ffi.to_js([data]))
        await self.database.put("packs", stored)
        self._tell("packs")
        if hasattr(js.navigator, "storage"):
            await js.navigator.storage.persist()

    async def pack_bytes(self, id: str) -> object:
        """The pack as Uint8Array, or None when it was removed."""
        record = await self.database.get("packs", id)
        if record is None or record is js.undefined:
            return None
        return js.Uint8Array.new(await record.file.arrayBuffer())

    async def delete_pack(self, id: str) -> None:
        """Forget a pack."""
        await self.database.delete("packs", id)
        self._tell("packs")

    async def setting(self, name: str) -> object:
        """A setting, or None."""
        return _python(await self.database.get("settings", name))

    async def put_setting(self, name: str, value: str) -> None:
        """Store a setting."""
        await self.database.put("settings", value, name)


class Memory:
    """Stands in for `Store` where storage is refused: packs stay until the page is closed."""

    def __init__(self) -> None:
        self.files = {}

    async def put_turn(self, record: dict) -> None:
        """Nothing outlives the page."""

    async def delete_conversation(self, id: str) -> None:
        """Nothing was stored."""

    async def put_pack(self, record: dict, data: object) -> None:
        """Keep the bytes while the page is open."""
        self.files[record["id"]] = data

    async def pack_bytes(self, id: str) -> object:
        """The pack as Uint8Array, or None when it was removed."""
        return self.files.get(id)

    async def delete_pack(self, id: str) -> None:
        """Forget a pack."""
        self.files.pop(id, None)

    async def put_setting(self, name: str, value: str) -> None:
        """Nothing outlives the page."""


def _javascript(value: object) -> object:
    return js.JSON.parse(json.dumps(value))


def _python(value: object) -> object:
    text = js.JSON.stringify(value)
    return json.loads(text) if isinstance(text, str) else None
