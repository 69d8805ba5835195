"""What a caller offers to be called, and in which form it wants the answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from arenalab.openai_wire.errors import invalid, unsupported
from arenalab.openai_wire.fields import Fields, not_among, wrong_type

MOST_TOOLS = 128
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")

Mode = Literal["none", "auto", "required"]
MODES: tuple[Mode, ...] = ("none", "auto", "required")

Form = Literal["text", "json_object", "json_schema"]
FORMS: tuple[Form, ...] = ("text", "json_object", "json_schema")


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that can be called; `parameters` is the JSON Schema of its arguments."""

    name: str
    description: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToolChoice:
    """Whether a tool may or must be called; `name` when it must be one in particular."""

    mode: Mode = "none"
    name: str | None = None


@dataclass(frozen=True, slots=True)
class ResponseFormat:
    """Text, any JSON object, or JSON of a `schema` called `name`."""

    form: Form = "text"
    name: str = ""
    schema: Mapping[str, Any] = field(default_factory=dict)


def read_tools(fields: Fields) -> tuple[tuple[Tool, ...], ToolChoice]:
    """Take `tools` and `tool_choice`. Raises ApiError (400)."""
    path = fields.at("tools")
    items = fields.items("tools", MOST_TOOLS) or []
    tools = tuple(_tool(item, f"{path}[{i}]") for i, item in enumerate(items))
    names = [tool.name for tool in tools]
    if len(set(names)) < len(names):
        raise invalid(f"Invalid '{path}': two tools have one name.", path)
    choice = fields.take("tool_choice")
    if choice is None:
        return tools, ToolChoice("auto" if tools else "none")
    return tools, _choice(choice, fields.at("tool_choice"), names)


def read_format(fields: Fields) -> ResponseFormat:
    """Take `response_format`. Raises ApiError (400)."""
    value = fields.take("response_format")
    if value is None:
        return ResponseFormat()
    path = fields.at("response_format")
    inner = Fields(value, path)
    form = cast(Form, inner.require_text("type"))
    if form not in FORMS:
        raise not_among(f"{path}.type", form, FORMS)
    if form != "json_schema":
        inner.done()
        return ResponseFormat(form)
    wanted = Fields(inner.require("json_schema"), f"{path}.json_schema")
    inner.done()
    name = _name(wanted)
    wanted.text("description")
    wanted.flag("strict")  # what is returned fits the schema either way
    schema = wanted.require("schema")
    if not isinstance(schema, dict):
        raise wrong_type(wanted.at("schema"), "an object", schema)
    wanted.done()
    return ResponseFormat(form, name, schema)


def _tool(value: object, path: str) -> Tool:
    fields = Fields(value, path)
    kind = fields.require_text("type")
    if kind != "function":
        raise unsupported(f"{path}.type", f"It is '{kind}'; use tools of type 'function'.")
    function = Fields(fields.require("function"), f"{path}.function")
    fields.done()
    name = _name(function)
    description = function.text("description") or ""
    function.flag("strict")  # arguments fit the parameters' types either way
    parameters = function.take("parameters") or {}
    if not isinstance(parameters, dict):
        raise wrong_type(function.at("parameters"), "an object", parameters)
    function.done()
    return Tool(name, description, parameters)


def _choice(value: object, path: str, names: list[str]) -> ToolChoice:
    if isinstance(value, str):
        if value not in MODES:
            raise not_among(path, value, MODES)
        mode: Mode = value
        if mode != "none" and not names:
            raise invalid(f"'{path}' is only allowed when 'tools' are specified.", path)
        return ToolChoice(mode)
    fields = Fields(value, path)
    kind = fields.require_text("type")
    if kind != "function":
        raise unsupported(f"{path}.type", f"It is '{kind}'; choose a 'function'.")
    function = Fields(fields.require("function"), f"{path}.function")
    fields.done()
    name = function.require_text("name")
    function.done()
    if name not in names:
        raise not_among(function.at("name"), name, names)
    return ToolChoice("required", name)


def _name(fields: Fields) -> str:
    name = fields.require_text("name")
    if not _NAME.fullmatch(name):
        path = fields.at("name")
        raise invalid(f"Invalid '{path}': use 1 to 64 letters, digits, '_' and '-'.", path)
    return name
