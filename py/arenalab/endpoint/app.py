"""The ASGI application: which address does what, what an error becomes, what is told of it."""

import asyncio
from collections.abc import Mapping, Sequence

from arenalab.arena import Arena
from arenalab.endpoint import handlers
from arenalab.endpoint.call import Call, Handler, Served
from arenalab.endpoint.http import ASGI, Guard, Head, Left, Message, Receive, Send
from arenalab.endpoint.platform import Platform, Settings
from arenalab.endpoint.provided import Fallback
from arenalab.ensemble import Ensemble
from arenalab.openai_wire import ApiError
from arenalab.openai_wire.errors import server_fault, unknown_url, wrong_method
from arenalab.openai_wire.response import encode_json
from arenalab.telemetry import Exchange, Telemetry

ROUTES: Mapping[str, tuple[str, Handler]] = {
    "/v1/chat/completions": ("POST", handlers.chat),
    "/v1/embeddings": ("POST", handlers.embeddings),
    "/v1/models": ("GET", handlers.list_models),
    "/v1/models/{id}": ("GET", handlers.show_model),
    "/metrics": ("GET", handlers.metrics),
    "/healthz": ("GET", handlers.health),
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
TRACE = ("traceparent", "tracestate")


def application(
    models: Mapping[str, Arena | Ensemble],
    platform: Platform,
    *,
    settings: Settings | None = None,
    telemetry: Telemetry | None = None,
    guards: Sequence[Guard] = (),
    fallback: Fallback | None = None,
) -> ASGI:
    """Return the ASGI application that serves `models` by their names.

    The mapping may change while it is served: a page opens and closes packs.
    `guards` see every request first and raise ApiError for one that must not be served.
    `fallback` is asked where an arena is not sure.
    """
    served = Served(models, platform, settings or Settings(), telemetry or Telemetry(), fallback)

    async def endpoint(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"the endpoint speaks HTTP, not {scope['type']!r}")
        head = Head.of(scope)
        route, handler = find(head)
        exchange = Exchange(
            id=f"req_{platform.unique()}",
            method=head.method if head.method in METHODS else "other",
            route=route,
            started=platform.now(),
            headers={name: head.headers[name] for name in TRACE if name in head.headers},
        )
        call = Call(head, served, receive, send, exchange)
        try:
            await serve(call, handler, guards)
        finally:
            exchange.lap("write", platform.now())
            served.telemetry.record(exchange)

    return endpoint


async def serve(call: Call, handler: Handler, guards: Sequence[Guard]) -> None:
    """Handle one call. Whatever fails, the caller gets an error of OpenAI's shape."""
    exchange = call.exchange
    try:
        for guard in guards:
            guard(call.head)
        await handler(call)
        exchange.result = exchange.result or "done"
    except ApiError as error:
        exchange.result = error.code or error.type
        await call.reply(error.status, encode_json(error.to_json()), headers=error.headers)
    except (Left, ConnectionError):
        exchange.status, exchange.result = 499, "left"
    except asyncio.CancelledError:
        exchange.status, exchange.result = 499, "stopped"
        raise
    except Exception as error:
        # The cause is for the log; a caller learns that it was not its own fault.
        exchange.status, exchange.result, exchange.error = 500, "server_error", error
        if not call.begun:
            fault = server_fault()
            await call.reply(fault.status, encode_json(fault.to_json()))


def find(head: Head) -> tuple[str, Handler]:
    """Return the route's name and what it does; for none, what complains about it."""
    path = head.path.rstrip("/")
    name = "/v1/models/{id}" if path.startswith("/v1/models/") else path
    if name not in ROUTES:
        return "other", _complain(unknown_url(head.method, head.path))
    method, handler = ROUTES[name]
    if head.method != method:
        return name, _complain(wrong_method(head.method, name, method))
    return name, handler


def _complain(error: ApiError) -> Handler:
    async def complain(_call: Call) -> None:
        raise error

    return complain
