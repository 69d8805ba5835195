"""Sends requests to a provider over httpx, with the key of the server's owner.

Boundary: the only place of the server that holds a provider's key. It is put into the one header
that is meant for it, on the way out, and is in no value that anything else can see.
"""

from collections.abc import AsyncGenerator

import httpx

from arenalab.errors import ProviderError
from arenalab.fallback import Request, Response, Send

CONNECT = 10.0  # seconds; how long a reply may take is the asker's matter


def sender(client: httpx.AsyncClient, key: str) -> Send:
    """Return what sends requests with `key`, an empty one for providers that want none."""

    async def send(request: Request) -> Response:
        headers = dict(request.headers)
        if key:
            headers[request.key.header] = request.key.prefix + key
        built = client.build_request("POST", request.url, headers=headers, content=request.body)
        try:
            response = await client.send(built, stream=True, follow_redirects=False)
        except httpx.HTTPError as error:
            raise _lost(error) from error
        return Response(response.status_code, response.headers, _body(response))

    return send


def new_client() -> httpx.AsyncClient:
    """Return a client that keeps its connections; the environment's proxies are heeded."""
    return httpx.AsyncClient(timeout=httpx.Timeout(None, connect=CONNECT))


async def _body(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    try:
        async for piece in response.aiter_bytes():
            yield piece
    except httpx.HTTPError as error:
        raise _lost(error) from error
    finally:
        await response.aclose()


def _lost(error: httpx.HTTPError) -> ProviderError:
    host = error.request.url.host
    return ProviderError(
        f"no connection to {host}, or it was lost ({type(error).__name__}); check the network "
        "and the base URL",
        reason="unreachable",
    )
