"""An element tree → the parts of a page.

What encloses a part may be nested in any way, so the walk goes down exactly where a part begins
further down; everything else is text of the part before.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from bs4 import Tag
from bs4.element import PageElement

from arenalab.importers.asking import asks, tidy_heading
from arenalab.importers.marks import (
    A_MARK,
    CLOSED,
    Q_MARK,
    Mark,
    bold_question,
    letters,
    mark,
    own_anchor,
)
from arenalab.importers.page import ITEM, LEAD, Part
from arenalab.importers.prose import Prose

# From here on a text is a list of links.
LINK_SHARE = 0.85


@dataclass(slots=True)
class _Open:
    """A part while its text is being gathered."""

    level: int
    heading: str
    anchor: str
    q_and_a: bool = False
    blocks: list[str] = field(default_factory=list)
    links: int = 0
    letters: int = 0
    linked_letters: int = 0

    def add(self, nodes: Iterable[PageElement], prose: Prose) -> None:
        """Add the text of `nodes`, and count how much of it is links."""
        nodes = list(nodes)
        for node in nodes:
            self.letters += letters(node)
            if isinstance(node, Tag):
                links = [node] if node.name == "a" else node.find_all("a")
                self.links += len(links)
                self.linked_letters += sum(_linked_letters(link, node) for link in links)
        self.blocks += prose.blocks(nodes)

    def close(self) -> Part:
        """Return the part, the "A:" before its answer taken off."""
        body = "\n\n".join(self.blocks)
        if self.q_and_a and (found := A_MARK.match(body)):
            body = ("**" if found[1] and not found[2] else "") + body[found.end() :]
        mostly_links = self.linked_letters > LINK_SHARE * self.letters
        return Part(self.level, self.heading, self.anchor, body, self.links if mostly_links else 0)


def _linked_letters(link: Tag, inside: Tag) -> int:
    """Return the letters of a link; an empty one covers what it lies over, as in a tile."""
    return letters(link) or (letters(link.parent) if link.parent and link is not inside else 0)


class Outline:
    """Walks one page. `faq`: the page's title says that it is a list of questions."""

    def __init__(self, prose: Prose, *, faq: bool) -> None:
        self._prose = prose
        self._faq = faq
        self._parts = [_Open(LEAD, "", "")]
        self._current = self._parts[0]
        self._marks: dict[int, Mark] = {}
        self._on_the_way: set[int] = set()
        self._anchor = ""

    def parts(self, main: Tag) -> tuple[Part, ...]:
        """Return the parts of the page whose text is in `main`, the lead first."""
        for tag in main.find_all(True):
            kind = mark(tag, faq=self._faq)
            # A part that ends with its element holds no others.
            if kind and not any(self._marks.get(id(up)) in CLOSED for up in tag.parents):
                self._marks[id(tag)] = kind
                self._on_the_way.update(id(up) for up in tag.parents)
        self._walk(main)
        return tuple(part.close() for part in self._parts)

    def _walk(self, container: Tag) -> None:
        run: list[PageElement] = []
        for child in list(container.children):
            kind = self._marks.get(id(child), "")
            enters = bool(kind) or id(child) in self._on_the_way
            if kind in ("bold", "li") and self._inside_answer():
                enters = False  # a question in bold below a heading that asks is part of its answer
            if enters and isinstance(child, Tag):
                self._flush(run)
                run = []
                self._enter(child, kind)
                self._anchor = ""
            else:
                run.append(child)
        self._flush(run)

    def _inside_answer(self) -> bool:
        return LEAD < self._current.level < ITEM and asks(self._current.heading)

    def _enter(self, tag: Tag, kind: Mark) -> None:
        match kind:
            case "heading":
                self._begin(int(tag.name[1]), tag.get_text(), self._anchor_of(tag))
            case "label":
                self._begin(ITEM, tag.get_text(), self._anchor_of(tag))
            case "details":
                self._details(tag)
            case "dl":
                self._definitions(tag)
            case "q":
                self._question(tag)
            case "bold" | "li":
                self._bold(tag, kind)
            case "":
                self._walk(tag)

    def _begin(self, level: int, heading: str, anchor: str) -> _Open:
        self._current = _Open(level, tidy_heading(heading), anchor)
        self._parts.append(self._current)
        return self._current

    def _closed(self, heading: str, anchor: str, nodes: Iterable[PageElement]) -> None:
        """Add a part that ends with its element; what follows goes on with the part before."""
        before = self._current
        self._begin(ITEM, heading, anchor).add(nodes, self._prose)
        self._current = before

    def _details(self, tag: Tag) -> None:
        summary = tag.find("summary")
        assert isinstance(summary, Tag), "marked as details with a summary"
        anchor = str(tag.get("id") or "") or self._anchor_of(summary)
        self._closed(summary.extract().get_text(), anchor, tag.children)

    def _definitions(self, tag: Tag) -> None:
        """Add a part for each term; terms that share a description are one question."""
        terms: list[Tag] = []
        texts: list[PageElement] = []
        for part in tag.find_all(("dt", "dd")):
            if part.find_parent("dl") is not tag:
                continue
            if part.name == "dt":
                if texts:
                    self._term(terms, texts)
                    terms, texts = [], []
                terms.append(part)
            else:
                texts += part.children
        if terms:
            self._term(terms, texts)

    def _term(self, terms: list[Tag], texts: list[PageElement]) -> None:
        heading = " / ".join(term.get_text().strip() for term in terms)
        if terms:
            self._closed(heading, self._anchor_of(terms[0]), texts)

    def _question(self, tag: Tag) -> None:
        """Begin a part at a "Q:" paragraph, which may hold the answer too."""
        for line_break in tag.find_all("br"):
            line_break.insert_before("\n")
        text = tag.get_text().strip()
        text = text[found.end() :] if (found := Q_MARK.match(text)) else text
        ends = A_MARK.search(text, 1)
        part = self._begin(ITEM, text[: ends.start()] if ends else text, self._anchor_of(tag))
        part.q_and_a = True
        markdown = self._prose.inline(tag.children)
        if ends and (answer := A_MARK.search(markdown, 1)):
            part.blocks.append(markdown[answer.start() :].strip())

    def _bold(self, tag: Tag, kind: Mark) -> None:
        strong = bold_question(tag)
        assert strong is not None, "marked as a question in bold"
        anchor = str(tag.get("id") or "") or self._anchor_of(strong)
        question = strong.extract().get_text()
        if kind == "li":
            self._closed(question, anchor, tag.children)
        else:
            self._begin(ITEM, question, anchor).add(tag.children, self._prose)

    def _flush(self, run: list[PageElement]) -> None:
        """Add text to the current part; remember an anchor that stands behind all of it."""
        self._current.add(run, self._prose)
        for node in reversed(run):
            if node.get_text().strip():
                self._anchor = ""
                return
            if isinstance(node, Tag) and (anchor := own_anchor(node)):
                self._anchor = anchor
                return

    def _anchor_of(self, tag: Tag) -> str:
        """Return the best anchor: the tag's own, one just before it, one of what it opens."""
        if anchor := own_anchor(tag) or self._anchor:
            return anchor
        for up in tag.parents:
            first = next((text for text in up.strings if re.search(r"\S", text)), None)
            if first is None or not any(holder is tag for holder in first.parents):
                break
            if identifier := up.get("id"):
                return str(identifier)
        # An anchor that the format gives by itself, such as GitHub's for Markdown.
        return str(tag.get("data-slug", ""))
