"""Runs in CPython and inside Pyodide alike: questions → what the starter pack answers."""

import json
from collections.abc import Sequence

from arenalab.arena import Arena
from arenalab.context import Turn
from arenalab.encode import load_encoder
from arenalab.pack import read_pack

FILES = ("models/minilm.encoder", "packs/starter.diamonds")


def answers(encoder: bytes, pack: bytes, questions: Sequence[str]) -> list[list[dict]]:
    """Return the answers to each question, alone and after those before it, as JSON values."""
    arena = Arena(read_pack(pack), load_encoder(encoder), lambda: 0.0)
    history: list[Turn] = []
    found = []
    for question in questions:
        both = arena.answer(question), arena.answer(question, history)
        history += [Turn("user", question), Turn("assistant", both[1].text)]
        found.append([answer.to_json() for answer in both])
    return found


async def main(base: str) -> str:
    """Return the answers to the questions beside this file as JSON."""
    from pyodide.http import pyfetch

    encoder, pack = [await (await pyfetch(base + file)).bytes() for file in FILES]
    questions = await (await pyfetch(base + "inside/questions.json")).json()
    return json.dumps(answers(encoder, pack, questions))
