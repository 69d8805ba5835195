"""Whether a tool is called and with what: at once, or after asking for what was missing."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from arenalab.endpoint.actions import Action
from arenalab.endpoint.model import Model
from arenalab.openai_wire import ChatRequest, Message, ToolCall
from arenalab.openai_wire.errors import invalid
from arenalab.openai_wire.messages import INSTRUCTIONS
from arenalab.respond import Answer

# How many of the user's messages back an action may have begun that still lacks an argument.
REMEMBERED = 4


@dataclass(frozen=True, slots=True)
class Turn:
    """What is done: a call, or else `text` is said; `answer` is what it rests on."""

    answer: Answer
    call: ToolCall | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Acting:
    """An action that an answer's diamond takes, with the parameters of the tool it calls."""

    action: Action
    parameters: Mapping[str, Any]
    answer: Answer

    def turn(self, arguments: Mapping[str, Any], missing: str | None, name: str) -> Turn:
        """Return the call, or the question for what is missing."""
        if missing is not None:
            return Turn(self.answer, text=self.action.question(missing, self.parameters))
        call = ToolCall(f"call_{name}", self.action.name, json.dumps(arguments))
        return Turn(self.answer, call)


def act(
    request: ChatRequest, model: Model, answer: Answer, unique: Callable[[], str]
) -> Turn | None:
    """Return what the answer's diamond does with the tools on offer; None when it only speaks.

    With a choice of "auto" the diamond that is quoted must be one that acts. When a call is
    required, the nearest receipt that can make it does. Raises ApiError (400) if there is none.
    """
    if request.tool_choice.mode == "none":
        return None
    found = _acting(request, model, answer)
    # A message that has an answer of its own does not fill in for an earlier one; one that was
    # understood by what was said before may.
    own = answer.kind == "answer" and not answer.resolved
    elsewhere = found is not None if request.tool_choice.mode == "required" else own
    resumed = None if elsewhere else _resumed(request, model, unique)
    if resumed is None and found is not None:
        said = _said(request.messages)
        return found.turn(*found.action.fill(said, found.parameters), unique())
    if resumed is None and request.tool_choice.mode == "required":
        names = [tool.name for tool in request.tools]
        wanted = request.tool_choice.name or " or ".join(names)
        raise invalid(
            f"'tool_choice': no diamond near this question calls {wanted}; "
            "use 'auto' to get an answer in words.",
            "tool_choice",
            "no_action_found",
        )
    return resumed


def result_said(request: ChatRequest, model: Model, answer: Answer, result: Message) -> str:
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


def _acting(request: ChatRequest, model: Model, answer: Answer) -> Acting | None:
    choice = request.tool_choice
    offered = {t.name: t for t in request.tools if choice.name in (None, t.name)}
    numbers = [r.number for r in answer.receipts if r.weight > 0]
    if choice.mode == "auto":
        numbers = numbers[:1] if answer.kind == "answer" else []
    for number in numbers:
        action = model.action(number)
        if action is not None and action.name in offered:
            return Acting(action, offered[action.name].parameters, answer)
    return None


def _resumed(request: ChatRequest, model: Model, unique: Callable[[], str]) -> Turn | None:
    """Go on with an action that an earlier message began, if all since was asking and telling."""
    messages = [m for m in request.messages if m.role not in INSTRUCTIONS]
    asked = [i for i, message in enumerate(messages) if message.role == "user"]
    for start in reversed(asked[-1 - REMEMBERED : -1]):
        since = messages[start + 1 : asked[-1] + 1]
        if len(since) % 2 or any(m.role != "assistant" or m.calls for m in since[::2]):
            return None
        if not messages[start].text.strip():
            return None
        answer = model.answer(messages[start].text, ())  # by itself, or it began nothing
        found = _acting(request, model, answer)
        if found is None:
            continue
        action, parameters = found.action, found.parameters
        said = _said(messages[: start + 1])
        arguments, missing = action.fill(said, parameters)
        for question, told in zip(since[::2], since[1::2], strict=True):
            if missing is None or question.text != action.question(missing, parameters):
                return None
            arguments[missing] = action.take(missing, told.text, parameters)
            arguments, missing = action.fill(said, parameters, arguments)
        return found.turn(arguments, missing, unique())
    return None


def _said(messages: Sequence[Message]) -> list[str]:
    """Return what the user said, the latest first."""
    return [message.text for message in reversed(messages) if message.role == "user"]
