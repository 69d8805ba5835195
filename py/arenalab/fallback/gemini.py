"""Google's Gemini (POST /v1beta/models/MODEL:streamGenerateContent, as server-sent events)."""

import json
from urllib.parse import quote as encoded

from arenalab.errors import ProviderError
from arenalab.fallback.http import Address, Request
from arenalab.fallback.prompt import Prompt
from arenalab.fallback.reading import Piece, at, parse, quote, text

KEY_HEADER, KEY_PREFIX = "x-goog-api-key", ""
ROLES = {"user": "user", "assistant": "model"}


def build(prompt: Prompt, model: str, address: Address) -> Request:
    """Return the request."""
    body = {
        "systemInstruction": {"parts": [{"text": prompt.instructions}]},
        "contents": [
            {"role": ROLES[turn.role], "parts": [{"text": turn.text}]} for turn in prompt.turns
        ],
    }
    path = f"/v1beta/models/{encoded(model, safe='')}:streamGenerateContent?alt=sse"
    return Request(
        address.base + path,
        address,
        {"content-type": "application/json"},
        json.dumps(body).encode(),
    )


def read(data: str) -> Piece:
    """Return what a GenerateContentResponse says. Thoughts are no part of the reply."""
    chunk = parse(data)
    if at(chunk, "error"):
        why = quote(at(chunk, "error", "message"))
        raise ProviderError(f"the provider gave up: {why}; ask again later", reason="down")
    blocked = text(at(chunk, "promptFeedback", "blockReason"))
    if blocked:
        raise ProviderError(
            f"the provider will not answer this question ({blocked}); ask it in other words",
            reason="refused",
        )
    parts = at(chunk, "candidates", 0, "content", "parts")
    said = "".join(
        text(at(part, "text"))
        for part in (parts if isinstance(parts, list) else ())
        if not at(part, "thought")
    )
    return Piece(said, text(at(chunk, "candidates", 0, "finishReason")) or None)
