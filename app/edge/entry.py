"""The door of a Cloudflare Worker: a request comes, the endpoint of every other place answers it.

Boundary: Cloudflare's `workers`, its bindings and its streams; what is said over HTTP is
`arenalab.endpoint`'s matter. An isolate lives as long as Cloudflare likes and shares nothing with
others, so its metrics count what it served itself.
"""

from exchange import answer
from serving import open_endpoint
from workers import Response, WorkerEntrypoint

from arenalab.endpoint import ASGI
from arenalab.errors import ArenaError
from arenalab.openai_wire import ApiError

_endpoint: ASGI | None = None


class Default(WorkerEntrypoint):
    """What Cloudflare calls."""

    async def fetch(self, request: object) -> object:
        """Answer a request; the first one of an isolate opens packs and encoder.

        Two first ones open them twice: in a Worker no request may wait for another's work.
        """
        global _endpoint
        if _endpoint is None:
            try:
                _endpoint = await open_endpoint(self.env)
            except ArenaError as error:
                told = ApiError(503, str(error), type="server_error", code="not_ready")
                return Response.from_json(told.to_json(), status=told.status).js_object
        return await answer(_endpoint, request, self.ctx)
