"""The packs that the page around hands over: those that do not stand beside this page.

Stands where the page has its store, so that a question opens its packs in the same way.
"""

import asyncio

import js
from page.engine import EngineError
from page.say import say


class Shelf:
    """Bytes of packs by address, each given once: the engine keeps what it has opened."""

    def __init__(self, ask_again: object) -> None:
        self.ask_again = ask_again
        self.here = {}
        self.taken = set()
        self.waiting = {}

    async def pack_file(self, url: str) -> object:
        """The pack as Uint8Array, once it is here. Raises EngineError: it cannot be had."""
        if url in self.taken:  # and was missing or broken
            self.taken.remove(url)
            self.ask_again(url)
        while url not in self.here:
            await self._came(url)
        message = self.here.pop(url)
        self.taken.add(url)
        if not message.status:
            return js.Uint8Array.new(message.bytes)
        raise EngineError(_missing(url, message.status))

    def take(self, message: object) -> None:
        """The page around has fetched a pack, or could not."""
        self.here[message.url] = message
        for event in self.waiting.pop(message.url, []):
            event.set()

    async def _came(self, url: str) -> None:
        event = asyncio.Event()
        self.waiting.setdefault(url, []).append(event)
        await event.wait()


def _missing(url: str, status: int) -> str:
    known = status > 0  # else no answer came
    return say("pack_missing", url=url, reason=str(status) if known else say("no_network"))
