"""Assets and variables of a Worker → the endpoint's application."""

import logging
import sys
import time
import uuid

from arenalab.arena import Arena
from arenalab.constitution import read_constitution
from arenalab.encode import load_encoder
from arenalab.endpoint import ASGI, Platform, application
from arenalab.endpoint.keys import key_guard
from arenalab.endpoint.origins import allowing
from arenalab.errors import InputError
from arenalab.pack import read_pack
from arenalab.telemetry import Telemetry
from arenalab.telemetry.counts import Counts
from arenalab.telemetry.logs import JsonFormatter, Log


async def open_endpoint(env: object) -> ASGI:
    """Return the application that serves the packs of the variable PACKS.

    Raises InputError for an asset that is not there.
    """
    encoder = load_encoder(await asset(env, f"models/{env.ENCODER}.encoder"))
    upheld = getattr(env, "CONSTITUTION", "")
    file = upheld and await asset(env, f"packs/{upheld}.constitution")
    constitution = read_constitution(file, encoder) if file else None
    models: dict[str, Arena] = {}
    sizes: dict[str, tuple[int, int]] = {}
    for name in env.PACKS:
        data = await asset(env, f"packs/{name}.diamonds")
        models[name] = Arena(read_pack(data), encoder, time.perf_counter, constitution)
        sizes[name] = models[name].pack.span_count, len(data)
    counts = Counts()
    telemetry = Telemetry(
        (counts.observe, Log(logger()).observe), lambda accept: counts.exposition(accept, sizes)
    )
    keys = tuple(getattr(env, "API_KEYS", "").split())
    platform = Platform(time.time, lambda: uuid.uuid4().hex)
    guards = [key_guard(keys)] if keys else []
    app = application(models, platform, telemetry=telemetry, guards=guards)
    return allowing(app, list(getattr(env, "ORIGINS", [])))


async def asset(env: object, path: str) -> bytes:
    """Return a file of the folder `assets`."""
    response = await env.ASSETS.fetch(f"https://assets.local/{path}")
    if response.status != 200:
        raise InputError(
            f"assets/{path} is missing (status {response.status}); put it there, or change the "
            "variables in wrangler.jsonc"
        )
    return await response.bytes()


def logger() -> logging.Logger:
    """Return the logger of requests: one JSON object a line, which Workers Logs can search."""
    found = logging.getLogger("arenalab.request")
    if not found.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(JsonFormatter())
        found.addHandler(handler)
        found.setLevel(logging.INFO)
        found.propagate = False
    return found
