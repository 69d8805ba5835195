"""What different sites add to Markdown → plain CommonMark.

    kramdown, pandoc   {: .class #id}  {#id .class}
    GitHub             > [!NOTE]
    VitePress, MyST    :::tip Title … :::      ```{note} … ```      {ref}`label`      (label)=
    MkDocs             !!! note "Title"        [TOC]

Boxes become quotations, roles what they show, anchors ``<a id>``; classes and contents marks go.
Code blocks are passed through as they are.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from arenalab.importers.escape import code_span
from arenalab.importers.labels import Labels, myst_labels
from arenalab.importers.roles import show

_FENCE = re.compile(r"^(?P<indent>\s*(?:> ?)*)(?P<fence>```+|~~~+|:::+)\s*(?P<info>.*)$")
_DIRECTIVE = re.compile(r"^\{([\w:+-]+)\}\s*(.*)$")
_BOX = re.compile(r"^\[?([A-Za-z]\w*)\]?\s*(.*)$")
_INDENTED_BOX = re.compile(
    r"^(?P<indent>\s*)(?:!!!|\?\?\?)\+?\s+(?P<kind>[\w-]+)(?:\s+\"(?P<title>[^\"]*)\")?\s*$"
)
_ALERT = re.compile(r"^(\s*(?:> ?)+)\[!(\w+)\]\s*(.*)$")
_TARGET_LINE = re.compile(r"^\(([\w:.-]+)\)=\s*$")
_CONTENTS = re.compile(r"^\s*(\[TOC\]|\[\[_?toc_?\]\]|\{:toc\})\s*$", re.IGNORECASE)
_ATTRIBUTE_LINE = re.compile(r"^\s*\{(?::[^{}]*|[.#][\w-]+[^{}]*)\}\s*$")
_HEADING = re.compile(r"^(\s{0,3}#{1,6}\s.*?)\s*\{:?[^{}#]*#([\w:.-]+)[^{}]*\}\s*#*\s*$")
# A role, code (which stays), or attributes.
_INLINE = re.compile(
    r"\{(?P<role>[A-Za-z][\w:.+-]*)\}`(?P<content>[^`\n]+)`"
    r"|(?P<code>(?<!`)(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`))"
    r"|\s*\{(?::[^{}]*|(?:[.#][\w-]+\s*|[\w-]+=\"[^\"]*\"\s*)+)\}"
)
_OPTION = re.compile(r"^\s*:[\w-]+:")
_PLAIN_START = re.compile(r"\s{0,3}[\w\"'“‘(\[*`]")

_CODE_DIRECTIVES = frozenset(("code-block", "code", "code-cell", "sourcecode", "prompt"))
_DROPPED_DIRECTIVES = frozenset(
    (
        "toctree",
        "contents",
        "tableofcontents",
        "index",
        "eval-rst",
        "raw",
        "include",
        "literalinclude",
    )
)


def to_commonmark(text: str, labels: Labels) -> str:
    """Return Markdown in any of these dialects as CommonMark with GitHub's tables.

    `labels` are those of other pages; the page's own come first.
    """
    known = {**labels, **myst_labels(text)}
    return "\n".join(_Translator(known).lines(text.split("\n")))


@dataclass(frozen=True, slots=True)
class _Translator:
    labels: Labels

    def lines(self, lines: list[str]) -> Iterator[str]:
        """Yield the lines of a text, or of the inside of a box, in plain CommonMark."""
        at = 0
        while at < len(lines):
            line = lines[at]
            at += 1
            if found := _FENCE.match(line):
                end = _end_of_fence(lines, at, found["fence"])
                yield from self._fenced(found, lines[at:end], closed=end < len(lines))
                at = end + 1
            elif found := _INDENTED_BOX.match(line):
                width = len(found["indent"]) + 4
                end = _end_of_indent(lines, at, width)
                title = found["title"]
                title = found["kind"].capitalize() if title is None else title
                body = [inner[width:] for inner in lines[at:end]]
                yield from self._box(title, body, found["indent"])
                at = end
            else:
                yield from self._line(line)

    def _line(self, line: str) -> Iterator[str]:
        if _CONTENTS.match(line) or _ATTRIBUTE_LINE.match(line):
            # A line of its own ends a paragraph; without it two would run together.
            yield ""
        elif found := _TARGET_LINE.match(line):
            yield from (f'<a id="{found[1]}"></a>', "")
        elif found := _ALERT.match(line):
            yield f"{found[1]}**{found[2].capitalize()}:** {found[3]}".rstrip()
        elif found := _HEADING.match(line):
            # The id stays for the reader, which gives it to the heading.
            yield f"{self._inline(found[1])} {{#{found[2]}}}"
        else:
            yield self._inline(line)

    def _inline(self, line: str) -> str:
        return _INLINE.sub(self._shown, line) if "{" in line else line

    def _shown(self, found: re.Match[str]) -> str:
        if found["code"] or not found["role"]:
            return found["code"] or ""
        shown = show(found["role"], found["content"], self.labels)
        match shown.style:
            case "code":
                return code_span(shown.text)
            case "strong":
                return f"**{shown.text}**"
        return f"[{shown.text}]({shown.target})" if shown.target else shown.text

    def _fenced(self, opening: re.Match[str], body: list[str], *, closed: bool) -> Iterator[str]:
        """Yield a fenced part: code as it is, a directive or a box as what it shows."""
        indent, fence, info = opening["indent"], opening["fence"], opening["info"].strip()
        directive = _DIRECTIVE.match(info)
        name, argument = (directive[1].lower(), directive[2]) if directive else ("", "")
        if directive:
            body = [line for line in body if not _OPTION.match(line)]
        if fence[0] != ":" and (not directive or name in _CODE_DIRECTIVES):
            yield f"{indent}{fence}{argument if directive else info}"
            yield from body
            if closed:
                yield indent + fence
        elif name not in _DROPPED_DIRECTIVES:
            if not directive and (box := _BOX.match(info)):
                name, argument = box[1], box[2]
            named = bool(argument) or name == "admonition"
            title = argument.strip("[]") if named else name.capitalize()
            yield from self._box(title, body, indent)

    def _box(self, title: str, body: list[str], indent: str) -> Iterator[str]:
        """Yield a note, tip or warning as a quotation that begins with its title in bold."""
        lines = [line.removeprefix(indent) for line in self.lines(body)]
        while lines and not lines[0].strip():
            del lines[0]
        if title and lines and _PLAIN_START.match(lines[0]):
            lines[0] = f"**{title}:** {lines[0].lstrip()}"
        elif title:
            lines[:0] = [f"**{title}:**", ""]
        yield indent.rstrip()
        yield from (f"{indent}> {line}".rstrip() for line in lines)
        yield indent.rstrip()


def _end_of_fence(lines: list[str], at: int, fence: str) -> int:
    """Return the index of the line that closes a fence opened just before `at`, or the length."""
    close = re.compile(rf"^\s*(?:> ?)*{re.escape(fence[0])}{{{len(fence)},}}\s*$")
    return next((i for i in range(at, len(lines)) if close.match(lines[i])), len(lines))


def _end_of_indent(lines: list[str], at: int, width: int) -> int:
    """Return the index of the first line from `at` on that is indented by less than `width`."""
    return next(
        (i for i in range(at, len(lines)) if lines[i].strip() and lines[i][:width].strip()),
        len(lines),
    )
