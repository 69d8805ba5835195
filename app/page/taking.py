"""What a person takes along: a pack, a conversation, corrections as files; a text as a copy."""

import asyncio
import json

import js
from page import export, imports
from page.model import find, find_pack, find_turn
from page.say import say
from page.talk_view import announce
from page.words import said
from pyscript import document, ffi

SHOWN = 1.5  # seconds that a button says "Copied"


async def pack(page: object, id: str) -> None:
    """Save an own pack as a file."""
    data = await page.store.pack_file(id)
    if data is None:
        page.dispatch("told", key="download", kind="error", text=say("pack_not_stored"))
        return
    name = find_pack(page.state, id).name
    _save(export.file_name(name, imports.PACK_KIND), data, "application/octet-stream")


def conversation(page: object, id: str, kind: str) -> None:
    """Save a conversation: to read (.md) or whole (.json)."""
    make = export.conversation_markdown if kind == ".md" else export.conversation_json
    title = find(page.state.conversations, id).title
    _save(export.file_name(title, kind), make(page.state, id), TYPES[kind])


def everything(page: object) -> None:
    """Save all conversations whole."""
    _save("arenalab-conversations.json", export.all_json(page.state), TYPES[".json"])


def drafts(page: object) -> None:
    """Save the drafts of corrections for whoever curates the pack."""
    _save("corrections.ndjson", export.drafts_ndjson(page.state), TYPES[".ndjson"])


async def traces(page: object) -> None:
    """Save what took how long, for whatever reads OTLP JSON."""
    told = await page.engine.traces()
    _save("arenalab-traces.json", json.dumps(told["otlp"]), TYPES[".json"])


TYPES = {".md": "text/markdown", ".json": "application/json", ".ndjson": "application/x-ndjson"}


def _save(name: str, data: object, kind: str) -> None:
    link = document.createElement("a")
    blob = js.Blob.new(ffi.to_js([data]), ffi.to_js({"type": kind}))
    link.href = js.URL.createObjectURL(blob)
    link.download = name
    link.click()
    js.URL.revokeObjectURL(link.href)


async def copy_answer(page: object, button: object) -> None:
    """Copy an answer as Markdown."""
    turn = find_turn(page.state, button.dataset.id)
    await _copy(page, button, said(turn.answer))


async def copy_code(page: object, button: object) -> None:
    """Copy the block of code beside the button."""
    await _copy(page, button, button.parentNode.querySelector("pre").textContent)


async def _copy(page: object, button: object, text: str) -> None:
    try:
        await js.Promise.resolve().then(lambda *_: js.navigator.clipboard.writeText(text))
    except Exception:  # no clipboard outside HTTPS, or the person said no
        page.dispatch("told", key="copy", kind="warning", text=say("copy_failed"))
        return
    announce(say("copied"))
    button.classList.add("copied")
    await asyncio.sleep(SHOWN)
    button.classList.remove("copied")
    announce("")
