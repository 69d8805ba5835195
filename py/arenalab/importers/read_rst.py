"""reStructuredText → HTML → pairs, by docutils with Sphinx's directives and roles.

No file that the text names is opened, and no configuration of docutils is read.
"""

import io
from typing import Any

from docutils import nodes
from docutils.core import publish_parts
from docutils.parsers.rst import Parser
from docutils.writers import html5_polyglot

from arenalab.errors import SourceError
from arenalab.importers.draft import Collector, Origin
from arenalab.importers.labels import Labels, rst_labels
from arenalab.importers.page import About
from arenalab.importers.read_html import read_markup
from arenalab.importers.sphinx import Report, sphinx_markup

# Sphinx fills these in when it renders.
_SPHINX_SUBSTITUTIONS = ("version", "release", "today", "project")
_SETTINGS = {
    "_disable_config": True,
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "input_encoding": "unicode",
    "output_encoding": "unicode",
    "report_level": 2,
    "halt_level": 5,
    "line_length_limit": 1_000_000,
    "doctitle_xform": False,
    "docinfo_xform": False,
    "sectsubtitle_xform": False,
    "initial_header_level": 1,
    "embed_stylesheet": False,
    "stylesheet_path": "",
    "syntax_highlight": "none",
    "math_output": "LaTeX",
    "toc_backlinks": False,
}  # fmt: skip


def read(text: str, origin: Origin, out: Collector) -> None:
    """Collect the questions and answers of a reStructuredText page."""
    reported: set[tuple[str, str]] = set()

    def report(kind: str, message: str) -> None:
        if (kind, message) not in reported:
            reported.add((kind, message))
            out.notes.add(kind, message, origin.file)

    labels = {**origin.labels, **rst_labels(text)}
    read_markup(to_html(text, origin.file, labels, report), About(), {}, origin, out)


def to_html(text: str, file: str, labels: Labels, report: Report) -> str:
    """Return the body of a reStructuredText page as HTML; `report` takes kind and message."""
    try:
        with sphinx_markup(labels, report):
            parts = publish_parts(
                text,
                parser=Parser(),
                writer=_Writer(report),
                settings_overrides={**_SETTINGS, "warning_stream": io.StringIO()},
            )
    except (
        SystemExit,
        AssertionError,
        ValueError,
        TypeError,
        AttributeError,
        LookupError,
    ) as error:
        # docutils reports errors in the text as messages; what it raises is a page it cannot take.
        raise SourceError(
            f"{file} cannot be read as reStructuredText: {error}", key="markup", name=file
        ) from error
    return str(parts["body"])


class _Writer(html5_polyglot.Writer):
    """Writes HTML without docutils' messages, which become notes instead."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self._report = report

    def translate(self) -> None:
        """Write the document; overrides docutils."""
        document: Any = self.document
        for message in list(document.findall(nodes.system_message)):
            text = " ".join(message.children[0].astext().split()) if message.children else ""
            undefined = text.removeprefix("Undefined substitution referenced: ").strip('".')
            if undefined not in _SPHINX_SUBSTITUTIONS:
                self._report("malformed", f"line {message.get('line', '?')}: {text}")
            message.parent.remove(message)
        for section in list(document.findall(nodes.section)):
            if "system-messages" in section["classes"]:
                section.parent.remove(section)
        for problem in list(document.findall(nodes.problematic)):
            text = problem.astext()
            shown = "" if text.strip("|") in _SPHINX_SUBSTITUTIONS else text
            problem.parent.replace(problem, nodes.Text(shown))
        # File-wide fields such as ":tocdepth: 2" are no text of the page.
        if document.children and isinstance(document.children[0], nodes.field_list):
            document.remove(document.children[0])
        super().translate()
