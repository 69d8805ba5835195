"""The engine, as the page sees it: calls into the worker, and its progress.

Structured values cross as JSON text, files as Blob or Uint8Array. The worker reports problems as
values (`{"error": {...}}`), which `call` raises as `EngineError`; its message is meant for people.
"""

import json

import js
from page.words import problem
from pyscript import document, ffi, workers


class EngineError(Exception):
    """Raised when the engine refuses a call; the message says what to do."""


class Engine:
    """The worker named `engine`.

    `on_stage(stage, done, total)` hears of its progress, `on_missing(path)` of a file of the
    release that does not come, `on_words(id, text)` what a provider has said so far.
    """

    def __init__(self, on_stage: object, on_missing: object, on_words: object = None) -> None:
        self.channel_id = document.documentElement.dataset.channel
        self.channel = js.BroadcastChannel.new("arenalab-boot-" + self.channel_id)

        def heard(event: object) -> None:
            if event.data.stage == "missing":
                on_missing(event.data.path)
            elif event.data.stage == "words" and on_words:
                on_words(event.data.id, event.data.text)
            else:
                on_stage(event.data.stage, event.data.loaded, event.data.total)

        self.channel.onmessage = heard
        self.channel.postMessage(ffi.to_js({"stage": "hello"}))
        self.worker = None
        self.open = set()

    async def start(self, *, starter: bool = True) -> dict:
        """Wait for Python, load what answers at once. Returns the starter pack's record, if any."""
        self.worker = await workers["engine"]
        base = js.URL.new(".", js.location.href).href
        request = {"channel": self.channel_id, "base": base, "starter": starter}
        return await self.call("start", request)

    async def serve(self) -> None:
        """Answer the requests of OpenAI's clients in this browser from now on."""
        await self.call("serve", {})

    async def traces(self) -> dict:
        """What took how long, of the last answers: `traces` to draw, `otlp` to take along."""
        return await self.call("traces", {})

    async def upgrade(self) -> None:
        """Load the large encoder, which understands questions better than the small one."""
        await self.call("upgrade", {})

    async def ask(self, question: str, packs: tuple, history: list, threshold: object) -> dict:
        """The answer, as JSON gave it.

        `packs` are the ids of open packs, `history` is what was said before, `threshold` the
        least probability to answer at, None for the packs' own.
        """
        request = {
            "question": question,
            "pack": packs[0],
            "packs": list(packs),
            "history": history,
            "threshold": threshold,
        }
        return await self.call("ask", request)

    async def open_pack(self, id: str, file: object) -> dict:
        """Open a pack's file, a Blob or a Uint8Array. Returns its record."""
        return await self.call("open_pack", {"id": id}, file)

    async def open_url(self, id: str, url: str) -> dict:
        """Open a pack where it stands, on this site or another. Returns its record."""
        return await self.call("open_url", {"id": id, "url": url})

    async def add_file(self, name: str, data: object) -> dict:
        """Hand over one file of the pack that `build_pack` will build."""
        return await self.call("add_file", {"name": name}, data)

    async def build_pack(self, id: str, name: str) -> dict:
        """Build a pack from the files handed over, and open it. Returns its record."""
        return await self.call("build_pack", {"id": id, "name": name})

    async def pack_bytes(self, id: str) -> object:
        """The bytes of a pack that was built, once, as Uint8Array."""
        return await self.worker.pack_bytes(id)

    async def close_pack(self, id: str, url: str = "") -> None:
        """Let the engine forget a pack, and what this browser keeps of it; `url` is a far one's."""
        if id in self.open:
            self.open.remove(id)
        await self.call("close_pack", {"id": id, "url": url})

    async def call(self, name: str, request: dict, *more: object) -> dict:
        """Call an exported function of app/worker.py. Raises EngineError."""
        reply = json.loads(await getattr(self.worker, name)(json.dumps(request), *more))
        if "error" in reply:
            told = problem(reply["error"])
            js.console.info(reply["error"]["message"])  # in English, with every detail
            raise EngineError(told)
        return reply
