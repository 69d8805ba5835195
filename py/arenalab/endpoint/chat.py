"""A chat request → its reply: an answer said, cut or put into a form; or a tool called."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from arenalab.endpoint.calling import act, result_said
from arenalab.endpoint.cut import cut
from arenalab.endpoint.model import Model
from arenalab.endpoint.structured import as_object, as_schema, facts
from arenalab.errors import QuestionError
from arenalab.openai_wire import ChatRequest, Choice, Citation, Usage
from arenalab.openai_wire.errors import invalid
from arenalab.openai_wire.response import Finish
from arenalab.respond import Answer
from arenalab.synthesise import TEMPLATES

NEAREST = TEMPLATES["nearest"]


@dataclass(frozen=True, slots=True)
class Reply:
    """What is replied: the choice (all choices of a request are alike), its usage, the answer."""

    choice: Choice
    usage: Usage
    answer: Answer
    extension: Mapping[str, Any]


def reply(request: ChatRequest, model: Model, unique: Callable[[], str]) -> Reply:
    """Answer a request. Raises ApiError (400) for what cannot be answered as it is asked."""
    at = request.question_at
    question = request.messages[at].text
    try:
        answer = model.answer(question, request.messages[:at])
    except QuestionError as error:
        path = f"messages[{at}].content"
        raise invalid(f"Invalid '{path}': {error}.", path) from error
    choice, answer = _choose(request, model, answer, unique)
    usage = Usage(
        sum(model.tokens(message.text) for message in request.messages),
        request.choices * _written(choice, model),
    )
    return Reply(choice, usage, answer, extension(answer, model))


def _choose(
    request: ChatRequest, model: Model, answer: Answer, unique: Callable[[], str]
) -> tuple[Choice, Answer]:
    """Return what is done, and the answer it rests on."""
    result = request.result
    if result is not None:
        return say(request, model, answer, result_said(request, model, answer, result)), answer
    turn = act(request, model, answer, unique)
    if turn is None:
        text = spoken(answer) if request.format.form == "text" else answer.text
        return say(request, model, answer, text), answer
    if turn.call is not None:
        return Choice("tool_calls", None, (turn.call,)), turn.answer
    return say(request, model, turn.answer, turn.text or ""), turn.answer


def spoken(answer: Answer) -> str:
    """Return an answer as one text, for clients that show nothing else.

    What may have been meant is listed below a question back, what is near below "I don't know",
    also where only a part of the message is not answered.
    """
    questions = [f"{n}. {option.question}" for n, option in enumerate(answer.options, 1)]
    if not questions or not (answer.parts or answer.kind in ("clarify", "unknown")):
        return answer.text
    above = [answer.text, ""] if answer.kind == "clarify" else [answer.text, "", NEAREST, ""]
    return "\n".join(above + questions)


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
    # Care is an answer: no client shall hide it from a person in need.
    caring = answer.verdict is not None and answer.verdict.action == "care"
    finish: Finish = "content_filter" if answer.kind == "refusal" and not caring else ended
    fitting = tuple(c for c in citations if c.end <= len(kept))
    return Choice(finish, kept, (), fitting)


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
        "conformal_set": [
            {"question": option.question, "text": option.text} for option in answer.conformal
        ],
        "parts": [asdict(part) for part in answer.parts],
        "resolved": answer.resolved,
        "new_topic": answer.new_topic,
        "verdict": answer.verdict and answer.verdict.to_json(),
        "plan": dict(answer.plan),
        "ledger": None,  # no ledger is kept yet; a proof of this answer's entry will stand here
        "timing": dict(answer.timing),
    }


def _citations(answer: Answer, text: str) -> tuple[Citation, ...]:
    """Return the pages that say what is said, each with where in `text` the diamond's words are."""
    if answer.kind != "answer":
        return ()
    pages: dict[str, Citation] = {}
    for r in answer.receipts:
        start = text.find(r.outcome)
        if r.supports and r.source_url and start >= 0:
            end = start + len(r.outcome)
            pages.setdefault(
                r.source_url, Citation(r.source_url, r.source_title or r.source_url, start, end)
            )
    return tuple(pages.values())


def _written(choice: Choice, model: Model) -> int:
    called = sum(model.tokens(call.name) + model.tokens(call.arguments) for call in choice.calls)
    return called + model.tokens(choice.text or "")
