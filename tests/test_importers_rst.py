"""read_rst: reStructuredText with everything Sphinx adds, without its noise."""

import pytest
from docutils.parsers.rst import directives, roles

from arenalab.importers import Import, read, read_all

PAGE = "https://site.example/faq.html"


def page(text: str) -> Import:
    """Return what a reStructuredText page gives."""
    return read("faq.rst", text.encode(), base_url=PAGE)


def answer(body: str) -> str:
    """Return the answer of a FAQ with one question."""
    heading = "What does it look like?"
    found = page(f"FAQ\n===\n\n{heading}\n{'-' * len(heading)}\n\n{body}\n")
    assert not found.notes
    return found.spans[0].if_ok


def test_faq_page() -> None:
    """Sections that ask are questions; docutils' anchors and explicit labels are the sources."""
    found = page(
        ":tocdepth: 2\n\n=======\nThe FAQ\n=======\n\n.. contents::\n\n"
        "Is it free?\n-----------\n\nYes.\n\n.. _fast:\n\nIs it really fast?\n"
        "------------------\n\nVery. See `Is it free?`_\n"
    )
    assert not found.notes
    assert [
        (span.this, span.metadata.source.url) for span in found.spans if span.metadata.source
    ] == [
        ("Is it free?", f"{PAGE}#is-it-free"),
        ("Is it really fast?", f"{PAGE}#fast"),
    ]
    assert found.spans[1].if_ok == f"Very. See [Is it free?]({PAGE}#is-it-free)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (":func:`print`, :meth:`~a.B.c`, :mod:`!x`", "`print()`, `c()`, `x`"),
        (":c:func:`f <g>` :stconf:opt:`the option <x>`", "`f` the option"),
        (":file:`lib{N}.so` :envvar:`PATH`", "`libN.so` `PATH`"),
        (":menuselection:`A --> B` :kbd:`Ctrl-Z`", "**A → B** Ctrl-Z"),
        (":ref:`some-label` :doc:`/users/config` :doc:`Text <x>`", "some label config Text"),
        (":pep:`8` :rfc:`1149`", "[PEP 8](https://peps.python.org/pep-0008/) "
         "[RFC 1149](https://www.rfc-editor.org/rfc/rfc1149)"),
        (":unknown:`text` and ``literal``", "text and `literal`"),
        ("|version| is out", "is out"),
    ],
)  # fmt: skip
def test_roles(text: str, expected: str) -> None:
    """Roles show what the rendered page shows, without a word of complaint."""
    assert answer(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (".. only:: html\n\n   Kept.\n\n.. only:: latex\n\n   Not.", "Kept."),
        (".. index:: x\n   pair: a; b\n\nText.\n\n.. todo:: later", "Text."),
        (".. code-block:: python\n   :linenos:\n\n   x = 1", "```python\nx = 1\n```"),
        ("As::\n\n   x", "As:\n\n```\nx\n```"),
        (">>> 1\n1", "```python\n>>> 1\n1\n```"),
        (".. note:: Mind *this*.", "> **Note:** Mind *this*."),
        (".. seealso::\n   :ref:`x-y`", "> **See also:** x y"),
        (".. versionadded:: 3.5\n   Text.", "> **New in version 3.5:** Text."),
        (".. role:: strike\n\n:strike:`x`", "x"),
        (".. image:: x.png\n   :alt: y\n\nText.", "Text."),
        ("Text [#f]_.\n\n.. [#f] note", "Text [1]."),
        ("term\n   text", "**term**\n\ntext"),
        ("1. a\n\n   b\n\n2. c", "1. a\n\n   b\n\n2. c"),
        ("===  ===\n a    b\n===  ===\n 1    2\n===  ===", "| a | b |\n| --- | --- |\n| 1 | 2 |"),
    ],
)
def test_directives(text: str, expected: str) -> None:
    """Directives of docutils and Sphinx come out as a reader sees them, without noise."""
    assert answer(text).startswith(expected)


def test_label_shows_the_heading_it_stands_before() -> None:
    """A reference shows the heading it points to, in the page and in the pages beside it."""
    other = (
        "Other FAQ\n=========\n\n.. _the-label:\n\nHow does it work?\n-----------------\n\nWell.\n"
    )
    text = "FAQ\n===\n\nIs it really free?\n------------------\n\nSee :ref:`the-label`.\n"
    files = [("a.rst", text.encode()), ("b.rst", other.encode())]
    found = read_all(files, base_url="https://site.example/{path}.html")
    assert found.spans[0].if_ok == (
        "See [How does it work?](https://site.example/b.html#the-label)."
    )
    alone = page(text.replace("FAQ\n===", other, 1))
    assert f"See [How does it work?]({PAGE}#the-label)." in [span.if_ok for span in alone.spans]


def test_no_file_is_opened() -> None:
    """A directive that would read a file is a note, or nothing; the page goes on."""
    text = (
        "FAQ\n===\n\nIs it really free?\n------------------\n\nYes.\n\n.. include:: /etc/passwd\n\n"
        ".. literalinclude:: /etc/passwd\n\n.. csv-table::\n   :file: /etc/passwd\n\n"
        ".. raw:: html\n   :file: /etc/passwd\n"
    )
    found = page(text)
    assert found.spans[0].if_ok == "Yes."
    assert [note.kind for note in found.notes] == ["include", "malformed", "malformed"]


def test_unknown_directive_keeps_its_text_with_one_note() -> None:
    """A directive that nobody knows is reported once; its text stays."""
    text = (
        "FAQ\n===\n\nIs it really free?\n------------------\n\n"
        + ".. fancy:: T\n\n   Text.\n\n" * 2
    )
    found = page(text)
    assert found.spans[0].if_ok == "**T**\n\nText.\n\n**T**\n\nText."
    assert [note.kind for note in found.notes] == ["unknown-markup"]


def test_docutils_is_left_as_it_was() -> None:
    """Reading a page leaves no trace in docutils, even if the page cannot be read."""
    before = directives.directive, roles.role, dict(roles._roles)
    page(".. role:: ref\n\nIs it free?\n===========\n\n:ref:`x` **open\n")
    assert (directives.directive, roles.role, dict(roles._roles)) == before


def test_broken_markup_loses_no_text() -> None:
    """Markup that is not closed is kept as the text it is."""
    heading = "What does it look like?"
    text = f"FAQ\n===\n\n{heading}\n{'-' * len(heading)}\n\nAn *open and a `target_ and |x|.\n"
    found = page(text)
    assert found.spans[0].if_ok == r"An \*open and a \`target\_ and |x|."
    assert {note.kind for note in found.notes} == {"malformed"}
    assert found.notes[0].message == "line 7: Inline emphasis start-string without end-string."
