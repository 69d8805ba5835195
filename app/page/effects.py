"""What follows from an event: something is stored, the engine is asked.

`react(page, event)` runs after the state changed. The reactions are coroutines that end in further
events; `keeping` lists those that store.
"""

import asyncio

from page import addresses, answering, imports, keeping, provider


def react(page: object, event: tuple) -> None:
    """Start what follows from `event`, and answer the next question if there is one."""
    name, fields = event
    if name in keeping.REACTIONS:
        asyncio.create_task(keeping.REACTIONS[name](page, fields))
    if name == "engine_ready":
        asyncio.create_task(provider.look(page))
    elif name == "stopped":
        asyncio.create_task(provider.stop(page))
    answering.answer_next(page)


async def start(page: object) -> None:
    """Bring back what is stored, start the engine, then take what had to wait for it."""
    await keeping.start_storage(page)
    addresses.prefill(page)
    if await answering.start_engine(page):
        await imports.take_waiting(page)
