"""Questions of the page."""

import time
from typing import Any

from arenalab.browser.engine import Engine
from arenalab.browser.replies import replies
from arenalab.context import Turn
from arenalab.filter import Filter


@replies
async def ask(engine: Engine, request: dict[str, Any]) -> dict[str, Any]:
    """Answer.

    Request: question, pack (the id of an open pack); where there are any, history, what was said
    before (a list of role and text, oldest first), and wanted, the fields of a filter.
    """
    history = [Turn(turn["role"], turn["text"]) for turn in request.get("history", ())]
    wanted = request.get("wanted", {})
    chosen = Filter(**{**wanted, "tags": tuple(wanted.get("tags", ()))})
    started = time.time()
    answer = engine.arena(request["pack"]).answer(request["question"], history, wanted=chosen)
    engine.told.answered(request["pack"], answer, started)
    return answer.to_json()
