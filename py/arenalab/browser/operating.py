"""The tab as a server: its endpoint, and what an operator sees of it."""

from typing import Any

from arenalab.browser.engine import Engine
from arenalab.browser.replies import replies
from arenalab.browser.serving import listen


@replies
async def serve(engine: Engine, _request: dict[str, str]) -> dict[str, Any]:
    """From now on, answer what the service worker hands over."""
    listen(engine)
    return {}


@replies
async def traces(engine: Engine, _request: dict[str, str]) -> dict[str, Any]:
    """Return the last exchanges with their stages (`traces`), and all as OTLP JSON (`otlp`)."""
    return {"traces": engine.told.traces(), "otlp": engine.told.otlp()}
