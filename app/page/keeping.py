"""What is stored after an event, and what comes back when the page opens."""

import asyncio

import js
from page.imports import reason
from page.memory import Memory
from page.model import STARTER, find, find_pack, find_turn, turns_of
from page.records import turn_to_record
from page.say import say
from page.store import open_store


async def start_storage(page: object) -> None:
    """Open the store and bring back what it holds, or go on in memory and say so."""

    def lost(message: str) -> None:
        page.store = Memory()
        page.dispatch("storage_lost", error=message)

    try:
        store = await open_store(lost)
        fields = {
            "records": await store.turns(),
            "titles": await store.titles(),
            "packs": await store.packs(),
            "drafts": await store.drafts(),
            "settings": await store.setting("settings"),
            "conversation": await store.setting("conversation") or js.early.id(),
            "pack": await store.setting("pack") or STARTER,
        }
    except Exception as error:  # whatever the browser refuses with
        js.console.info("storage refused: " + reason(error))
        page.dispatch("storage_lost", error=say("not_kept"))
        return
    early = page.state.turns
    page.store = store
    page.dispatch("restored", kept=True, **fields)
    store.listen(lambda kind, id: asyncio.create_task(_changed(page, kind, id)))
    for turn in early:
        await save_turn(page, {"id": turn.id})
    await _save(page, store.put_setting("conversation", page.state.conversation))


async def _changed(page: object, kind: str, id: str) -> None:
    """Another tab wrote something."""
    store = page.store
    if kind == "turn":
        record = await store.turn(id)
        if record:
            page.dispatch("turn_seen", record=record)
    elif kind == "packs":
        page.dispatch("packs_seen", packs=await store.packs())
    elif kind == "titles":
        page.dispatch("titles_seen", titles=await store.titles())
    elif kind == "drafts":
        page.dispatch("drafts_seen", drafts=await store.drafts())
    elif kind == "gone":
        page.dispatch("turns_gone", left=[record["id"] for record in await store.turns()])


async def _save(page: object, writing: object) -> None:
    try:
        await writing
    except Exception as error:  # a full disk, mostly
        text = say("not_saved", reason=reason(error))
        page.dispatch("told", key="storage", kind="warning", text=text)


async def save_turn(page: object, fields: dict) -> None:
    """Store the turn as it is now."""
    turn = find_turn(page.state, fields["id"])
    if turn:
        await _save(page, page.store.put_turn(turn_to_record(turn)))


async def _save_stopped(page: object, _fields: dict) -> None:
    for turn in page.state.turns:
        if turn.status == "stopped":
            await _save(page, page.store.put_turn(turn_to_record(turn)))


async def _save_conversation(page: object, _fields: dict) -> None:
    await _save(page, page.store.put_setting("conversation", page.state.conversation))


async def _save_title(page: object, fields: dict) -> None:
    title = page.state.titles.get(fields["id"], "")
    await _save(page, page.store.put_title(fields["id"], title))


async def _save_again(page: object, _fields: dict) -> None:
    """What was removed and is back again is stored again."""
    back = page.state.conversation
    for turn in turns_of(page.state, back):
        await save_turn(page, {"id": turn.id})
    await _save_title(page, {"id": back})
    await _save_conversation(page, {})


async def _save_rating(page: object, fields: dict) -> None:
    await save_turn(page, fields)
    await _save_draft(page, fields)


async def _save_draft(page: object, fields: dict) -> None:
    draft = find(page.state.drafts, fields["id"])
    if draft:
        await _save(page, page.store.put_draft(draft.to_dict()))
    else:
        await _save(page, page.store.delete_draft(fields["id"]))


async def _save_provided(page: object, fields: dict) -> None:
    await save_turn(page, fields)
    await _save_draft(page, {"id": fields["id"] + "-provided"})


async def save_pack_choice(page: object, _fields: dict) -> None:
    """Store which pack is chosen."""
    await _save(page, page.store.put_setting("pack", page.state.pack))


async def _save_settings(page: object, _fields: dict) -> None:
    await _save(page, page.store.put_setting("settings", page.state.settings.to_dict()))


async def remove_pack(page: object, id: str) -> None:
    """Remove a pack; it leaves the page once it has left the store."""
    url = find_pack(page.state, id).url
    await page.store.delete_pack(id)
    page.dispatch("pack_removed", id=id)
    await save_pack_choice(page, {})
    await page.engine.close_pack(id, url)


async def remove_conversation(page: object, id: str) -> None:
    """Remove a conversation; the page can bring it back until something else is removed."""
    page.dispatch("conversation_removed", id=id, fresh=js.early.id())
    await _save(page, page.store.delete_conversation(id))
    await _save_conversation(page, {})


# Event → what to store after it.
REACTIONS = {
    "asked": save_turn,
    "answered": save_turn,
    "unanswered": save_turn,
    "retried": save_turn,
    "stopped": _save_stopped,
    "shown_whole": save_turn,
    "rated": _save_rating,
    "provider_ended": save_turn,
    "provider_failed": save_turn,
    "provided_saved": _save_provided,
    "explained": _save_draft,
    "draft_removed": _save_draft,
    "conversation_chosen": _save_conversation,
    "named": _save_title,
    "removal_undone": _save_again,
    "pack_chosen": save_pack_choice,
    "pack_added": save_pack_choice,
    "specialist_toggled": _save_settings,
    "setting_chosen": _save_settings,
}
