"""The door of a Cloudflare Worker: a request comes, the endpoint of every other place answers it.

Boundary: Cloudflare's `workers`, its bindings and its streams; what is said over HTTP is
`arenalab.endpoint`'s matter. An isolate lives as long as Cloudflare likes and shares nothing with
others, so its metrics count what it served itself.
"""

from exchange import answer
from serving import open_endpoint
from workers import WorkerEntrypoint

from arenalab.endpoint import ASGI

_endpoint: ASGI | None = None


class Default(WorkerEntrypoint):
    """What Cloudflare calls."""

    async def fetch(self, request: object) -> object:
        """Answer a request; the first one of an isolate opens packs and encoder."""
        global _endpoint
        if _endpoint is None:
            # Not awaited in common: work that waits belongs to one request alone in a Worker.
            _endpoint = await open_endpoint(self.env)
        return await answer(_endpoint, request, self.ctx)
