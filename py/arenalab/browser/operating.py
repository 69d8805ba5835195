"""The tab as a server: its endpoint, and what an operator sees of it."""

from typing import Any

from arenalab.browser.engine import Engine
from arenalab.browser.replies import replies


@replies
async def serve(engine: Engine, _request: dict[str, str]) -> dict[str, Any]:
    """From now on, answer what the service worker hands over.

    Asked for once the page is ready, as the endpoint's modules take a while to import.
    """
    from arenalab.browser.serving import listen

    listen(engine)
    return {}


@replies
async def traces(engine: Engine, _request: dict[str, str]) -> dict[str, Any]:
    """Return the last exchanges with their stages (`traces`), and all as OTLP JSON (`otlp`)."""
    return {"traces": engine.told.traces(), "otlp": engine.told.otlp()}
