"""What tests of the page's pure modules share: events in a row, an answer, English."""

import json
from pathlib import Path

from page import say
from page.model import State
from page.state import update

LANGUAGES = Path(__file__).resolve().parents[1] / "static" / "languages"
RECEIPT = {
    "span_id": "bats",
    "question": "Are bats blind?",
    "outcome": "No.",
    "similarity": 0.9,
    "weight": 0.8,
    "quality": 0.7,
    "supports": True,
    "source_url": "https://en.wikipedia.org/wiki/Bat",
    "source_title": "Bat",
    "license": "",
}
ANSWER = {
    "kind": "answer",
    "text": "No, bats can see.",
    "confidence": 0.97,
    "word": "certain",
    "timing": {},
    "receipts": [RECEIPT],
    "options": [],
}


class English:
    """Numbers and plurals as English has them."""

    def plural(self, count: int) -> str:
        """One, or other."""
        return "one" if count == 1 else "other"

    def number(self, value: float, digits: int) -> str:
        """1,249.0 of 1249."""
        return f"{value:,.{digits}f}"

    def percent(self, whole: int) -> str:
        """97%."""
        return f"{whole}%"

    def date(self, milliseconds: int) -> str:
        """The number itself, so that no clock matters."""
        return f"day {milliseconds}"


def speak_english() -> None:
    """Let the page's words be English."""
    say.use(json.loads((LANGUAGES / "en.json").read_text(encoding="utf-8")), English())


def after(state: State, *events: tuple) -> State:
    """Return the state after these (name, fields)."""
    for event in events:
        state = update(state, event)
    return state


def asked(name: str, text: str = "Is it?", at: int = 1) -> tuple:
    """Return the event of a question."""
    return ("asked", {"id": name, "text": text, "at": at})


def answered(name: str, **fields: object) -> tuple:
    """Return the event of an answer to the question `name`."""
    return ("answered", {"id": name, "answer": ANSWER | fields})
