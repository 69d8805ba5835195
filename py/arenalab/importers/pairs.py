"""The parts of a page → questions with answers.

Two kinds of page. In a *FAQ* the headings ask, and the title says only what they are about. In an
*article*, as help centres have them, the title is the topic, so it is the first question, and a
heading is understood beside it: "Authentication options — Security key". Either way every part with
a text of its own becomes a question; a part that is short with all below it answers whole, a longer
one answers with its own text and the links to what is below.
"""

import re

from arenalab.importers import asking
from arenalab.importers.draft import Collector, Draft, Origin
from arenalab.importers.escape import escape_text
from arenalab.importers.links import Address
from arenalab.importers.naming import file_title
from arenalab.importers.page import Node, Page, Part, tree

# Up to here a part answers together with everything below it (about one screen of a phone).
WHOLE = 1_600
# Steps make sense only together; but numbered chapters of a long text are no steps.
LONGEST_PROCEDURE = 6_000


class Pairs:
    """Turns one page into drafts and hands them to a collector."""

    def __init__(self, page: Page, address: Address, origin: Origin, out: Collector) -> None:
        self._about = page.about
        self._address = address
        self._origin = origin
        self._out = out
        self._root = tree(page)
        self._topic = asking.topic(page.about.title)
        self._faq = is_faq(page)

    def collect(self) -> None:
        """Add every question of the page to the collector."""
        self._title()
        for node in self._root.walk():
            if _is_furniture(node):
                self._note("navigation", f"left out “{node.part.heading}”", node.part)
        self._below(self._root)

    def _title(self) -> None:
        """Add the question that the title is; a FAQ's own title asks nothing."""
        root, title = self._root, self._about.title
        if asking.is_faq_title(title) and not asking.asks(title):
            if root.part.body:
                message = f"left out {len(root.part.body):,} characters before the questions"
                self._note("introduction", message, root.part)
        elif root.part.links > 1 and not asking.asks(title):
            self._note("navigation", "left out the links below the title", root.part)
        elif title and (answer := self._answer(root)):
            self._add(title, (), answer, root)
        elif root.part.body:
            self._note("empty-question", "text before the first heading, and no title", root.part)

    def _part(self, node: Node) -> None:
        """Add the question of one part, then those of the parts below it."""
        part = node.part
        answer = self._answer(node)
        if _is_navigation(node):
            self._note("navigation", f"left out the links below “{part.heading}”", part)
        elif answer:
            self._add(*self._question(node), answer=answer, node=node)
        elif not node.below:
            self._note("empty-answer", "there is no text below this heading", part)
        self._below(node)

    def _below(self, node: Node) -> None:
        """Add the questions of the parts below; steps are part of the answer above."""
        if not _is_procedure(node):
            for below in _parts_below(node):
                self._part(below)

    def _answer(self, node: Node) -> str:
        """Return what answers the question of `node`; "" when only the parts below do."""
        own = _own(node)
        parts = _parts_below(node)
        if not parts:
            return own
        asks = asking.asks(node.part.heading)
        clear = all(
            below.part.is_item or asking.stands_alone(below.part.heading) for below in parts
        )
        if clear or (self._faq and not asks):
            return own  # a category: what is below are questions of their own
        whole = _whole(node)
        if len(whole) <= WHOLE or _is_procedure(node):
            return whole
        if not own and not asks and node is not self._root:
            return ""
        links = "\n".join(f"- {self._link(below.part)}" for below in parts)
        return f"{own}\n\n{links}" if own else links

    def _question(self, node: Node) -> tuple[str, tuple[str, ...]]:
        """Return how the part is asked, and the other ways to ask it."""
        heading = asking.without_number(node.part.heading)
        above = [asking.without_number(text) for text in node.headings_above()]
        if self._topic and not any(self._topic.casefold() in text.casefold() for text in above):
            above.insert(0, self._topic)
        # What the heading says anyway needs no saying before it.
        above = [text for text in above if text.casefold() not in heading.casefold()]
        chain = " — ".join([*above, heading])
        words = len(heading.split())
        clear = node.part.is_item or asking.stands_alone(heading)
        if (words > 2 or not above) and (clear or (self._faq and asking.asks(heading))):
            return heading, () if self._faq else (chain,)
        return chain, (heading,) if words > 1 else ()

    def _tags(self, node: Node) -> tuple[str, ...]:
        """Return the page's tags and, in a FAQ, the categories a question stands in."""
        above = node.headings_above() if self._faq else []
        return (*self._about.tags, *(text for text in above if not asking.asks(text)))

    def _link(self, part: Part) -> str:
        target = self._address.follow(f"#{part.anchor}") if part.anchor else ""
        text = escape_text(part.heading)
        return f"[{text}]({target})" if target else text

    def _add(self, question: str, headings: tuple[str, ...], answer: str, node: Node) -> None:
        draft = Draft(
            question=question,
            answer=answer,
            url=self._address.at(node.part.anchor),
            title=self._about.title or file_title(self._origin.file),
            alternates=self._about.alternates if node is self._root else node.part.also,
            headings=headings,
            tags=self._tags(node),
            lang=self._about.lang,
            license=self._about.license,
        )
        self._out.add(draft, self._origin)

    def _note(self, kind: str, message: str, part: Part) -> None:
        place = f"“{part.heading}”" if part.heading else "beginning"
        self._out.notes.add(kind, message, self._origin.file, place)


def is_faq(page: Page) -> bool:
    """Tell whether a page is a list of questions: by its title, or because most headings ask."""
    if asking.is_faq_title(page.about.title):
        return True
    parts = [part for part in page.parts[1:] if part.body and not asking.is_furniture(part.heading)]
    asked = sum(part.is_item or asking.stands_alone(part.heading) for part in parts)
    return asked >= 2 and asked * 2 >= len(parts)


def _is_furniture(node: Node) -> bool:
    return not node.part.is_item and asking.is_furniture(node.part.heading)


def _is_core(node: Node) -> bool:
    """Tell whether a part belongs to the text of the part above ("Steps")."""
    return not node.part.is_item and asking.is_core(node.part.heading)


def _parts_below(node: Node) -> list[Node]:
    """Return the parts below that are questions beside the one above, or lead to some."""
    return [below for below in node.below if not _is_furniture(below) and not _is_core(below)]


def _own(node: Node) -> str:
    """Return the text of a part, with that of the parts below which belong to it."""
    return _joined(node, [below for below in node.below if _is_core(below)])


def _whole(node: Node) -> str:
    """Return the text of a part and of all below it, furniture left out."""
    return _joined(node, [below for below in node.below if not _is_furniture(below)])


def _joined(node: Node, below: list[Node]) -> str:
    """Return the text of a part and of some parts below, their headings in bold."""
    texts = (
        f"**{escape_text(inner.part.heading)}**\n\n{text}"
        for inner in below
        if (text := _whole(inner))
    )
    return "\n\n".join(filter(None, (node.part.body, *texts)))


def _is_procedure(node: Node) -> bool:
    """Tell whether the parts below are the steps of one procedure."""
    steps = sum(asking.is_step(below.part.heading) for below in node.below)
    return steps >= 2 and steps * 2 > len(node.below) and len(_whole(node)) <= LONGEST_PROCEDURE


def _is_navigation(node: Node) -> bool:
    """Tell whether a part only lists links, or is a single link that could not be kept."""
    part = node.part
    if node.below or not part.links or asking.asks(part.heading):
        return False
    return part.links > 1 or part.body.startswith("- ") or not re.search(r"\]\(|<\w", part.body)
