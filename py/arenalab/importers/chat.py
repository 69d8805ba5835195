"""Conversations → spans that follow each other: OpenAI's ``messages``, ShareGPT's and others.

What a person wrote is the question, what the assistant wrote next the answer. Each span names the
one before it in `context.previous_spans`; a system message is the environment of all of them.
"""

from collections.abc import Iterable, Mapping

from arenalab.errors import shorten
from arenalab.importers.draft import Collector, Draft, Origin
from arenalab.importers.fields import Cells

# OpenAI, ShareGPT, and the dialogue sets of research.
TURNS = ("messages", "conversations", "turns")
_ROLES = {
    "user": "user",
    "human": "user",
    "prompter": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "bot": "assistant",
    "model": "assistant",
    "system": "system",
    "developer": "system",
    "customer": "user",
    "client": "user",
    "caller": "user",
    "agent": "assistant",
    "operator": "assistant",
    "wizard": "assistant",
}
# Of two speakers, the one called SYSTEM is who answers: so in the dialogue sets of research.
_SPEAKERS = {**_ROLES, "system": "assistant"}


def add_conversation(
    value: Mapping[str, object], place: str, cells: Cells, origin: Origin, out: Collector
) -> None:
    """Collect the turns of one conversation."""
    turns = next((value[key] for key in TURNS if key in value), None)
    if not isinstance(turns, list):
        out.notes.add("malformed", f"messages are {shorten(turns)}, not a list", origin.file, place)
        return
    asked: list[str] = []
    system: list[str] = []
    previous: str | None = None
    for number, turn in enumerate(turns, 1):
        where = f"{place}, message {number}"
        role, text = _turn(turn, where, origin, out)
        if role == "system":
            system.append(text)
        elif role == "user":
            asked.append(text)
        elif role == "assistant" and text:
            draft = Draft(
                question="\n".join(asked),
                answer=cells.markdown(text),
                place=where,
                previous=previous,
                environment={"system": "\n\n".join(system)} if system else {},
            )
            asked = []
            previous = out.add(draft, origin) or previous
    if asked:
        message = f"nobody answers {shorten(asked[-1])}"
        out.notes.add("empty-answer", message, origin.file, place)


def _turn(turn: object, where: str, origin: Origin, out: Collector) -> tuple[str, str]:
    """Return the role and the text of one message; ("", "") with a note for any other kind."""
    if not isinstance(turn, Mapping):
        out.notes.add("malformed", f"{shorten(turn)} is no message", origin.file, where)
        return "", ""
    key = next((key for key in ("role", "from", "speaker") if key in turn), "")
    names = _SPEAKERS if key == "speaker" else _ROLES
    role = str(turn.get(key, "")).lower()
    content = next((turn[k] for k in ("content", "value", "utterance", "text") if k in turn), None)
    text = content if isinstance(content, str) else "\n\n".join(_texts(content))
    if role not in names or (content and not text):
        out.notes.add("unsupported", f"left out a message of {role!r}", origin.file, where)
        return "", ""
    return names[role], text.strip()


def _texts(content: object) -> Iterable[str]:
    """Yield the texts among the parts of a message."""
    for part in content if isinstance(content, list) else ():
        if isinstance(part, Mapping) and isinstance(part.get("text"), str):
            yield part["text"]
