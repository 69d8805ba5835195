"""Text roles of Sphinx and MyST (``:func:`print```, ``{ref}`label```) → plain text or code.

Labels that are known, PEPs and RFCs become links; of everything else, what a reader of the
rendered page would see is kept.
"""

import re
from typing import Literal, NamedTuple

from arenalab.importers.labels import Label, Labels

# By the last word of the role: "py:func", "c:func" and "js:func" all show code.
_CODE = frozenset((
    "func", "meth", "class", "attr", "mod", "data", "exc", "obj", "const", "type", "macro",
    "member", "enum", "enumerator", "struct", "union", "var", "function", "method", "keyword",
    "envvar", "option", "file", "command", "program", "samp", "token", "literal", "code",
    "source", "makevar", "opcode", "regexp", "cmdoption", "confval", "setting",
    "django-admin", "ctype", "cfunc", "src", "gh-file",
))  # fmt: skip
_CALLS = frozenset(("func", "meth", "function", "method"))
_STRONG = frozenset(("guilabel", "menuselection"))
_STANDARDS = {
    "pep": "https://peps.python.org/pep-{:04}/",
    "rfc": "https://www.rfc-editor.org/rfc/rfc{}",
}
_NUMBER = re.compile(r"\d{1,5}\b")
_TITLED = re.compile(r"(.*?)\s*<([^<>]*)>$", re.DOTALL)


class Shown(NamedTuple):
    """What a role shows: how, the text, and the address it leads to ("" for none)."""

    style: Literal["text", "code", "strong"]
    text: str
    target: str = ""


def show(role: str, content: str, labels: Labels) -> Shown:
    """Return what ``:role:`content``` shows on the rendered page; `labels` are the known ones."""
    name = role.lower().rpartition(":")[2]
    found = _TITLED.match(content := " ".join(content.split()))
    title, target = (found[1], found[2]) if found else ("", content)
    if name in ("ref", "numref", "doc", "any"):
        label = labels.get(target.lower(), Label("", ""))
        return Shown("text", title or label.heading or readable(target), label.address)
    if name in ("pep", "rfc") and (number := _NUMBER.match(target)):
        text = title or f"{name.upper()} {number[0]}"
        return Shown("text", text, _STANDARDS[name].format(int(number[0])))
    if name in _CODE:
        return Shown("code", title or _code(name, content))
    text = (title or content).replace("-->", "→")
    return Shown("strong" if name in _STRONG else "text", text)


def _code(name: str, text: str) -> str:
    """Return the text of a code role as Sphinx shows it."""
    if text[:1] == "~":  # only the last part of a dotted name
        text = text.rpartition(".")[2].lstrip("~")
    text = text.removeprefix("!")  # "!" says only that it is not to be linked
    if name in ("file", "samp"):
        return re.sub(r"\{([^{}]*)\}", r"\1", text)
    return f"{text}()" if name in _CALLS and not text.endswith(")") else text


def readable(label: str) -> str:
    """Return a label or document name as words: "/users/config" → "config", "a-b_c" → "a b c"."""
    last = label.strip("/~!").rpartition("/")[2]
    return re.sub(r"[-_]+", " ", re.sub(r"\.(rst|md|html)$", "", last)).strip() or label
