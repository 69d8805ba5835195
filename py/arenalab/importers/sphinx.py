"""reStructuredText as Sphinx extends it, for docutils alone: all directives and roles are read.

docutils looks directives and roles up through one function each. Sphinx replaces these functions
while it parses (`sphinx.util.docutils.CustomReSTDispatcher`), and so does this module:
`sphinx_markup` is a context manager that puts the originals back.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive, directives, roles
from docutils.utils import unescape

from arenalab.importers.labels import Labels
from arenalab.importers.roles import show

# Left to docutils; roles of these names mean the same in Sphinx.
_PLAIN_ROLES = frozenset((
    "", "emphasis", "strong", "literal", "math", "subscript", "sub", "superscript", "sup",
    "title-reference", "title", "t",
))  # fmt: skip
_DROPPED = frozenset((
    "index", "toctree", "contents", "local", "highlight", "currentmodule", "module",
    "py:currentmodule", "testsetup", "testcleanup", "sectionauthor", "codeauthor",
    "moduleauthor", "role", "default-role", "raw", "date", "sectnum", "section-numbering",
    "header", "footer", "title", "meta", "tabularcolumns", "todo", "todolist", "graphviz",
    "digraph", "graph", "uml", "plot", "mermaid", "autosummary", "automodule", "autoclass",
    "autofunction", "target-notes", "restructuredtext-test-directive", "acks", "availability",
    "impl-detail-hidden",
))  # fmt: skip
_CODE = frozenset((
    "code", "code-block", "sourcecode", "testcode", "testoutput", "doctest", "prompt",
    "ipython", "productionlist",
))  # fmt: skip
_INCLUDES = frozenset(("include", "literalinclude"))
_TITLES = {
    "seealso": "See also",
    "versionadded": "New in version {}",
    "versionchanged": "Changed in version {}",
    "deprecated": "Deprecated since version {}",
    "versionremoved": "Removed in version {}",
    "deprecated-removed": "Deprecated since version {}",
    "impl-detail": "Implementation detail",
}
# Directives that only arrange what they hold; an argument is shown as its title.
_PLAIN = frozenset((
    "only", "ifconfig", "glossary", "centered", "hlist", "rst-class", "cssclass", "tabs",
    "tab", "group-tab", "code-tab", "tab-set", "tab-item", "dropdown", "collapse", "details",
    "grid", "grid-item", "card", "sidebar", "topic", "container", "compound",
))  # fmt: skip
_OF_DOCUTILS = frozenset(("sidebar", "topic", "container", "compound"))
_OTHER_OUTPUTS = frozenset(("latex", "pdf", "man", "texinfo", "text", "epub"))

Report = Callable[[str, str], None]
Lookup = Callable[..., tuple[Any, list[Any]]]


class _AnyOption(dict[str, Callable[[str], str]]):
    """Accepts every option of a directive, as text."""

    def __missing__(self, name: str) -> Callable[[str], str]:
        return directives.unchanged


class _Sphinx(Directive):
    """Reads a directive that docutils does not know, or that would reach outside the file."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = _AnyOption(name=directives.unchanged)
    report: Report

    def run(self) -> list[nodes.Node]:
        """Return the nodes for what the directive shows."""
        name = self.name.lower()
        argument = " ".join(" ".join(self.arguments).split())
        if name in _INCLUDES:
            self.report("include", f"“{argument}” is not opened; import it as a file of its own")
            return []
        if name == "raw":
            self.report("malformed", f"raw {argument} is not taken")
        if name in _DROPPED or (name == "only" and argument in _OTHER_OUTPUTS):
            return []
        if name in _CODE:
            return [_code_block("\n".join(self.content), argument)]
        if name in _TITLES:
            return [self._box(_TITLES[name].format(argument.partition(" ")[0]), argument)]
        if name not in _PLAIN:
            self.report("unknown-markup", f"the text of directive “{name}” is kept")
        return self._plain("" if name in ("only", "ifconfig") else argument)

    def _plain(self, title: str) -> list[nodes.Node]:
        holder = nodes.container()
        if title:
            holder += nodes.paragraph("", "", nodes.strong("", title))
        self.state.nested_parse(self.content, self.content_offset, holder)
        return [holder]

    def _box(self, title: str, argument: str) -> nodes.Node:
        box = nodes.admonition(classes=["admonition"])
        box += nodes.title("", title)
        first = argument.partition(" ")[2] if "{}" in _TITLES[self.name.lower()] else argument
        if first:
            texts, messages = self.state.inline_text(first, self.lineno)
            box += [nodes.paragraph("", "", *texts), *messages]
        self.state.nested_parse(self.content, self.content_offset, box)
        return box


def _code_block(text: str, language: str) -> nodes.Node:
    block = nodes.literal_block(text, text)
    if language:
        block["classes"] = ["code", language]
    return block


@contextmanager
def sphinx_markup(labels: Labels, report: Report) -> Iterator[None]:
    """While active, docutils reads every directive and role.

    `labels` are the known ones; `report` takes a note's kind and message.
    """
    reading = type("_Reading", (_Sphinx,), {"report": staticmethod(report)})
    ours = _DROPPED | _CODE | _INCLUDES | frozenset(_TITLES) | (_PLAIN - _OF_DOCUTILS)
    find_directive: Lookup = directives.directive
    find_role: Lookup = roles.role

    def directive(name: str, *around: object) -> tuple[Any, list[Any]]:
        if name.lower() in ours:
            return reading, []
        found, messages = find_directive(name, *around)
        return (found, messages) if found is not None else (reading, [])

    def role(name: str, *around: object) -> tuple[Any, list[Any]]:
        if name.lower() in _PLAIN_ROLES:
            return find_role(name, *around)
        return partial(_role, labels), []

    replace = partial(setattr, directives, "directive"), partial(setattr, roles, "role")
    try:
        for put, function in zip(replace, (directive, role), strict=True):
            put(function)
        yield
    finally:
        for put, function in zip(replace, (find_directive, find_role), strict=True):
            put(function)


def _role(
    labels: Labels, name: str, rawtext: str, text: str, *_: object
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """Return the nodes of a role; the arguments are those docutils calls a role with."""
    shown = show(name, unescape(text), labels)
    if shown.style == "code":
        return [nodes.literal(rawtext, shown.text)], []
    if shown.style == "strong":
        return [nodes.strong(rawtext, shown.text)], []
    if not shown.target:
        return [nodes.inline(rawtext, shown.text)], []
    return [nodes.reference(rawtext, shown.text, refuri=shown.target)], []
