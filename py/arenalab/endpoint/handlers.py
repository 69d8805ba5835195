"""What each address does."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

from arenalab.endpoint.call import Call
from arenalab.endpoint.chat import Reply, reply
from arenalab.endpoint.http import while_there
from arenalab.endpoint.model import Model
from arenalab.endpoint.provided import Provided
from arenalab.endpoint.stream import events, first_event, last_events, next_event
from arenalab.openai_wire import Envelope, read_chat, read_embeddings
from arenalab.openai_wire.errors import invalid, unknown_url
from arenalab.openai_wire.response import (
    completion,
    embedding_json,
    encode_json,
    list_json,
    model_json,
)

EVENTS = "text/event-stream; charset=utf-8"
BATCH = 16  # texts encoded before others get their turn


async def chat(call: Call) -> None:
    """Answer a conversation, in one piece or in events."""
    body = await call.body()
    await while_there(call.receive, _chat(call, body))


async def embeddings(call: Call) -> None:
    """Return the vectors of texts."""
    body = await call.body()
    await while_there(call.receive, _embeddings(call, body))


async def list_models(call: Call) -> None:
    """Return all models."""
    data = [_model(call, model) for model in call.served.models()]
    await call.reply(200, encode_json(list_json(data)))


async def show_model(call: Call) -> None:
    """Return one model: the one that the address ends with."""
    model = call.served.model(call.head.path.removeprefix("/v1/models/"))
    await call.reply(200, encode_json(_model(call, model)))


async def metrics(call: Call) -> None:
    """Return the metrics, where the door counts any."""
    exposition = call.served.telemetry.exposition
    if exposition is None:
        raise unknown_url(call.head.method, call.head.path)
    body, content_type = exposition(call.head.headers.get("accept", ""))
    await call.reply(200, body, content_type)


async def health(call: Call) -> None:
    """Say that it is up, and what it serves."""
    await call.reply(200, encode_json({"status": "ok", "models": list(call.served.arenas)}))


async def _chat(call: Call, body: bytes) -> None:
    exchange, platform = call.exchange, call.served.platform
    request = read_chat(body)
    model = call.served.model(request.model)
    exchange.model, exchange.user, exchange.metadata = model.name, request.user, request.metadata
    exchange.lap("check", call.now)

    def answer() -> tuple[float, Reply]:
        return platform.now(), reply(request, model, platform.unique)

    began, said = await platform.run(answer)
    exchange.lap("queue", began)
    exchange.laps(said.answer.timing)
    exchange.lap("compose", call.now)
    exchange.confidence = said.answer.confidence
    envelope = Envelope(
        f"chatcmpl-{platform.unique()}", int(exchange.started), model.name, model.fingerprint
    )
    fallback = call.served.fallback
    if fallback is not None and fallback.wanted(request, said):
        provided = Provided(fallback, request, said)
        said = await _provided(call, model, envelope, provided)
        exchange.fallback = (fallback.name, provided.outcome)
        exchange.lap("provider", call.now)
    exchange.result = said.extension["kind"]
    exchange.prompt_tokens = said.usage.prompt
    exchange.completion_tokens = said.usage.completion
    if not request.stream:
        choices = [said.choice] * request.choices
        document = completion(envelope, choices, said.usage, said.extension)
        await call.reply(200, encode_json(document))
        return
    if not call.begun:
        await _begin(call)
        for piece in events(request, said, envelope):
            await call.piece(piece)
            await asyncio.sleep(0)  # so that it is noticed when the caller leaves
    else:
        for piece in last_events(request, said, envelope):
            await call.piece(piece)
    await call.end()


async def _provided(call: Call, model: Model, envelope: Envelope, provided: Provided) -> Reply:
    """Return the provider's reply. Words that can go out as they come have gone out already."""
    request = provided.request
    through = request.stream and request.choices == 1 and not request.stop and not request.limit
    async with aclosing(provided.listen()) as words:
        async for word in words:
            if through and not call.begun:
                await _begin(call)
                await call.piece(first_event(request, envelope))
            if through:
                await call.piece(next_event(request, envelope, word))
    return provided.reply(model)


async def _begin(call: Call) -> None:
    await call.start(EVENTS, {"cache-control": "no-cache"})


async def _embeddings(call: Call, body: bytes) -> None:
    exchange = call.exchange
    request = read_embeddings(body)
    model = call.served.model(request.model)
    size = model.arena.encoder.dimensions
    if request.dimensions not in (None, size):
        why = f"Invalid 'dimensions': {request.dimensions}; vectors of this model have {size}."
        raise invalid(why, "dimensions")
    exchange.model, exchange.user = model.name, request.user
    exchange.lap("check", call.now)
    data: list[dict[str, Any]] = []
    tokens = 0
    for start in range(0, len(request.texts), BATCH):
        texts = request.texts[start : start + BATCH]

        def encode(texts: Sequence[str] = texts) -> tuple[Any, int]:
            return model.embed(texts), sum(map(model.tokens, texts))

        vectors, counted = await call.served.platform.run(encode)
        tokens += counted
        data += (
            embedding_json(start + i, vector, base64_=request.base64)
            for i, vector in enumerate(vectors)
        )
    exchange.lap("encode", call.now)
    exchange.prompt_tokens = tokens
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    await call.reply(200, encode_json(list_json(data, model=model.name, usage=usage)))


def _model(call: Call, model: Model) -> dict[str, Any]:
    return model_json(model.name, int(call.exchange.started), model.describe())
