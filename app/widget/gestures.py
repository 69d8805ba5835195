"""What a person does with the chat → events."""

import asyncio

import js
from page import feedback_view, provider, taking
from page.elements import by_id
from page.model import shown_turns
from pyscript import document
from widget import allowing


def listen(widget: object) -> None:
    """Hear everything, with one listener a kind."""
    heard = (
        (document, "click", _clicked),
        (document, "submit", _submitted),
        (document, "input", _typed),
        (document, "change", allowing.changed),
        (by_id("question"), "keydown", _pressed),
        (by_id("feedback"), "close", _closed),
        (by_id("settings"), "close", _closed),
    )
    for node, kind, handler in heard:
        node.addEventListener(kind, _bound(widget, handler))


def _bound(widget: object, handler: object) -> object:
    return lambda event: handler(widget, event)


def _clicked(widget: object, event: object) -> None:
    node = event.target.closest("[data-do]")
    if node:
        BUTTONS[node.dataset.do](widget, node)


def _submitted(widget: object, event: object) -> None:
    event.preventDefault()
    if event.target.id == "feedback-form":
        reason = event.target.querySelector("[name=reason]:checked").value
        about, note = widget.state.about, by_id("note").value
        when = js.Date.new().toISOString()
        widget.dispatch("explained", id=about, reason=reason, note=note, when=when)
        widget.tell("draft_kept", "feedback", "done")
    elif not provider.submitted(widget, event.target):
        _send(widget)


def _send(widget: object) -> None:
    box = by_id("question")
    widget.ask(box.value)
    box.value = ""
    box.focus()


def _typed(_widget: object, event: object) -> None:
    if event.target.id == "note":
        feedback_view.note_left()


def _pressed(widget: object, event: object) -> None:
    """Enter sends, Shift+Enter makes a line, ↑ in an empty box brings the last question back."""
    if event.isComposing or event.ctrlKey or event.metaKey or event.altKey:
        return
    asked = shown_turns(widget.state)
    if event.key == "Enter" and not event.shiftKey:
        event.preventDefault()
        _send(widget)
    elif event.key == "ArrowUp" and asked and not event.target.value:
        event.preventDefault()
        event.target.value = asked[-1].question


def _closed(widget: object, _event: object) -> None:
    if widget.state.dialog:
        widget.dispatch("dialog_closed")


def _event(name: str) -> object:
    return lambda widget, _node: widget.dispatch(name)


def _event_of(name: str, field: str = "id", **fixed: object) -> object:
    return lambda widget, node: widget.dispatch(name, **({field: node.dataset.id} | fixed))


def _work(work: object) -> object:
    return lambda widget, node: asyncio.create_task(work(widget, node))


BUTTONS = {
    "ask": lambda widget, node: widget.ask(node.textContent),
    "retry": _event_of("retried"),
    "stop": _event("stopped"),
    "show-rest": _event_of("shown_whole"),
    "rate-up": _event_of("rated", rating="up"),
    "rate-down": _event_of("rated", rating="down"),
    "copy-answer": _work(taking.copy_answer),
    "copy-code": _work(taking.copy_code),
    "close": _event("dialog_closed"),
    "settings": lambda widget, _node: widget.dispatch("dialog_opened", dialog="settings"),
    "forget-keys": lambda widget, _node: asyncio.create_task(provider.forget(widget)),
    "save-provided": lambda widget, node: widget.dispatch(
        "provided_saved", id=node.dataset.id, when=js.Date.new().toISOString()
    ),
    "clear": lambda widget, _node: widget.clear(),
    "reload": lambda _widget, _node: js.location.reload(),
    "dismiss": _event_of("dismissed", "key"),
}
