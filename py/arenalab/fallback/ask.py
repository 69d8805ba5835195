"""A prompt → a provider's reply, piece by piece, or an error that says what to do."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager

from arenalab.errors import ProviderError
from arenalab.fallback.events import beginning, events
from arenalab.fallback.http import Address, Response, Send
from arenalab.fallback.prompt import Prompt
from arenalab.fallback.provider import Provider
from arenalab.fallback.reading import at, quote

PATIENCE = 60.0  # seconds without a byte, after which a provider counts as silent
READ_OF_ERROR = 10_000  # bytes
ENOUGH = frozenset(("length", "max_tokens", "MAX_TOKENS"))  # reasons to end before the end
WITHHELD = frozenset(
    ("content_filter", "refusal", "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII")
)


async def ask(
    send: Send,
    chosen: Provider,
    address: Address,
    model: str,
    prompt: Prompt,
    *,
    patience: float = PATIENCE,
) -> AsyncGenerator[str, None]:
    """Yield the words of `chosen` as they come; `model` may be empty for the provider's own.

    Raises ProviderError; the words that came before it were said all the same, and are worth
    keeping. Whoever stops listening (`aclose`) ends the request.
    """
    model = model or chosen.model
    async with _patience(patience, chosen):
        response = await send(chosen.build(prompt, model, address))
    ended = None
    async with aclosing(response.body), aclosing(_patiently(response, patience, chosen)) as body:
        if response.status != 200:
            raise _refused(response, await beginning(body, READ_OF_ERROR), chosen, model)
        async with aclosing(events(body)) as found:
            async for data in found:
                piece = chosen.read(data)
                if piece.text:
                    yield piece.text
                ended = ended or piece.ended
    if ended is None:
        raise ProviderError(
            f"{chosen.title} broke off before the end; what came is kept. Ask again",
            reason="broken",
        )
    if ended in WITHHELD:
        raise ProviderError(
            f"{chosen.title} held its reply back ({ended}); ask in other words", reason="refused"
        )
    if ended in ENOUGH:
        raise ProviderError(
            f"{chosen.title} stopped at its length limit; what came is kept", reason="cut"
        )


def _refused(response: Response, body: bytes, chosen: Provider, model: str) -> ProviderError:
    """Return the error for a reply that is none.

    What the provider says of it is quoted only where it helps, and never where it may repeat the
    key: providers quote a wrong key in full or in part.
    """
    status, name = response.status, chosen.title
    if status in (401, 403):
        return ProviderError(
            f"{name} does not accept the key ({status}); check it, and that it may use {model}",
            reason="key",
        )
    if status == 429:
        wait = _seconds(response.headers.get("retry-after", ""))
        when = f"in {wait:.0f} seconds" if wait else "later"
        return ProviderError(
            f"{name} is asked too often, or the key's credit is used up (429); try again {when}",
            reason="rate",
            retry_after=wait,
        )
    if 300 <= status < 400:
        return ProviderError(
            f"{name} points to another address ({status}), where the key will not be sent; "
            "check the base URL",
            reason="request",
        )
    if status >= 500:
        return ProviderError(
            f"{name} has a fault of its own ({status}); try again in a minute", reason="down"
        )
    return ProviderError(
        f"{name} does not take the request ({status}{_message(body)}); "
        f"check model {model} and the base URL",
        reason="request",
    )


def _message(body: bytes) -> str:
    """Return what an error's body says, in the shape all of them use."""
    try:
        said = quote(at(json.loads(body), "error", "message"))
    except (ValueError, RecursionError):
        return ""
    return f": {said}" if said else ""


def _seconds(value: str) -> float | None:
    """Return the wait that Retry-After asks for, in seconds, if it is a number of them.

    A date (RFC 9110, section 10.2.3) would need a clock; it says "later" like no header at all.
    """
    try:
        wait = float(value)
    except ValueError:
        return None
    return wait if 0 < wait < 1e6 else None


async def _patiently(
    response: Response, patience: float, chosen: Provider
) -> AsyncGenerator[bytes, None]:
    while True:
        async with _patience(patience, chosen):
            piece = await anext(response.body, None)
        if piece is None:
            return
        yield piece


@asynccontextmanager
async def _patience(seconds: float, chosen: Provider) -> AsyncGenerator[None, None]:
    """Wait for what happens inside, but not longer."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise ProviderError(
            f"{chosen.title} said nothing for {seconds:.0f} seconds; ask again", reason="timeout"
        ) from error
