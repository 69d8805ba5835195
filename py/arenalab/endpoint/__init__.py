"""The OpenAI-compatible endpoint as one ASGI application, for every door.

    body ──openai_wire──▶ request ──model──▶ answer ──chat──▶ reply ──app──▶ bytes

Boundary: speaks ASGI 3 (https://asgi.readthedocs.io) and nothing else. No framework, no socket, no
clock: the page's worker, the server and the edge call the same `application` and pass those in.
"""

from arenalab.endpoint.app import application
from arenalab.endpoint.http import ASGI, Guard, Head
from arenalab.endpoint.model import Model
from arenalab.endpoint.platform import Platform, Settings, inline
from arenalab.endpoint.provided import Fallback

__all__ = [
    "ASGI",
    "Fallback",
    "Guard",
    "Head",
    "Model",
    "Platform",
    "Settings",
    "application",
    "inline",
]
