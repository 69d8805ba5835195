"""Bytes of a reply → its server-sent events (WHATWG HTML, section 9.2.6), in bounded memory."""

import codecs
from collections.abc import AsyncGenerator, AsyncIterator

from arenalab.errors import ProviderError

# Generous for text: a provider that sends more in one event, or in all, is broken or hostile.
LARGEST_EVENT = 1 << 20
LARGEST_REPLY = 8 << 20


async def events(body: AsyncIterator[bytes]) -> AsyncGenerator[str, None]:
    """Yield the data of each event. Names and ids are left out: the data says what it is.

    A last event without the empty line after it is left out too, as the standard wants: it may be
    cut short. Raises ProviderError of reason "too_large".
    """
    decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
    pending, data, received, held = "", list[str](), 0, 0
    async for piece in body:
        received += len(piece)
        # A line may end with CR LF, which may come in two pieces: a CR at the end waits.
        text = pending + decoder.decode(piece)
        whole = text.endswith("\r")
        *lines, pending = (
            (text[:-1] if whole else text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        )
        pending += "\r" if whole else ""
        if received > LARGEST_REPLY or held + len(pending) > LARGEST_EVENT:
            raise ProviderError(
                f"the provider sent more than {LARGEST_EVENT >> 20} MB in one event, or more than "
                f"{LARGEST_REPLY >> 20} MB in all; ask for something shorter",
                reason="too_large",
            )
        for line in lines:
            if line.startswith("data:"):
                data.append(line[5:].removeprefix(" "))
                held += len(line)
            elif not line and data:
                yield "\n".join(data)
                data, held = [], 0


async def beginning(body: AsyncIterator[bytes], limit: int) -> bytes:
    """Return the first bytes of a reply, at most `limit` of them."""
    found = b""
    async for piece in body:
        found += piece
        if len(found) >= limit:
            break
    return found[:limit]
