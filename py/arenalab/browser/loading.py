"""Encoders and packs: the small encoder and the starter pack first, the transformer when told.

Each encoder comes with the default principles compiled for it: nothing is answered without.
"""

import asyncio
from typing import Any

import js  # type: ignore[import-not-found]
from pyodide.ffi import to_js  # type: ignore[import-not-found]

from arenalab.browser.copying import remove
from arenalab.browser.engine import Engine
from arenalab.browser.fetching import fetch
from arenalab.browser.nearby import Nearby
from arenalab.browser.reaching import Reach
from arenalab.browser.remote import Remote
from arenalab.browser.replies import replies
from arenalab.constitution import Constitution, read_constitution
from arenalab.encode import Encoder, load_encoder
from arenalab.errors import ArenaError, FileFormatError

STARTER = "starter"
STATIC_FILE = "models/static.encoder"
ENCODER_FILE = "models/minilm.encoder"
STARTER_FILE = "packs/starter.diamonds"
STATIC_CONSTITUTION = "packs/static.constitution"
CONSTITUTION = "packs/minilm.constitution"
HELD = 64 << 20  # bytes of a pack's file up to which all of it is held in memory
WHOLE = 4 << 20  # bytes up to which all of a far pack is fetched: asking for rows would take longer

REFUSED = (
    "There is not enough memory for all of this pack: its index alone is held, and the rest is "
    "read as questions need it, which takes longer. Close other tabs to have room for all of it."
)


@replies
async def start(engine: Engine, request: dict[str, Any]) -> dict[str, Any]:
    """Load what answers at once: the static encoder and, where wanted, the starter pack.

    Request: channel, base (the site's address), starter (whether that pack is wanted).
    """
    engine.channel = js.BroadcastChannel.new("arenalab-boot-" + request["channel"])
    engine.base = request["base"]
    engine.report("open", 0, 1)
    (encoder, constitution), pack = await asyncio.gather(
        _load(engine, STATIC_FILE, STATIC_CONSTITUTION), _starter(engine, request["starter"])
    )
    engine.ask_with(encoder, constitution)
    record = engine.open(STARTER, pack) if pack else {}
    engine.report("open", 1, 1)
    return record


@replies
async def upgrade(engine: Engine, _request: dict[str, str]) -> dict[str, Any]:
    """Load the transformer; from then on every pack is asked with it."""
    await transformer(engine)
    return {}


@replies
async def open_pack(
    engine: Engine,
    request: dict[str, str],
    data: Any,  # noqa: ANN401 (JavaScript's)
) -> dict[str, Any]:
    """Open a pack's file, a Blob or its bytes, under request's id.

    Of a large pack, or where there is no memory for it, only the index is held; the record says so.
    """
    name = request["id"]
    if name not in engine.nearby:
        blob = data if hasattr(data, "arrayBuffer") else js.Blob.new(to_js([data]))
        nearby = Nearby(name, blob)
        if blob.size <= HELD:
            try:
                return engine.open(name, (await blob.arrayBuffer()).to_bytes())
            except MemoryError:
                engine.arenas.pop(name, None)
                nearby.notes.append(REFUSED)
        engine.nearby[name] = nearby
    return await _opened(engine, name)


@replies
async def open_url(engine: Engine, request: dict[str, str]) -> dict[str, Any]:
    """Open the pack at request's url under its id. Of a large one only what is needed is fetched.

    The record tells, beside what every pack's does, `came`, the bytes that its host sent just now.
    """
    name = request["id"]
    if name not in engine.nearby:
        remote = _remote(engine, request["url"])
        await remote.begin()
        if remote.size <= (HELD if remote.whole is not None else WHOLE):
            return {**await _whole(engine, name, remote), "came": remote.came}
        engine.nearby[name] = remote
    record = await _opened(engine, name)
    return {**record, "came": engine.nearby[name].came}


@replies
async def close_pack(engine: Engine, request: dict[str, str]) -> dict[str, Any]:
    """Forget the pack of request's id, and what this browser keeps of it; `url` is a far one's."""
    name = request["id"]
    engine.arenas.pop(name, None)
    if name in engine.nearby:
        engine.nearby.pop(name).close()
    await remove(name)
    if request.get("url"):
        await _remote(engine, request["url"]).forget()
    return {}


def _remote(engine: Engine, url: str) -> Remote:
    if engine.reach is None:
        engine.reach = Reach(engine.base)
    return Remote(url, engine.reach, lambda done, total: engine.report("fetch", done, total))


async def _whole(engine: Engine, name: str, remote: Remote) -> dict[str, Any]:
    """Open all of a far pack."""
    remote.needed = remote.size
    [(_, data)] = await remote.fetch([slice(0, remote.size)])
    try:
        return engine.open(name, data)
    except FileFormatError:
        await remote.forget()
        raise


async def _opened(engine: Engine, name: str) -> dict[str, Any]:
    """Open what is nearby; what cannot be opened is not kept."""
    found = engine.nearby[name]
    try:
        record = await engine.open_nearby(name, found)
    except FileFormatError:
        del engine.nearby[name]
        await found.forget()
        raise
    if isinstance(found, Remote):
        found.opened = True
    return record


async def transformer(engine: Engine) -> Encoder:
    """Return the transformer, loaded once; a load that failed is tried again when asked."""
    if engine.transformer is None:
        engine.transformer = asyncio.ensure_future(_load_transformer(engine))
    try:
        return await engine.transformer
    except ArenaError:
        engine.transformer = None
        raise


async def _load_transformer(engine: Engine) -> Encoder:
    encoder, constitution = await _load(engine, ENCODER_FILE, CONSTITUTION)
    engine.ask_with(encoder, constitution)
    return encoder


async def _starter(engine: Engine, wanted: bool) -> bytes:
    return await fetch(engine.base, STARTER_FILE) if wanted else b""


async def _load(engine: Engine, file: str, principles: str) -> tuple[Encoder, Constitution]:
    """Return an encoder and its constitution, fetched at the same time."""
    files = await asyncio.gather(fetch(engine.base, file), fetch(engine.base, principles))
    encoder = load_encoder(files[0])
    return encoder, read_constitution(files[1], encoder)
