"""A help page as importers see it: what it says about itself, and its text, part by part."""

from collections.abc import Iterator
from dataclasses import dataclass, field

LEAD = 0  # the level of what stands before the first heading
ITEM = 7  # the level of a question that is no heading: below every heading


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, or a question marked in another way, with the text up to the next part.

    `level` is 1 to 6 for a heading, else `LEAD` or `ITEM`. `heading` is plain text, `body`
    Markdown. `links` counts the links in the body if it is hardly more than links, else it is 0.
    `also` are other ways to ask for this part.
    """

    level: int
    heading: str
    anchor: str
    body: str
    links: int = 0
    also: tuple[str, ...] = ()

    @property
    def is_item(self) -> bool:
        """Whether the page marks this as a question (``<details>``, ``<dt>``, "Q:" and so on)."""
        return self.level == ITEM


@dataclass(frozen=True, slots=True)
class About:
    """What a page says about itself, in its head or its front matter."""

    title: str = ""
    lang: str | None = None
    license: str | None = None
    tags: tuple[str, ...] = ()
    alternates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page and its parts, in the order in which they are read; the first is the lead."""

    about: About
    parts: tuple[Part, ...]


@dataclass(slots=True)
class Node:
    """A part with the parts below it."""

    part: Part
    above: "Node | None" = None
    below: list["Node"] = field(default_factory=list)

    def headings_above(self) -> list[str]:
        """Return the headings this part stands under, outermost first; not the page's title."""
        if self.above is None or self.above.part.level == LEAD:
            return []
        return [*self.above.headings_above(), self.above.part.heading]

    def walk(self) -> Iterator["Node"]:
        """Yield this node and every node below it, in reading order."""
        yield self
        for node in self.below:
            yield from node.walk()


def tree(page: Page) -> Node:
    """Return the parts of a page as a tree whose root is the lead."""
    root = at = Node(page.parts[0])
    for part in page.parts[1:]:
        while at.above is not None and at.part.level >= part.level:
            at = at.above
        node = Node(part, at)
        at.below.append(node)
        at = node
    return root
