"""A provider of the person's own: its key, and questions that go to it."""

import asyncio
from contextlib import aclosing
from typing import Any

import js  # type: ignore[import-not-found]
from pyodide.ffi import to_js  # type: ignore[import-not-found]

from arenalab.browser.engine import Engine
from arenalab.browser.replies import replies
from arenalab.browser.vault import Vault
from arenalab.context import read_history
from arenalab.errors import InputError, ProviderError
from arenalab.fallback import Request, Response, address, ask, prompt
from arenalab.fallback.provider import PROVIDERS, provider
from arenalab.synthesise import Receipt

STOPPED = "stopped"


@replies
async def providers(engine: Engine, request: dict[str, str]) -> dict[str, Any]:
    """Return the providers there are, and what is kept for that of request's `provider`, if any."""
    named = request.get("provider", "")
    kept = await vault(engine).call("look", provider=named) if named else None
    return {
        "providers": [
            {"name": name, "title": one.title, "base": one.base, "model": one.model}
            for name, one in PROVIDERS.items()
        ],
        "key": {"origin": kept.origin, "locked": bool(kept.locked)} if kept else None,
    }


@replies
async def keep_key(engine: Engine, request: dict[str, str]) -> dict[str, Any]:
    """Keep a key. Request: provider, base, key, passphrase (empty for none)."""
    where = address(provider(request["provider"]), request["base"])
    key = request["key"].strip()
    if not all("!" <= letter <= "~" for letter in key):
        raise InputError("a key has letters, digits and signs only, and no space; copy it again")
    kept = await vault(engine).call(
        "keep",
        provider=request["provider"],
        origin=js.URL.new(where.base).origin,
        header=where.header,
        prefix=where.prefix,
        key=key,
        passphrase=request["passphrase"],
    )
    return {"lasting": bool(kept.lasting)}


@replies
async def unlock_key(engine: Engine, request: dict[str, str]) -> dict[str, Any]:
    """Open a key with its passphrase, until the page closes. Request: provider, passphrase."""
    await vault(engine).call(
        "unlock", provider=request["provider"], passphrase=request["passphrase"]
    )
    return {}


@replies
async def forget_keys(engine: Engine, _request: dict[str, str]) -> dict[str, Any]:
    """Forget every key."""
    await vault(engine).call("forget")
    return {}


@replies
async def ask_provider(engine: Engine, request: dict[str, Any]) -> dict[str, Any]:
    """Ask the person's provider, with what the packs have near as evidence.

    Request: id (the question's), question, history; receipts, those of the packs' own answer, as
    `ask` gave them; provider, base, model. The words are
    told on the page's channel as `{stage: "words", id, text}` while they come, and returned whole.
    A failure after the first words is returned beside them, so that nothing said is lost.
    """
    await js.wholePython()  # as in `building`: streams need modules that answers do not
    chosen = provider(request["provider"])
    evidence = [Receipt(**receipt) for receipt in request["receipts"]]
    told = prompt(request["question"], read_history(request["history"]), evidence)

    async def send(asked: Request) -> Response:
        return await vault(engine).send(request["provider"], asked)

    said, failure = "", None

    async def listen() -> None:
        nonlocal said
        where = address(chosen, request["base"])
        async with aclosing(ask(send, chosen, where, request["model"], told)) as words:
            async for word in words:
                said += word
                message = {"stage": "words", "id": request["id"], "text": said}
                engine.channel.postMessage(to_js(message, dict_converter=js.Object.fromEntries))

    listening = engine.asking[request["id"]] = asyncio.ensure_future(listen())
    try:
        await listening
    except asyncio.CancelledError:
        failure = STOPPED
    except ProviderError as error:
        if not said:
            raise
        failure = str(error)
    finally:
        del engine.asking[request["id"]]
    return {
        "text": said,
        "failure": failure,
        "provider": chosen.title,
        "model": request["model"] or chosen.model,
    }


@replies
async def stop_provider(engine: Engine, request: dict[str, str]) -> dict[str, Any]:
    """Ask no longer for the reply to the question of request's `id`."""
    asking = engine.asking.get(request["id"])
    if asking is not None:
        asking.cancel()
    return {}


def vault(engine: Engine) -> Vault:
    """Return the keeper of keys, made when it is first asked for."""
    if engine.vault is None:
        engine.vault = Vault(engine.base)
    return engine.vault
