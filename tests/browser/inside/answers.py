"""Runs in CPython and inside Pyodide alike: questions → what the starter pack answers."""

import json
from collections.abc import Sequence

from arenalab.arena import Arena
from arenalab.encode import load_encoder
from arenalab.pack import read_pack

FILES = ("models/minilm.encoder", "packs/starter.diamonds")


def answers(encoder: bytes, pack: bytes, questions: Sequence[str]) -> list[dict]:
    """Return of each answer what must be the same everywhere; time is not."""
    arena = Arena(read_pack(pack), load_encoder(encoder), lambda: 0.0)
    return [arena.answer(question).to_json() for question in questions]


async def main(base: str) -> str:
    """Return the answers to the questions beside this file as JSON."""
    from pyodide.http import pyfetch

    encoder, pack = [await (await pyfetch(base + file)).bytes() for file in FILES]
    questions = await (await pyfetch(base + "inside/questions.json")).json()
    return json.dumps(answers(encoder, pack, questions))
