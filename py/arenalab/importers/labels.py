"""Labels in Sphinx and MyST pages: the heading a ``:ref:`` shows, and the place it leads to.

.. _reset-password:        (reset-password)=

Reset your password        # Reset your password
===================
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

_RST = re.compile(
    r"^\.\. _([^:\n`]+|`[^`\n]+`):[ \t]*\n\s*(?:([=\-~^\"'`#*+.:_<>])\2{2,}[ \t]*\n)?"
    r"(?:[ \t]*(\S[^\n]*)\n([=\-~^\"'`#*+.:_<>])\4{2,}[ \t]*$)?",
    re.MULTILINE,
)
_MYST = re.compile(r"^\(([\w:.-]+)\)=[ \t]*\n+(?:#{1,6}[ \t]+(.+?)[ \t]*$)?", re.MULTILINE)


class Label(NamedTuple):
    """The heading a label stands before ("" for none), and its address ("" when not known)."""

    heading: str
    address: str


Labels = Mapping[str, Label]


def rst_labels(text: str) -> dict[str, Label]:
    """Return the labels of a reStructuredText page; the addresses lead into the page itself."""
    found = ((match[1].strip("`").lower(), match[3] or "") for match in _RST.finditer(text))
    return {name: Label(heading.strip(), f"#{_id(name)}") for name, heading in found}


def myst_labels(text: str) -> dict[str, Label]:
    """Return the labels of a Markdown page; the addresses lead into the page itself."""
    found = ((match[1], match[2] or "") for match in _MYST.finditer(text))
    return {name.lower(): Label(heading, f"#{name}") for name, heading in found}


def _id(name: str) -> str:
    """Return the anchor docutils makes of a label."""
    return re.sub(r"[^a-z0-9]+", "-", name).strip("-")
