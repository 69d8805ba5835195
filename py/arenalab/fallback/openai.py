"""OpenAI's chat completions, and whatever speaks them (POST /chat/completions, streamed)."""

import json

from arenalab.errors import ProviderError
from arenalab.fallback.http import Address, Request
from arenalab.fallback.prompt import Prompt
from arenalab.fallback.reading import NOTHING, Piece, at, parse, quote, text

KEY_HEADER, KEY_PREFIX = "authorization", "Bearer "


def build(prompt: Prompt, model: str, address: Address) -> Request:
    """Return the request. It asks for no more than every compatible server knows."""
    said = [{"role": turn.role, "content": turn.text} for turn in prompt.turns]
    instructions = {"role": "system", "content": prompt.instructions}
    body = {"model": model, "messages": [instructions, *said], "stream": True}
    return Request(
        f"{address.base}/chat/completions",
        address,
        {"content-type": "application/json", "accept": "text/event-stream"},
        json.dumps(body).encode(),
    )


def read(data: str) -> Piece:
    """Return what a ChatCompletionChunk says; the stream ends with the word [DONE]."""
    if data.strip() == "[DONE]":
        return Piece(ended="stop")
    chunk = parse(data)
    if at(chunk, "error"):
        raise ProviderError(
            f"the provider gave up: {quote(at(chunk, 'error', 'message'))}", reason="down"
        )
    choice = at(chunk, "choices", 0)
    if choice is None:  # the usage comes in a chunk without a choice
        return NOTHING
    said = text(at(choice, "delta", "content")) or text(at(choice, "delta", "refusal"))
    return Piece(said, text(at(choice, "finish_reason")) or None)
