"""From a question to its answer on screen: the engine is asked, the answer appears bit by bit."""

import asyncio

import js
from page import provider
from page.engine import EngineError
from page.imports import reason
from page.model import STARTER, find_pack, find_turn, history, next_turn
from page.providing import is_wanted
from page.say import say

PAUSE = 0.03  # seconds between two steps of an answer that appears
STEPS = 30  # a long answer takes this many, a short one fewer
LEAST = 12  # characters a step shows at least
STILL = "(prefers-reduced-motion: reduce)"


async def start_engine(page: object) -> bool:
    """Start the engine; once it answers, go on loading what makes it better. Says if it started."""
    try:
        record = await page.engine.start()
    except EngineError as error:
        page.dispatch("engine_failed", error=str(error))
        return False
    except Exception as error:
        text = say("python_failed", reason=reason(error))
        page.dispatch("engine_failed", error=text.strip().split("\n")[0])
        return False
    page.engine.open.add(STARTER)
    page.dispatch("pack_described", record=record)
    page.dispatch("engine_ready")
    await page.engine.serve()
    try:
        await page.engine.upgrade()
    except EngineError as error:
        text = say("not_upgraded", reason=str(error))
        page.dispatch("told", key="encoder", kind="warning", text=text, action="reload")
    return True


def answer_next(page: object) -> None:
    """Ask the engine the next question, if there is one and it is free."""
    turn = next_turn(page.state)
    if turn:
        page.dispatch("asking", id=turn.id)
        asyncio.create_task(_answer(page, turn))


async def _answer(page: object, turn: object) -> None:
    try:
        for pack in turn.packs:
            await open_pack(page, pack)
        answer = await page.engine.ask(
            turn.question, turn.packs, history(page.state, turn), page.state.settings.threshold
        )
    except EngineError as error:
        page.dispatch("unanswered", id=turn.id, error=str(error))
    except Exception as error:
        text = say("engine_stopped", reason=reason(error)).strip()
        page.dispatch("unanswered", id=turn.id, error=text)
    else:
        gradually = _is_watched(page, turn)
        page.dispatch("answered", id=turn.id, answer=answer, gradually=gradually)
        await _say(page, turn.id, len(answer["text"]))
        told = find_turn(page.state, turn.id)
        if told and is_wanted(page.state, answer):
            await provider.ask(page, told)


def _is_watched(page: object, turn: object) -> bool:
    """Whether somebody sees the answer appear, and wants to."""
    here = turn.conversation == page.state.conversation and not js.document.hidden
    return here and page.state.settings.gradually and not js.matchMedia(STILL).matches


async def _say(page: object, id: str, length: int) -> None:
    """Let an answer that is being said appear, until it is whole or stopped."""
    step = max(LEAST, length // STEPS)
    while find_turn(page.state, id) and find_turn(page.state, id).status == "saying":
        await asyncio.sleep(PAUSE)
        page.dispatch("said", id=id, more=step)


async def open_pack(page: object, id: str) -> None:
    """Have the engine open this pack, if it has not yet."""
    if id in page.engine.open:
        return
    pack = find_pack(page.state, id)
    if pack and pack.url:
        record = await page.engine.open_url(id, pack.url)
    else:
        file = await page.store.pack_file(id)
        if file is None:
            raise EngineError(say("pack_gone"))
        record = await page.engine.open_pack(id, file)
    page.engine.open.add(id)
    page.dispatch("pack_described", record=record)
