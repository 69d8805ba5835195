"""A chat request → its reply: an answer said, cut or put into a form; or a tool called."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from arenalab.endpoint.actions import Action
from arenalab.endpoint.cut import cut
from arenalab.endpoint.model import Model
from arenalab.endpoint.structured import as_object, as_schema, facts
from arenalab.errors import QuestionError
from arenalab.openai_wire import ChatRequest, Choice, Citation, Message, ToolCall, Usage
from arenalab.openai_wire.errors import invalid
from arenalab.openai_wire.response import Finish
from arenalab.respond import Answer

# Said where an argument is missing and its diamond does not say how to ask for it.
ASK = "One thing is missing: {what}"


@dataclass(frozen=True, slots=True)
class Reply:
    """What is replied: the choice (all choices of a request are alike), its usage, the answer."""

    choice: Choice
    usage: Usage
    answer: Answer
    extension: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """An argument that is missing, and the words to ask for it."""

    text: str


def reply(request: ChatRequest, model: Model, unique: Callable[[], str]) -> Reply:
    """Answer a request. Raises ApiError (400) for what cannot be answered as it is asked."""
    at = request.question_at
    question = request.messages[at].text
    try:
        answer = model.answer(question, request.messages[:at])
    except QuestionError as error:
        path = f"messages[{at}].content"
        raise invalid(f"Invalid '{path}': {error}.", path) from error
    result = request.result
    if result is not None:
        choice = say(request, model, answer, with_result(request, model, answer, result))
    else:
        called = call(request, model, answer, unique)
        if isinstance(called, ToolCall):
            choice = Choice("tool_calls", None, (called,))
        elif called is not None:
            choice = say(request, model, answer, called.text)
        else:
            choice = say(request, model, answer, spoken(answer))
    usage = Usage(
        sum(model.tokens(message.text) for message in request.messages),
        request.choices * _written(choice, model),
    )
    return Reply(choice, usage, answer, extension(answer, model))


def spoken(answer: Answer) -> str:
    """Return an answer as one text: what else may have been meant is listed below a question."""
    if answer.kind != "clarify":
        return answer.text
    options = (f"{n}. {option.question}" for n, option in enumerate(answer.options, 1))
    return "\n".join((answer.text, "", *options))


def say(request: ChatRequest, model: Model, answer: Answer, text: str) -> Choice:
    """Return the choice that says `text` in the form and at the length that was asked for."""
    form = request.format.form
    citations = _citations(answer, text) if form == "text" else ()
    if form == "json_object":
        text = as_object(answer, text)
    elif form == "json_schema":
        question = request.messages[request.question_at].text
        text = as_schema(request.format.schema, facts(answer, text, question))
    kept, ended = cut(text, request.stop, request.limit, model.tokens)
    finish: Finish = "content_filter" if answer.kind == "refusal" else ended
    fitting = tuple(c for c in citations if c.end <= len(kept))
    return Choice(finish, kept, (), fitting)


def call(
    request: ChatRequest, model: Model, answer: Answer, unique: Callable[[], str]
) -> ToolCall | Asked | None:
    """Return the call that the answer's diamond makes, or what it asks for; None to speak.

    With a choice of "auto" the diamond that is quoted must be one that acts. When a call is
    required, the nearest receipt that can make it does. Raises ApiError (400) if there is none.
    """
    choice = request.tool_choice
    if choice.mode == "none":
        return None
    offered = {t.name: t for t in request.tools if choice.name in (None, t.name)}
    numbers = [r.number for r in answer.receipts if r.weight > 0]
    if choice.mode == "auto":
        numbers = numbers[:1] if answer.kind == "answer" else []
    for number in numbers:
        action = model.action(number)
        if action is not None and action.name in offered:
            parameters = offered[action.name].parameters
            said = _said_by_user(request)
            arguments, missing = action.fill(said, parameters)
            if missing is None:
                return ToolCall(f"call_{unique()}", action.name, json.dumps(arguments))
            return Asked(_ask(action, missing, parameters))
    if choice.mode == "required":
        raise invalid(
            f"'tool_choice': no diamond near this question calls {' or '.join(offered)}; "
            "use 'auto' to get an answer in words.",
            "tool_choice",
            "no_action_found",
        )
    return None


def with_result(request: ChatRequest, model: Model, answer: Answer, result: Message) -> str:
    """Return what is said once a tool has given its result: the diamond's words, or the result."""
    made = next(c for m in request.messages for c in m.calls if c.id == result.answers)
    action = model.action(answer.receipts[0].number) if answer.receipts else None
    if action is None or action.name != made.name:
        return result.text
    try:
        arguments = json.loads(made.arguments)
    except ValueError:
        arguments = None
    return action.answer(arguments if isinstance(arguments, dict) else {}, result.text)


def extension(answer: Answer, model: Model) -> dict[str, Any]:
    """Return the `arenalab` object of a reply."""
    return {
        "kind": answer.kind,
        "confidence": answer.confidence,
        "word": answer.word,
        "method": model.method,
        "receipts": [receipt.to_json() for receipt in answer.receipts],
        "options": [
            {"question": option.question, "text": option.text} for option in answer.options
        ],
        "timing": dict(answer.timing),
    }


def _said_by_user(request: ChatRequest) -> list[str]:
    """What the user said, the question first, then back in time."""
    return [m.text for m in reversed(request.messages) if m.role == "user"]


def _ask(action: Action, missing: str, parameters: Mapping[str, Any]) -> str:
    schema = (parameters.get("properties") or {}).get(missing) or {}
    what = schema.get("description") or missing
    return action.ask.get(missing) or ASK.format(what=what)


def _citations(answer: Answer, text: str) -> tuple[Citation, ...]:
    """Return the pages that say what is said: those of the diamonds with these very words."""
    quoted = [r for r in answer.receipts if r.supports and r.outcome == text and r.source_url]
    if answer.kind != "answer":
        return ()
    pages = {str(r.source_url): r.source_title or str(r.source_url) for r in quoted}
    return tuple(Citation(url, title, 0, len(text)) for url, title in pages.items())


def _written(choice: Choice, model: Model) -> int:
    called = sum(model.tokens(call.name) + model.tokens(call.arguments) for call in choice.calls)
    return called + model.tokens(choice.text or "")
