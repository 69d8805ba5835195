"""The head of a Markdown page: YAML between ``---`` lines, or TOML between ``+++`` lines.

Only what a page says about itself in plain keys is read: texts, and lists of texts. That needs a
handful of YAML's rules, so no YAML library has to be shipped to the browser; nested values are
passed over. TOML is read by the standard library.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

_YAML = re.compile(r"\A---[ \t]*\n(.*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.*?)(?:^|\n)\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)
_KEY = re.compile(r"([A-Za-z_][\w-]*):(?:[ \t]+(.*)|[ \t]*)$")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.*)$")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a page says about itself: texts by key, lists of texts by key; keys in lower case."""

    texts: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def all(self, *keys: str) -> tuple[str, ...]:
        """Return every value under `keys`, be it a list or a text with commas; no repeats."""
        values: list[str] = []
        for key in keys:
            values += self.lists.get(key, ())
            values += self.texts.get(key, "").split(",")
        return tuple(dict.fromkeys(value.strip() for value in values if value.strip()))


def split(text: str) -> tuple[FrontMatter, str]:
    """Return the front matter of a page and the text after it; an unreadable head is skipped."""
    if found := _YAML.match(text):
        return _yaml(found[1]), text[found.end() :]
    if found := _TOML.match(text):
        return _toml(found[1]), text[found.end() :]
    return FrontMatter(), text


def _yaml(head: str) -> FrontMatter:
    texts: dict[str, str] = {}
    lists: dict[str, list[str]] = {}
    key = ""
    for line in head.split("\n"):
        if found := _KEY.match(line):
            key, value = found[1].lower(), (found[2] or "").strip()
            if value.startswith("[") and value.endswith("]"):
                lists[key] = [_scalar(item) for item in value[1:-1].split(",") if item.strip()]
            elif value and value not in ("|", ">", "|-", ">-"):
                texts[key] = _scalar(value)
        elif key and (found := _ITEM.match(line)):
            lists.setdefault(key, []).append(_scalar(found[1].strip()))
    return FrontMatter(texts, {key: tuple(values) for key, values in lists.items()})


def _scalar(value: str) -> str:
    """Return a YAML scalar as text: quotes and their escapes taken off, a comment dropped."""
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] == '"':
        return re.sub(
            r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[1]), value[1:-1]
        )
    if len(value) > 1 and value[0] == value[-1] == "'":
        return value[1:-1].replace("''", "'")
    return re.sub(r"[ \t]+#.*", "", value)


def _toml(head: str) -> FrontMatter:
    try:
        table = tomllib.loads(head)
    except tomllib.TOMLDecodeError:
        return FrontMatter()
    return FrontMatter(
        {key.lower(): str(v) for key, v in table.items() if isinstance(v, str | int | float)},
        {key.lower(): tuple(map(str, v)) for key, v in table.items() if isinstance(v, list)},
    )
