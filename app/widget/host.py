"""The line to the page around: its messages become calls, what happens here becomes messages.

static/frame.js holds the port, checks who is at its other end, and keeps what came before Python.
docs/embedding.md describes the events that the page around sees.
"""

import json

import js

# Which of our events the page around hears of, and the function below that says it.
TOLD = {}


def listen(widget: object) -> None:
    """Take what has come, and everything that comes."""

    def hear(message: object) -> None:
        MESSAGES[message.type](widget, message)

    js.host.hear = hear
    for _ in range(js.host.inbox.length):
        hear(js.host.inbox.shift())


def tell(message_type: str, **detail: object) -> None:
    """Send a message of this type."""
    js.host.tell(json.dumps({"type": message_type} | detail))


def report(widget: object, event: tuple) -> None:
    """Tell the page around what it may want to know of an event."""
    name, fields = event
    if name in TOLD:
        TOLD[name](widget, fields)


def _options(widget: object, message: object) -> None:
    widget.follow(json.loads(js.JSON.stringify(message)))


def _pack(widget: object, message: object) -> None:
    widget.shelf.take(message)


def _ask(widget: object, message: object) -> None:
    if not message.question.strip():
        text = "The question is empty; ask() takes a text."
        tell("error", id=message.id, kind="question", message=text)
        return
    widget.asked_from_outside[widget.ask(message.question)] = message.id


MESSAGES = {
    "options": _options,
    "pack": _pack,
    "ask": _ask,
    "clear": lambda widget, _message: widget.clear(),
}


def _answered(widget: object, fields: dict) -> None:
    turn = widget.turn(fields["id"])
    if not turn or not turn.answer:
        return
    answer = turn.answer
    sources = [
        {"title": receipt["source_title"] or receipt["source_url"], "url": receipt["source_url"]}
        for receipt in answer["receipts"]
        if receipt["supports"] and _is_of_the_web(receipt["source_url"])
    ]
    tell(
        "answer",
        id=widget.asked_from_outside.pop(turn.id, 0),
        question=turn.question,
        kind=answer["kind"],
        text=answer["text"],
        confidence=answer["confidence"],
        sources=sources if answer["kind"] == "answer" else [],
    )


def _is_of_the_web(url: str | None) -> bool:
    """Whether whoever makes a link of it makes no code run."""
    return bool(url) and url.startswith(("https://", "http://"))


def _unanswered(widget: object, fields: dict) -> None:
    turn = widget.turn(fields["id"])
    if turn:
        id = widget.asked_from_outside.pop(turn.id, 0)
        tell("error", id=id, kind="question", message=fields["error"], question=turn.question)


def _stopped(widget: object, _fields: dict) -> None:
    for id in list(widget.asked_from_outside):
        if widget.turn(id).status == "stopped":
            _unanswered(widget, {"id": id, "error": "The person stopped it."})


def _failed(_widget: object, fields: dict) -> None:
    tell("error", kind="engine", message=fields["error"])


def _rated(widget: object, fields: dict) -> None:
    _feedback(widget, fields, "", "")


def _explained(widget: object, fields: dict) -> None:
    _feedback(widget, fields, fields["reason"], fields["note"].strip())


def _provided(widget: object, fields: dict) -> None:
    """A provider's words that the visitor found worth keeping: the site's own to check."""
    turn = widget.turn(fields["id"])
    if turn and turn.provided:
        _feedback(widget, fields, "provider", turn.provided["text"])


def _feedback(widget: object, fields: dict, reason: str, note: str) -> None:
    turn = widget.turn(fields["id"])
    if turn and turn.answer:
        tell(
            "feedback",
            question=turn.question,
            answer=turn.answer["text"],
            examples=[receipt["span_id"] for receipt in turn.answer["receipts"]],
            rating=turn.rating or "",
            reason=reason,
            note=note,
        )


TOLD.update(
    {
        "answered": _answered,
        "unanswered": _unanswered,
        "stopped": _stopped,
        "engine_failed": _failed,
        "rated": _rated,
        "explained": _explained,
        "provided_saved": _provided,
    }
)
