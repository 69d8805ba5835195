"""Reads a JSON object field by field; every complaint names the field by its full path.

`null` means the same as leaving a field out, as in OpenAI's clients. What is not taken by the end
is refused by name.
"""

from collections.abc import Sequence
from typing import Any

from arenalab.errors import shorten
from arenalab.openai_wire.errors import ApiError, invalid

_NAMES = {
    bool: "a boolean",
    int: "an integer",
    float: "a number",
    str: "a string",
    list: "an array",
    dict: "an object",
    type(None): "null",
}


class Fields:
    """The fields of one JSON object at `path`. Raises ApiError (400) when it is not an object."""

    def __init__(self, value: object, path: str = "") -> None:
        if not isinstance(value, dict):
            raise wrong_type(path or "body", "an object", value)
        self.path = path
        self._left: dict[str, Any] = {k: v for k, v in value.items() if v is not None}

    def at(self, name: str) -> str:
        """Return the full path of the field `name`."""
        return f"{self.path}.{name}" if self.path else name

    def take(self, name: str) -> Any:  # noqa: ANN401 - any JSON value
        """Return the value of `name` as it is, None when absent."""
        return self._left.pop(name, None)

    def require(self, name: str) -> Any:  # noqa: ANN401 - any JSON value
        """Return the value of `name`, which must be there."""
        if name not in self._left:
            path = self.at(name)
            raise invalid(
                f"Missing required parameter: '{path}'.", path, "missing_required_parameter"
            )
        return self._left.pop(name)

    def text(self, name: str, *, longest: int | None = None) -> str | None:
        """Return a string of at most `longest` characters."""
        value = self.take(name)
        return None if value is None else as_text(value, self.at(name), longest)

    def require_text(self, name: str, *, longest: int | None = None) -> str:
        """Return a string that is there and not empty."""
        value = as_text(self.require(name), self.at(name), longest)
        if not value:
            raise invalid(f"Invalid '{self.at(name)}': it is empty.", self.at(name), "empty_string")
        return value

    def flag(self, name: str) -> bool:
        """Return a boolean, False when absent."""
        value = self.take(name)
        if value is not None and not isinstance(value, bool):
            raise wrong_type(self.at(name), "a boolean", value)
        return bool(value)

    def integer(self, name: str, low: int, high: int) -> int | None:
        """Return an integer from `low` to `high`."""
        value = self.take(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise wrong_type(self.at(name), "an integer", value)
        return int(self._within(name, value, low, high))

    def number(self, name: str, low: float, high: float) -> float | None:
        """Return a number from `low` to `high`."""
        value = self.take(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise wrong_type(self.at(name), "a number", value)
        return float(self._within(name, value, low, high))

    def choice(self, name: str, options: Sequence[str]) -> str | None:
        """Return one of `options`."""
        value = self.text(name)
        if value is not None and value not in options:
            raise not_among(self.at(name), value, options)
        return value

    def items(self, name: str, longest: int) -> list[Any] | None:
        """Return an array of at most `longest` items."""
        value = self.take(name)
        return None if value is None else as_items(value, self.at(name), longest)

    def done(self) -> None:
        """Refuse what was not taken."""
        for name in self._left:
            path = self.at(name)
            raise invalid(f"Unknown parameter: '{shorten(path)[1:-1]}'.", path, "unknown_parameter")

    def _within(self, name: str, value: float, low: float, high: float) -> float:
        path = self.at(name)
        if not low <= value <= high:  # NaN is in no range
            raise invalid(
                f"Invalid '{path}': {shorten(value)} is not between {low} and {high}.",
                path,
                "value_out_of_range",
            )
        return value


def as_text(value: object, path: str, longest: int | None = None) -> str:
    """Return `value` if it is a string of at most `longest` characters."""
    if not isinstance(value, str):
        raise wrong_type(path, "a string", value)
    if longest is not None and len(value) > longest:
        raise invalid(
            f"Invalid '{path}': {len(value):,} characters, at most {longest:,} are allowed.",
            path,
            "string_above_max_length",
        )
    return value


def as_items(value: object, path: str, longest: int) -> list[Any]:
    """Return `value` if it is an array of 1 to `longest` items."""
    if not isinstance(value, list):
        raise wrong_type(path, "an array", value)
    if not value:
        raise invalid(f"Invalid '{path}': the array is empty.", path, "empty_array")
    if len(value) > longest:
        raise invalid(
            f"Invalid '{path}': {len(value):,} items, at most {longest:,} are allowed.",
            path,
            "array_above_max_length",
        )
    return value


def wrong_type(path: str, expected: str, value: object) -> ApiError:
    """A value of another JSON type than expected."""
    got = _NAMES.get(type(value), "something else")
    message = f"Invalid type for '{path}': expected {expected}, but got {got} instead."
    return invalid(message, path, "invalid_type")


def not_among(path: str, value: object, options: Sequence[str]) -> ApiError:
    """A value that is none of those there are."""
    known = ", ".join(f"'{option}'" for option in options)
    message = f"Invalid value for '{path}': {shorten(value)}. Supported values are: {known}."
    return invalid(message, path)
