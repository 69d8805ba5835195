"""Every error ArenaLab raises on purpose.

    ArenaError
    ├── InputError            what a person gave cannot be used (exit code 2 on the command line)
    │   ├── QuestionError     an empty or enormous question
    │   ├── SpanError         a JSON✯Atomic span that is not valid
    │   └── SourceError       a file to import that cannot be read
    ├── FileFormatError       a pack or encoder file; never raised directly
    │   ├── DamagedFileError  cut short, changed, or not such a file at all
    │   └── NewerFormatError  written by a newer ArenaLab than this one
    ├── UnavailableError      something needed is missing (an encoder file, an optional library)
    └── ProviderError         a person's own provider gave no reply, or not all of it

A message holds the offending value and the cure, and is written for the person who sees it. Where
a `key` stands beside it, the page says the same in its own language, with the same `values`
(static/languages, texts of `error_KEY`).
"""

from typing import Literal


class ArenaError(Exception):
    """Base of the tree. Never raised directly."""

    def __init__(self, message: str, *, key: str = "", **values: str | int) -> None:
        super().__init__(message)
        self.key = key
        self.values = values


class InputError(ArenaError, ValueError):
    """Raised when a value that a person gave cannot be used."""


class QuestionError(InputError):
    """Raised when a question is empty or longer than an answer could use."""


class SpanError(InputError):
    """Raised when a JSON value is not a JSON✯Atomic span."""


class SourceError(InputError):
    """Raised when a file to import cannot be read: encoding, columns, syntax, size."""


class FileFormatError(ArenaError):
    """A pack or encoder file cannot be used. Never raised directly."""


class DamagedFileError(FileFormatError):
    """Raised when a file is cut short, has changed bytes, or is not an ArenaLab file."""


class NewerFormatError(FileFormatError):
    """Raised when a file carries a format number newer than this reader knows."""


class UnavailableError(ArenaError):
    """Raised when something needed is missing: an encoder file, an optional library."""


Reason = Literal[
    "key",
    "rate",
    "request",
    "refused",
    "cut",
    "down",
    "unreachable",
    "timeout",
    "broken",
    "too_large",
]


class ProviderError(ArenaError):
    """Raised when a person's own provider gives no reply, or breaks one off.

    reason       what is wrong: "key" and "request" are for the person to mend, "rate", "down",
                 "unreachable", "timeout" and "broken" pass, "refused" and "cut" are its decision
    retry_after  seconds until it may be asked again, where it says so
    """

    def __init__(self, message: str, *, reason: Reason, retry_after: float | None = None) -> None:
        super().__init__(message, key=f"provider_{reason}")
        self.reason = reason
        self.retry_after = retry_after


def shorten(value: object, limit: int = 80) -> str:
    """Return ``repr(value)`` cut to `limit` characters, for quoting it in a message."""
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
