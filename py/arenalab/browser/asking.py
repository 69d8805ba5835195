"""Questions of the page."""

import copy
import time
from dataclasses import replace
from typing import Any

from arenalab.arena import Arena
from arenalab.browser.engine import Engine
from arenalab.browser.replies import replies
from arenalab.context import read_history
from arenalab.ensemble import METHODS, Ensemble
from arenalab.filter import Filter


@replies
async def ask(engine: Engine, request: dict[str, Any]) -> dict[str, Any]:
    """Answer.

    Request: question, pack (the id of an open pack); where there are any, packs, the ids of all
    that are asked together, method, how they answer together, history, what was said before (a
    list of role and text, oldest first), wanted, the fields of a filter, and threshold, the least
    confidence to answer at.
    """
    history = read_history(request.get("history", ()))
    wanted = request.get("wanted", {})
    chosen = Filter(**{**wanted, "tags": tuple(wanted.get("tags", ()))})
    started = time.time()
    packs = request.get("packs") or [request["pack"]]
    arenas = [answering_from(engine.arena(pack), request.get("threshold")) for pack in packs]
    asked = arenas[0] if len(arenas) == 1 else Ensemble(arenas, request.get("method", METHODS[0]))
    answer = asked.answer(request["question"], history, wanted=chosen)
    engine.told.answered(request["pack"], answer, started)
    return answer.to_json()


def answering_from(arena: Arena, threshold: float | None) -> Arena:
    """Return `arena` with another bar for its answers; None leaves the pack's own."""
    if threshold is None:
        return arena
    other = copy.copy(arena)
    other.calibration = replace(arena.calibration, threshold=threshold)
    return other
