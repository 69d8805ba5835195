"""What the page has the engine do about a provider: look, keep a key, ask, stop."""

import asyncio

from page.engine import EngineError
from page.imports import reason
from page.model import history
from page.provider_view import take_secret
from page.providing import is_stopping


async def look(page: object) -> None:
    """See which providers there are and what is kept for the chosen one."""
    if not page.state.ready:
        return
    found = await page.engine.call("providers", {"provider": page.state.settings.provider})
    page.dispatch("providers_seen", providers=found["providers"], key=found["key"])


async def ask(page: object, turn: object) -> None:
    """Ask the provider what the packs do not know; its words come on `page.on_words`."""
    chosen = page.state.settings
    page.dispatch("provider_asked", id=turn.id)
    request = {
        "id": turn.id,
        "question": turn.question,
        "history": history(page.state, turn),
        "receipts": turn.answer["receipts"],
        "provider": chosen.provider,
        "base": chosen.provider_base,
        "model": chosen.provider_model,
    }
    try:
        reply = await page.engine.call("ask_provider", request)
    except EngineError as error:
        page.dispatch("provider_failed", id=turn.id, error=str(error))
    except Exception as error:
        page.dispatch("provider_failed", id=turn.id, error=reason(error))
    else:
        page.dispatch("provider_ended", id=turn.id, reply=reply)


async def stop(page: object) -> None:
    """Let the provider end what the person stopped, so that it costs no more."""
    for turn in page.state.turns:
        if is_stopping(turn):
            await page.engine.call("stop_provider", {"id": turn.id})


def submitted(page: object, form: object) -> bool:
    """Take a key or a passphrase out of its form; says whether the form was one for that."""
    if form.id == "key-form":
        asyncio.create_task(keep(page, take_secret("key"), take_secret("passphrase")))
    elif form.id == "unlock-form":
        asyncio.create_task(unlock(page, take_secret("unlock-passphrase")))
    else:
        return False
    return True


async def keep(page: object, key: str, passphrase: str) -> None:
    """Have a key kept for the chosen provider."""
    chosen = page.state.settings
    request = {"provider": chosen.provider, "base": chosen.provider_base}
    kept = await _try(page, "keep_key", request | {"key": key, "passphrase": passphrase})
    if kept:
        page.tell("key_is_kept" if kept["lasting"] else "key_in_memory", "provider", "done")


async def unlock(page: object, passphrase: str) -> None:
    """Open a key with its passphrase."""
    request = {"provider": page.state.settings.provider, "passphrase": passphrase}
    await _try(page, "unlock_key", request)


async def forget(page: object) -> None:
    """Forget every key."""
    if await _try(page, "forget_keys", {}) is not None:
        page.tell("keys_forgotten", "provider", "done")


async def _try(page: object, name: str, request: dict) -> dict | None:
    """Call the engine, say what fails, and look again at what is kept."""
    done = None
    try:
        done = await page.engine.call(name, request)
    except EngineError as error:
        page.dispatch("told", key="provider", kind="warning", text=str(error))
    await look(page)
    return done
