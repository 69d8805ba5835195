"""Packs by their address: on this site or another, opened where they stand.

A pack of another site is fetched when a person says so. A link to the page that brings an address
(`?pack=…`) fills it in, and opens by itself only what is of this site or in the library already.
"""

import asyncio

import js
from page import imports
from page.elements import by_id
from page.engine import EngineError
from page.say import say

LONGEST = 2_000  # characters of an address
LOCAL = ("localhost", "127.0.0.1")  # hosts that may be asked without encryption


def read(text: str) -> str:
    """The address as it will be asked for, "" where no pack can be: without name, password, #."""
    text = text.strip()[:LONGEST]
    if not text or not js.URL.canParse(text, js.location.href):
        return ""
    url = js.URL.new(text, js.location.href)
    url.hash = url.username = url.password = ""
    near = url.hostname in LOCAL or url.origin == js.location.origin
    return url.href if url.protocol == "https:" or (url.protocol == "http:" and near) else ""


async def open_address(page: object, text: str) -> None:
    """Open the pack at an address and keep it in the library; what goes wrong becomes a notice."""
    url = read(text)
    known = [pack.id for pack in page.state.packs if pack.url == url]
    if not url:
        text = say("no_address", address=text.strip()[:80] or "—")
        page.dispatch("told", key="import", kind="error", text=text)
    elif known:
        page.dispatch("pack_chosen", id=known[0])
    elif imports.can_start(page, url, lambda: open_address(page, url)):
        page.address = url
        page.dispatch("job_moved", stage="fetch")
        try:
            record = await page.engine.open_url(js.early.id(), url)
            await imports.keep(page, record | {"url": url}, None)
        except EngineError as error:
            page.dispatch("told", key="import", kind="error", text=str(error), action="again")
        page.dispatch("job_ended")


def prefill(page: object) -> None:
    """Do as the page's own address says."""
    asked = js.URLSearchParams.new(js.location.search).get("pack")
    url = read(asked or "")
    here = url.startswith(js.location.origin + "/")
    if here or any(pack.url == url for pack in page.state.packs if url):
        asyncio.create_task(open_address(page, url))
    elif asked:
        page.dispatch("dialog_opened", dialog="library")
        by_id("address").value = asked[:LONGEST]
        by_id("address").focus()
