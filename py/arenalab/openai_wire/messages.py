"""The conversation of a request: who said what, in text.

Roles are system, developer, user, assistant and tool. Content is a string or parts of type text
(and refusal, of the assistant's own); every other part is refused by name.
"""

from dataclasses import dataclass
from typing import Literal, cast

from arenalab.openai_wire.errors import ApiError, invalid, unsupported
from arenalab.openai_wire.fields import Fields, as_items, not_among, wrong_type

Role = Literal["system", "developer", "user", "assistant", "tool"]

ROLES: tuple[Role, ...] = ("system", "developer", "user", "assistant", "tool")
INSTRUCTIONS: tuple[Role, ...] = ("system", "developer")
MOST = 10_000  # messages, and parts of one


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A function the assistant asked to be called; `arguments` is JSON text."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `answers` is the id of the call whose result a tool message brings."""

    role: Role
    text: str
    calls: tuple[ToolCall, ...] = ()
    answers: str | None = None


def read_messages(value: object, path: str = "messages") -> tuple[Message, ...]:
    """Return the messages of a request.

    Raises ApiError (400) for what is not a conversation that can be answered: the last message,
    instructions aside, must be the user's or a tool's.
    """
    items = as_items(value, path, MOST)
    messages = tuple(_message(item, f"{path}[{i}]") for i, item in enumerate(items))
    asked: set[str] = set()
    for i, message in enumerate(messages):
        asked.update(call.id for call in message.calls)
        if message.role == "tool" and message.answers not in asked:
            raise invalid(
                "Messages with role 'tool' must be a response to a preceding message with "
                f"'tool_calls'; no such message holds the id of '{path}[{i}].tool_call_id'.",
                f"{path}[{i}].tool_call_id",
            )
    said = [(i, message) for i, message in enumerate(messages) if message.role not in INSTRUCTIONS]
    if not any(message.role == "user" for _, message in said):
        raise invalid(f"Invalid '{path}': there is no message of role 'user'.", path)
    last, message = said[-1]
    if message.role == "assistant":
        raise unsupported(
            f"{path}[{last}]",
            "A reply cannot be continued; end with a message of role 'user' or 'tool'.",
        )
    return messages


def _message(value: object, path: str) -> Message:
    fields = Fields(value, path)
    role = cast(Role, fields.require_text("role"))
    if role not in ROLES:
        raise not_among(f"{path}.role", role, ROLES)
    fields.text("name", longest=64)
    content = fields.take("content")
    calls: tuple[ToolCall, ...] = ()
    answers = None
    if role == "assistant":
        calls = _calls(fields)
        _leave_out(fields)
        fields.text("refusal")
        fields.take("annotations")  # of an earlier reply, handed back as it came
    elif role == "tool":
        answers = fields.require_text("tool_call_id", longest=200)
    fields.done()
    if content is None and not calls:
        path = f"{path}.content"
        raise invalid(f"Missing required parameter: '{path}'.", path, "missing_required_parameter")
    return Message(role, _text(content, f"{path}.content", role), calls, answers)


def _text(content: object, path: str, role: Role) -> str:
    """Join the parts of a content with line breaks."""
    if content is None or isinstance(content, str):
        return content or ""
    if not isinstance(content, list):
        raise wrong_type(path, "a string or an array", content)
    parts = as_items(content, path, MOST)
    return "\n".join(_part(part, f"{path}[{i}]", role) for i, part in enumerate(parts))


def _part(value: object, path: str, role: Role) -> str:
    fields = Fields(value, path)
    kind = fields.require_text("type")
    if kind != "text" and (kind, role) != ("refusal", "assistant"):
        raise _unread(kind, path)
    text = fields.text(kind)
    if text is None:
        text = str(fields.require(kind))  # absent: say so
    fields.take("prompt_cache_breakpoint")  # where a cache may end: nothing is cached here
    fields.done()
    return text


def _unread(kind: str, path: str) -> ApiError:
    return invalid(
        f"Unsupported: '{path}.type' is '{kind}'. ArenaLab reads text; send parts of type 'text'.",
        f"{path}.type",
        "unsupported_content_part",
    )


def _calls(fields: Fields) -> tuple[ToolCall, ...]:
    path = fields.at("tool_calls")
    found = []
    for i, item in enumerate(fields.items("tool_calls", MOST) or ()):
        call = Fields(item, f"{path}[{i}]")
        kind = call.require_text("type")
        if kind != "function":
            raise unsupported(f"{path}[{i}].type", "Use tools of type 'function'.")
        name = call.require_text("id", longest=200)
        function = Fields(call.require("function"), call.at("function"))
        found.append(
            ToolCall(name, function.require_text("name"), function.text("arguments") or "")
        )
        function.done()
        call.done()
    return tuple(found)


def _leave_out(fields: Fields) -> None:
    for name, cure in (
        ("function_call", "Use 'tool_calls'."),
        ("audio", "ArenaLab answers in text."),
    ):
        if fields.take(name) is not None:
            raise unsupported(fields.at(name), cure)
