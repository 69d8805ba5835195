"""static/vault.mjs, as the engine sees it: it keeps providers' keys, and sends what needs one.

The engine itself cannot reach another site: the page's content security policy forbids it.
"""

import asyncio
import itertools
from collections.abc import AsyncGenerator, Callable
from typing import Any

import js  # type: ignore[import-not-found]
from pyodide.ffi import create_proxy, to_js  # type: ignore[import-not-found]

from arenalab.errors import ArenaError, InputError, ProviderError, UnavailableError
from arenalab.fallback import Request, Response

FILE = "static/vault.mjs"


class Vault:
    """The worker, made when it is first needed."""

    def __init__(self, base: str) -> None:
        self._worker = js.Worker.new(base + FILE, _object({"type": "module"}))
        self._heard = create_proxy(self._hear)
        self._worker.onmessage = self._heard
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Queue[Any]] = {}

    async def call(self, action: str, **arguments: object) -> Any:  # noqa: ANN401 - JSON
        """Have `action` done, and return what comes of it. Raises ArenaError."""
        number, queue = self._begin(action, arguments)
        try:
            return _done(await queue.get(), str(arguments.get("provider", "")))
        finally:
            del self._waiting[number]

    async def send(self, provider: str, request: Request) -> Response:
        """Send a request with the key of `provider` in it. Raises ProviderError."""
        number, queue = self._begin(
            "send",
            {
                "provider": provider,
                "url": request.url,
                "headers": dict(request.headers),
                "body": request.body.decode(),
            },
        )
        try:
            first = await queue.get()
            if not hasattr(first, "status"):
                _done(first, provider)
        except BaseException:
            self._end(number)
            raise
        headers = {"retry-after": str(first.retryAfter)}
        return Response(int(first.status), headers, self._body(number, queue, provider))

    async def _body(
        self, number: int, queue: "asyncio.Queue[Any]", provider: str
    ) -> AsyncGenerator[bytes, None]:
        try:
            while hasattr(message := await queue.get(), "piece"):
                yield message.piece.to_bytes()
            _done(message, provider)
        finally:
            self._end(number)

    def _begin(self, action: str, arguments: dict[str, object]) -> tuple[int, "asyncio.Queue[Any]"]:
        number = next(self._numbers)
        queue: asyncio.Queue[Any] = asyncio.Queue()
        self._waiting[number] = queue
        self._worker.postMessage(_object({**arguments, "id": number, "do": action}))
        return number, queue

    def _end(self, number: int) -> None:
        del self._waiting[number]
        message = {"id": next(self._numbers), "do": "stop", "which": number}
        self._worker.postMessage(_object(message))

    def _hear(self, event: Any) -> None:  # noqa: ANN401 - a MessageEvent
        queue = self._waiting.get(event.data.id)
        if queue is not None:
            queue.put_nowait(event.data)


def _object(value: dict[str, object]) -> Any:  # noqa: ANN401 - a JavaScript object
    return to_js(value, dict_converter=js.Object.fromEntries)


def _done(message: Any, provider: str) -> Any:  # noqa: ANN401 - what the worker posted
    """Return what the worker did, or raise what it could not do."""
    if not hasattr(message, "failed"):
        return message.done
    raise _FAILURES.get(message.failed, _storage)(provider)


def _storage(_provider: str) -> ArenaError:
    return UnavailableError(
        "the key could not be kept or read: this browser's storage is full or damaged; "
        "forget the keys and give them again"
    )


_FAILURES: dict[str, Callable[[str], ArenaError]] = {
    "absent": lambda name: ProviderError(
        f"there is no key for {name}; give one in the settings", reason="key"
    ),
    "locked": lambda name: ProviderError(
        f"the key for {name} is locked; unlock it with its passphrase", reason="key"
    ),
    "passphrase": lambda _name: InputError("that is not the passphrase; try again"),
    "origin": lambda name: ProviderError(
        f"the key for {name} was given for another address; give it again for this one",
        reason="key",
    ),
    "unreachable": lambda name: ProviderError(
        f"no connection to {name}, or it was lost, or it does not let pages ask (CORS); check the "
        "network and the base URL",
        reason="unreachable",
    ),
    "stopped": lambda name: ProviderError(f"{name} was stopped", reason="cut"),
}
