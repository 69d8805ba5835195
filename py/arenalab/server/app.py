"""Options → the application that uvicorn runs, with its telemetry and its guards."""

import logging
import os
import time
import uuid
from asyncio import get_running_loop
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar, cast

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Mount
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from arenalab import __version__
from arenalab.arena import Arena
from arenalab.endpoint import Fallback, Guard, Platform, application
from arenalab.endpoint.keys import key_guard
from arenalab.ensemble import Ensemble
from arenalab.errors import UnavailableError
from arenalab.fallback import PROVIDERS, address
from arenalab.fallback.provider import Name
from arenalab.server.guards import rate_guard
from arenalab.server.load import load
from arenalab.server.options import (
    PROVIDER_KEY,
    VARIABLE,
    FallbackOptions,
    Options,
    check_key,
)
from arenalab.server.sending import new_client, sender
from arenalab.telemetry import Sink, Telemetry
from arenalab.telemetry.logs import Log
from arenalab.telemetry.metrics import Metrics

T = TypeVar("T")

COLLECTORS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
SHOWN = ("x-request-id", "retry-after")  # headers that a page of another origin may read


def create(options: Options, models: Mapping[str, Arena | Ensemble]) -> Starlette:
    """Return the application that serves `models`."""
    # One answer at a time a process, on one core: an arena is no place for two threads, and the
    # matrix library's own threads wait for each other so eagerly that on a busy machine they cost
    # forty times what they save. More cores are used by more workers. Requests wait their turn
    # without holding up the event loop.
    threadpool_limits(1)
    thread = ThreadPoolExecutor(1, "arena")

    async def run(work: Callable[[], T]) -> T:
        return await get_running_loop().run_in_executor(thread, work)

    sinks, close = _sinks()
    metrics = Metrics(shared=options.workers > 1)
    for name, path in options.packs.items():
        metrics.pack(name, models[name].span_count, path.stat().st_size)
    telemetry = Telemetry((*sinks, metrics.observe), metrics.exposition)
    platform = Platform(time.time, lambda: uuid.uuid4().hex, run)
    client = new_client() if options.fallback else None
    endpoint = application(
        models,
        platform,
        telemetry=telemetry,
        guards=_guards(options),
        fallback=_fallback(options.fallback, client) if options.fallback and client else None,
    )

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        thread.shutdown(cancel_futures=True)
        if client is not None:
            await client.aclose()
        close()

    cors = Middleware(
        CORSMiddleware,
        allow_origins=options.cors,
        allow_methods=["GET", "POST"],
        allow_headers=["*"],
        expose_headers=SHOWN,
    )
    return Starlette(
        routes=[Mount("/", app=endpoint)],
        middleware=[cors] if options.cors else [],
        lifespan=lifespan,
    )


def from_environment() -> Starlette:
    """Return the application of a worker process, which finds its options in the environment."""
    options = Options.from_text(os.environ[VARIABLE])
    return create(options, load(options))


def _guards(options: Options) -> list[Guard]:
    guards: list[Guard] = []
    if options.keys:
        guards.append(key_guard(options.keys))
    if options.per_minute:
        file = options.shared / "rate.sqlite" if options.shared else None
        guards.append(rate_guard(options.per_minute, time.time, file, by_key=bool(options.keys)))
    return guards


def _fallback(chosen: FallbackOptions, client: httpx.AsyncClient) -> Fallback:
    key = os.environ.get(PROVIDER_KEY, "")
    send = sender(client, check_key(key) if key else "")
    name = cast(Name, chosen.name)
    return Fallback(name, address(PROVIDERS[name], chosen.base), chosen.model, chosen.below, send)


def _sinks() -> tuple[tuple[Sink, ...], Callable[[], None]]:
    """Return log and, where a collector is configured, traces; and what ends them.

    Traces come first: the log line then names the trace.
    """
    log = Log(logging.getLogger("arenalab.request")).observe
    if not any(os.environ.get(name) for name in COLLECTORS):
        return (log,), lambda: None
    try:
        from arenalab.telemetry.traces import Traces
    except ModuleNotFoundError as error:
        raise UnavailableError(
            f"exporting traces needs {error.name}; run: pip install 'arenalab[otel]', "
            f"or unset {' and '.join(COLLECTORS)}"
        ) from error
    traces = Traces.exporting(__version__)
    return (traces.observe, log), traces.close
