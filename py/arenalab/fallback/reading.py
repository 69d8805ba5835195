"""What providers' events have in common: JSON objects, a text in each, and a reason to end."""

import json
import re
from dataclasses import dataclass
from typing import Any

from arenalab.errors import ProviderError, shorten

# What may be a key: providers repeat a wrong one in their messages, whole or in part.
KEY_LIKE = re.compile(r"[^\s'\"`]{16,}")
QUOTED = 200  # characters


@dataclass(frozen=True, slots=True)
class Piece:
    """What one event says: some text, and whether the reply ends with it and why."""

    text: str = ""
    ended: str | None = None


NOTHING = Piece()


def parse(data: str) -> dict[str, Any]:
    """Return the object that an event holds. Raises ProviderError of reason "broken"."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise broken(data) from error
    if not isinstance(found, dict):
        raise broken(data)
    return found


def at(value: object, *path: str | int) -> Any:  # noqa: ANN401 - JSON
    """Return what stands at `path` of a JSON value; None where there is nothing of that shape."""
    for step in path:
        if isinstance(step, str) and isinstance(value, dict):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list) and len(value) > step:
            value = value[step]
        else:
            return None
    return value


def text(value: object) -> str:
    """Return a text; what is none says nothing."""
    return value if isinstance(value, str) else ""


def quote(message: object) -> str:
    """Return what a provider says of an error, short and without anything like a key."""
    return KEY_LIKE.sub("…", " ".join(text(message).split()))[:QUOTED]


def broken(data: str) -> ProviderError:
    """Return the error for an event that cannot be read."""
    return ProviderError(
        f"the provider sent something unreadable: {shorten(quote(data))}; ask again",
        reason="broken",
    )
