"""Where a part of a page begins: a heading, or another way in which people write a question."""

import re
from typing import Literal

from bs4 import Tag
from bs4.element import PageElement

from arenalab.importers.asking import is_fold
from arenalab.importers.prose import HEADINGS, classes

Mark = Literal["heading", "label", "details", "dl", "q", "bold", "li", ""]
# Parts that end with their element; the others go on to the next mark.
CLOSED: tuple[Mark, ...] = ("details", "dl", "li")

# From here on a list of links is a table of contents.
CONTENTS_SHARE = 0.7
LONGEST_ANNOUNCEMENT = 50
LONGEST_LABEL = 300

# Class names of questions, as FAQ plug-ins and accordions write them; and of what belongs to them.
_LABEL = re.compile(
    r"(^|[\s_-])(question|faq[-_]?(q|title|heading)|toggle[-_]title"
    r"|accordion[-_]{1,2}(title|header|heading|button|trigger))(?=$|[\s_-])",
    re.IGNORECASE,
)
_TITLE = re.compile(r"(^|[\s_-])(title|heading)(?=$|\s)", re.IGNORECASE)
_BODY = re.compile(r"answer|content|body|panel", re.IGNORECASE)
_NO_LABELS = frozenset(("html", "body", "main", "article", "section", "ul", "ol", "table", "form"))

Q_MARK = re.compile(r"(?:\*\*)?Q(?:uestion)?\s?\d{0,3}\s?[:.](?:\*\*)?\s*(?=\S)")
A_MARK = re.compile(r"(?:(?<=\s)|^)(\*\*)?A(?:nswer)?\s?\d{0,3}\s?[:.](\*\*)?\s*")


def mark(tag: Tag, *, faq: bool) -> Mark:
    """Return how `tag` begins a part, or "" when it does not; `faq`: the page's title says FAQ."""
    if tag.name in HEADINGS:
        return "" if tag.find_parent(("blockquote", "td")) else "heading"
    if tag.name == "details":
        summary = tag.find("summary")
        return "details" if summary and not is_fold(summary.get_text().strip()) else ""
    if tag.name == "dl":
        terms = [term.get_text() for term in tag.find_all("dt")]
        asking = sum("?" in term for term in terms)
        return "dl" if terms and (asking * 2 >= len(terms) or faq) else ""
    if tag.name == "p" and Q_MARK.match(tag.get_text().strip()):
        return "q"
    if tag.name == "p" and bold_question(tag):
        return "bold"
    if tag.name == "li":
        return "li" if bold_question(tag) else ""
    return "label" if _is_label(tag) else ""


def bold_question(tag: Tag) -> Tag | None:
    """Return the bold question that a paragraph or list item begins with."""
    first = _first_element(tag)
    if tag.name == "li" and first is not None and first.name == "p":
        first = _first_element(first)
    if first is None or first.name not in ("strong", "b"):
        return None
    text = first.get_text().strip()
    return first if text.endswith(("?", "？")) and len(text) > 8 else None


def own_anchor(tag: Tag) -> str:
    """Return the id or name of an element, or of an ``<a>`` or ``<span>`` in it; else ""."""
    for element in (tag, *tag.find_all(("a", "span"))):
        if anchor := element.get("id") or (element.name == "a" and element.get("name")):
            return str(anchor)
    return ""


def letters(node: PageElement) -> int:
    """Return how many characters `node` shows, white space not counted."""
    return len(re.sub(r"\s+", "", node.get_text()))


def drop_contents(main: Tag) -> int:
    """Take the tables of contents out of a page and return how many there were.

    A table of contents is a list whose links all lead to places in the page and are most of its
    text; the line that announces it ("In this article:") goes with it.
    """
    dropped = 0
    for tag in main.find_all(("ul", "ol")):
        if tag.decomposed:
            continue
        links = tag.find_all("a")
        inside = len(links) > 1 and all(str(a.get("href", "")).startswith("#") for a in links)
        if inside and sum(map(letters, links)) > CONTENTS_SHARE * letters(tag):
            before = tag.find_previous_sibling(True)
            text = before.get_text().strip() if before and before.name == "p" else ""
            if before and text.endswith(":") and len(text) <= LONGEST_ANNOUNCEMENT:
                before.decompose()
            tag.decompose()
            dropped += 1
    return dropped


def _first_element(tag: Tag) -> Tag | None:
    """Return the first child if it is an element with no text before it."""
    for child in tag.children:
        if isinstance(child, Tag):
            return child
        if str(child).strip():
            return None
    return None


def _is_label(tag: Tag) -> bool:
    """Tell whether an element is the visible question of an accordion or a marked-up FAQ."""
    if tag.name in _NO_LABELS or tag.find(HEADINGS) or tag.find(class_=_BODY):
        return False
    if tag.name == "button":
        return tag.has_attr("aria-expanded") or tag.has_attr("aria-controls")
    if tag.get("itemprop") == "name":
        owner = tag.find_parent(itemscope=True)
        return owner is not None and str(owner.get("itemtype", "")).endswith("schema.org/Question")
    named = _LABEL.search(classes(tag)) or ("?" in tag.get_text() and _TITLE.search(classes(tag)))
    return bool(named) and len(tag.get_text()) < LONGEST_LABEL and not tag.find("a", href=True)
