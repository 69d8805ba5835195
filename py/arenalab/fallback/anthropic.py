"""Anthropic's messages (POST /v1/messages, streamed)."""

import json

from arenalab.errors import ProviderError
from arenalab.fallback.http import Address, Request
from arenalab.fallback.prompt import Prompt
from arenalab.fallback.reading import NOTHING, Piece, at, parse, quote, text

KEY_HEADER, KEY_PREFIX = "x-api-key", ""
VERSION = "2023-06-01"
LONGEST = 2_048  # tokens of a reply; this provider wants a limit


def build(prompt: Prompt, model: str, address: Address) -> Request:
    """Return the request. The last header is what lets a page ask without a server between."""
    body = {
        "model": model,
        "max_tokens": LONGEST,
        "system": prompt.instructions,
        "messages": [{"role": turn.role, "content": turn.text} for turn in prompt.turns],
        "stream": True,
    }
    headers = {
        "content-type": "application/json",
        "anthropic-version": VERSION,
        "anthropic-dangerous-direct-browser-access": "true",
    }
    return Request(f"{address.base}/v1/messages", address, headers, json.dumps(body).encode())


def read(data: str) -> Piece:
    """Return what an event says; kinds that are not known, such as ping, say nothing."""
    event = parse(data)
    kind = at(event, "type")
    if kind == "error":
        why = quote(at(event, "error", "message"))
        overloaded = at(event, "error", "type") == "overloaded_error"
        raise ProviderError(
            f"the provider gave up: {why or 'it did not say why'}; ask again "
            + ("in a minute" if overloaded else "later"),
            reason="down",
        )
    if kind == "content_block_delta":
        return Piece(text(at(event, "delta", "text")))
    if kind == "message_delta":
        return Piece(ended=text(at(event, "delta", "stop_reason")) or None)
    return Piece(ended="stop") if kind == "message_stop" else NOTHING
