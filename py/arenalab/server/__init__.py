"""The door to a server: packs in files, one ASGI application, uvicorn.

    options ──load──▶ arenas ──app──▶ Starlette (CORS) ▶ guards (key, rate) ▶ endpoint

Boundary: the only place that knows sockets, worker processes, keys and files to serve. What is
said over HTTP is `arenalab.endpoint`'s matter.
"""

from arenalab.server.app import create
from arenalab.server.load import TOGETHER
from arenalab.server.options import FallbackOptions, Options
from arenalab.server.run import run

__all__ = ["TOGETHER", "FallbackOptions", "Options", "create", "run"]
