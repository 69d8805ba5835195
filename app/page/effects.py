"""What follows from an event: the engine is asked, something is stored.

`react(page, event)` runs after the state changed. `REACTIONS` lists the events that have
consequences; each reaction is a coroutine that ends in further events.
"""

import asyncio

import js
from page import imports
from page.engine import EngineError
from page.state import STARTER, find_turn, next_turn, turn_to_record
from page.store import Memory, open_store

NOT_KEPT = (
    "This browser refuses storage here, so nothing is saved: the conversation and your packs last "
    "until the page is closed. A normal (not private) window keeps them."
)

NOT_UPGRADED = "Answers work, though less finely than they could, and no pack can be built: "


def react(page: object, event: tuple) -> None:
    """Start what follows from `event`, and answer the next question if there is one."""
    name, fields = event
    if name in REACTIONS:
        asyncio.create_task(REACTIONS[name](page, fields))
    turn = next_turn(page.state)
    if turn:
        page.dispatch("asking", id=turn.id)
        asyncio.create_task(_answer(page, turn))


async def start_storage(page: object) -> None:
    """Open the store and bring back what it holds, or go on in memory and say so."""

    def lost(message: str) -> None:
        page.store = Memory()
        page.dispatch("storage_lost", error=message)

    try:
        store = await open_store(lost)
        fields = {
            "records": await store.turns(),
            "packs": await store.packs(),
            "conversation": await store.setting("conversation") or js.early.id(),
            "pack": await store.setting("pack") or STARTER,
        }
    except Exception as error:  # whatever the browser refuses with
        js.console.info("storage refused: " + imports.reason(error))
        page.dispatch("storage_lost", error=NOT_KEPT)
        return
    early = page.state.turns
    page.store = store
    page.dispatch("restored", kept=True, **fields)
    store.listen(lambda kind, id: asyncio.create_task(_changed(page, kind, id)))
    for turn in early:
        await _save(page, store.put_turn(turn_to_record(find_turn(page.state, turn.id))))
    await _save(page, store.put_setting("conversation", page.state.conversation))


async def start_engine(page: object) -> None:
    """Start the engine, then everything that had to wait for it."""
    try:
        record = await page.engine.start()
    except EngineError as error:
        page.dispatch("engine_failed", error=str(error))
        return
    except Exception as error:
        text = f"Python could not start: {imports.reason(error)}"
        page.dispatch("engine_failed", error=text.strip().split("\n")[0])
        return
    page.engine.open.add(STARTER)
    page.dispatch("pack_described", record=record)
    page.dispatch("engine_ready")
    try:
        await page.engine.upgrade()
    except EngineError as error:
        text = NOT_UPGRADED + str(error)
        page.dispatch("told", key="encoder", kind="warning", text=text, action="reload")
    await imports.take_waiting(page)


async def _answer(page: object, turn: object) -> None:
    try:
        await _open(page, turn.pack)
        answer = await page.engine.ask(turn.question, turn.pack)
    except EngineError as error:
        page.dispatch("unanswered", id=turn.id, error=str(error))
    except Exception as error:
        text = f"The engine stopped: {imports.reason(error)}".strip()
        page.dispatch("unanswered", id=turn.id, error=text)
    else:
        page.dispatch("answered", id=turn.id, answer=answer)


async def _open(page: object, id: str) -> None:
    """Have the engine open this pack, if it has not yet."""
    if id in page.engine.open:
        return
    data = await page.store.pack_bytes(id)
    if data is None:
        raise EngineError("The pack this question was for has been removed. Choose another one.")
    await page.engine.open_pack(id, data)
    page.engine.open.add(id)


async def _changed(page: object, kind: str, id: str) -> None:
    """Another tab wrote something."""
    if kind == "turn":
        record = await page.store.turn(id)
        if record:
            page.dispatch("turn_seen", record=record)
    elif kind == "packs":
        page.dispatch("packs_seen", packs=await page.store.packs())
    elif kind == "gone":
        page.dispatch("turns_gone", left=[record["id"] for record in await page.store.turns()])


async def _save(page: object, writing: object) -> None:
    try:
        await writing
    except Exception as error:  # a full disk, mostly
        text = f"Not saved: {imports.reason(error)}. Removing a pack or a conversation frees room."
        page.dispatch("told", key="storage", kind="warning", text=text)


async def _save_turn(page: object, fields: dict) -> None:
    turn = find_turn(page.state, fields["id"])
    if turn:
        await _save(page, page.store.put_turn(turn_to_record(turn)))


async def _save_conversation(page: object, fields: dict) -> None:
    await _save(page, page.store.put_setting("conversation", fields["id"]))


async def _save_pack_choice(page: object, _fields: dict) -> None:
    await _save(page, page.store.put_setting("pack", page.state.pack))


async def remove_pack(page: object, id: str) -> None:
    """Remove a pack; it leaves the page once it has left the store."""
    await page.store.delete_pack(id)
    page.dispatch("pack_removed", id=id)
    await _save_pack_choice(page, {})
    await page.engine.close_pack(id)


async def remove_conversation(page: object, id: str) -> None:
    """Remove a conversation; it leaves the page once it has left the store."""
    await page.store.delete_conversation(id)
    page.dispatch("conversation_removed", id=id, fresh=js.early.id())
    await _save(page, page.store.put_setting("conversation", page.state.conversation))


REACTIONS = {
    "asked": _save_turn,
    "answered": _save_turn,
    "unanswered": _save_turn,
    "retried": _save_turn,
    "conversation_chosen": _save_conversation,
    "pack_chosen": _save_pack_choice,
    "pack_added": _save_pack_choice,
}
