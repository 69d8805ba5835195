"""What is open for one page: encoders, packs, and the channel its progress is told on.

Progress is `{stage, loaded, total}` on the channel "arenalab-boot-ID" of the page; there
static/runtime.mjs tells how the bytes come.
"""

import asyncio
import time
from typing import Any

import js  # type: ignore[import-not-found]
from pyodide.ffi import to_js  # type: ignore[import-not-found]

from arenalab.arena import Arena
from arenalab.browser.describing import describe
from arenalab.browser.nearby import Away
from arenalab.browser.reaching import Reach
from arenalab.browser.telling import Told
from arenalab.browser.vault import Vault
from arenalab.constitution import Constitution
from arenalab.encode import Encoder
from arenalab.errors import UnavailableError
from arenalab.pack import Pack, read_pack


class Engine:
    """The encoders and the packs that are open, for one page.

    `encoder` is the best one loaded so far; every open pack is asked with it, under `constitution`
    where it brings no principles of its own. `files` wait for the next `build_pack`, `built` for
    the page to take them. `sizes` are of the packs' files, in bytes; `nearby` are the files left
    outside memory; `told` is what is remembered of answers. `vault` keeps providers' keys, once
    there is one, `reach` fetches from other sites; `asking` are the questions that a provider is
    answering.
    """

    def __init__(self) -> None:
        self.encoder: Encoder | None = None
        self.constitution: Constitution | None = None
        self.transformer: asyncio.Future[Encoder] | None = None
        self.arenas: dict[str, Arena] = {}
        self.sizes: dict[str, int] = {}
        self.nearby: dict[str, Away] = {}
        self.files: list[tuple[str, bytes]] = []
        self.built: dict[str, bytes] = {}
        self.channel: Any = None
        self.base = ""
        self.told = Told()
        self.vault: Vault | None = None
        self.reach: Reach | None = None
        self.asking: dict[str, asyncio.Future[None]] = {}

    def open(self, id: str, data: bytes) -> dict[str, Any]:  # noqa: A002 (the record's own word)
        """Open the bytes of a pack under `id`. Returns its record for the page."""
        return self.add(id, read_pack(data), len(data))

    async def open_nearby(self, id: str, nearby: Away) -> dict[str, Any]:  # noqa: A002
        """Open a pack of which only the index is held. Raises NotHereError until it is read."""
        self.nearby[id] = nearby
        record = self.add(id, await nearby.open(), nearby.size)
        return {**record, "held": "index", **({"notes": nearby.notes} if nearby.notes else {})}

    def add(self, id: str, pack: Pack, size: int) -> dict[str, Any]:  # noqa: A002
        """Ask `pack`, of a file of `size` bytes, under `id` from now on. Returns its record."""
        if self.encoder is None:
            raise UnavailableError("the encoder is not loaded; reload the page", key="no_encoder")
        self.arenas[id] = Arena(pack, self.encoder, time.perf_counter, self.constitution)
        self.sizes[id] = size
        return describe(id, pack, size)

    def ask_with(self, encoder: Encoder, constitution: Constitution) -> None:
        """From now on, ask every pack with `encoder`, under what was compiled for it."""
        self.encoder, self.constitution = encoder, constitution
        for id_, arena in self.arenas.items():
            self.arenas[id_] = Arena(arena.pack, encoder, time.perf_counter, constitution)

    def arena(self, id: str) -> Arena:  # noqa: A002
        """Return the open pack `id`. Raises UnavailableError when there is none."""
        if id not in self.arenas:
            raise UnavailableError(f"pack {id!r} is not open; choose another pack")
        return self.arenas[id]

    def report(self, stage: str, done: int, total: int) -> None:
        """Tell the page how far a piece of work is."""
        message = {"stage": stage, "loaded": done, "total": total}
        self.channel.postMessage(to_js(message, dict_converter=js.Object.fromEntries))
