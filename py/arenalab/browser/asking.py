"""Questions of the page."""

from typing import Any

from arenalab.browser.engine import Engine
from arenalab.browser.replies import replies


@replies
async def ask(engine: Engine, request: dict[str, str]) -> dict[str, Any]:
    """Answer. Request: question, pack (the id of an open pack)."""
    return engine.arena(request["pack"]).answer(request["question"]).to_json()
