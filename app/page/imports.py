"""Files given to the page → a pack that can be asked, now and after a reload.

A file is judged by name and size before a byte of it is read. Several files make one pack.
"""

import js
from page import words
from page.engine import EngineError
from page.records import pack_from_record
from page.say import say
from pyscript import ffi

TEXT_KINDS = (
    ".csv",
    ".tsv",
    ".jsonl",
    ".ndjson",
    ".json",
    ".md",
    ".markdown",
    ".rst",
    ".html",
    ".htm",
    ".txt",
)
PACK_KIND = ".diamonds"
# A tab encodes about ten short questions a second, so a larger text would take hours.
TEXT_LIMIT = 20_000_000
PACK_LIMIT = 4_000_000_000  # a larger file has places that 32 bits cannot name


def refusal(name: str, size: int) -> str:
    """Why this file cannot be taken, or None."""
    kind = name.lower()
    if kind.endswith(PACK_KIND):
        limit = PACK_LIMIT
    elif kind.endswith(TEXT_KINDS):
        limit = TEXT_LIMIT
    else:
        return words.unknown_kind(name, TEXT_KINDS + (PACK_KIND,))
    if size > limit:
        return words.too_large(name, size, limit)
    return None


async def take_files(page: object, files: list) -> None:
    """Make a pack of these JS File objects; everything that goes wrong becomes a notice."""
    refused = [reason for reason in (refusal(f.name, f.size) for f in files) if reason]
    if refused:
        page.dispatch("told", key="import", kind="error", text=refused[0], details=refused[1:])
        return
    if not can_start(page, files[0].name, lambda: take_files(page, files)):
        return
    try:
        await _take(page, files)
    except EngineError as error:
        page.dispatch("told", key="import", kind="error", text=str(error))
    except Exception as error:  # the browser's own refusals have no common class
        text = say("unreadable", name=files[0].name, reason=reason(error))
        page.dispatch("told", key="import", kind="error", text=text)
    page.dispatch("job_ended")


def can_start(page: object, name: str, work: object) -> bool:
    """Whether a pack can be made or opened now; else it is said why not.

    `work` is done by `take_waiting` once the engine is up, if it was for that.
    """
    if page.state.job:
        page.tell("import_running", "import", "warning")
    elif not page.state.ready:
        page.waiting = work
        page.dispatch("told", key="import", text=say("import_waits", name=name))
    return page.state.ready and not page.state.job


async def take_waiting(page: object) -> None:
    """Take what was given before the engine was up."""
    work = page.waiting
    page.waiting = None
    if work:
        await work()


async def _take(page: object, files: list) -> None:
    page.dispatch("job_moved", stage="read", done=0, total=len(files))
    texts = []
    for number, file in enumerate(files, 1):
        if file.name.lower().endswith(PACK_KIND):
            record = await page.engine.open_pack(js.early.id(), file)
            await keep(page, record, file)
        else:
            data = js.Uint8Array.new(await file.arrayBuffer())
            await page.engine.add_file(file.name, data)
            texts.append(file.name)
        page.dispatch("job_moved", stage="read", done=number, total=len(files))
    if texts:
        name = texts[0] if len(texts) == 1 else say("and_more", name=texts[0], count=len(texts) - 1)
        record = await page.engine.build_pack(js.early.id(), name)
        data = await page.engine.pack_bytes(record["id"])
        await keep(page, record, js.Blob.new(ffi.to_js([data])))


async def keep(page: object, record: dict, file: object) -> None:
    """Put a pack that is open into the library; `file` is its Blob, None for one elsewhere."""
    page.dispatch("job_moved", stage="save")
    record = record | {"own": True, "added": js.Date.now()}
    page.engine.open.add(record["id"])
    try:
        await page.store.put_pack(record, file)
    except Exception as error:
        text = say("pack_unsaved", reason=reason(error))
        page.dispatch("told", key="storage", kind="warning", text=text)
    page.dispatch("pack_added", record=record)
    notice = words.built(pack_from_record(record))
    page.dispatch("told", **notice.to_dict())


def reason(error: Exception) -> str:
    """What a browser's exception says, without the traceback."""
    lines = str(error.args[-1] if error.args else error).strip().split("\n")
    return lines[-1]
