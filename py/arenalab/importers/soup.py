"""HTML text → a clean element tree, and what the page says about itself.

Beautiful Soup over the parser of the standard library, so that it runs in a browser tab. What is
not the page's own text is taken out: scripts, forms, navigation, site header and footer.
"""

import itertools
import re
import warnings
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.builder import ParserRejectedMarkup

from arenalab.errors import SourceError
from arenalab.importers.prose import BLOCKS, HEADINGS, classes

# Deeper elements become plain text: no page needs them, and what walks the tree recurses.
DEEPEST = 80

_FURNITURE = (
    "script", "style", "template", "noscript", "iframe", "object", "svg", "canvas", "audio",
    "video", "select", "textarea", "input", "nav", "footer", "head",
)  # fmt: skip
_FURNITURE_ROLES = ("navigation", "search", "banner", "contentinfo", "complementary", "menu")
_FURNITURE_CLASSES = re.compile(
    r"(^| )(headerlink|header-anchor|anchor-link|toc|table-of-contents|contents|breadcrumbs?"
    r"|sphinxsidebar|sidebar|related|cookie-\S*|skip-link|edit-link|system-messages?)( |$)"
)
# Which open elements a start tag closes, and inside which elements that is looked for.
_CELLS, _TABLE = ("td", "th"), ("table",)
_CLOSES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    **dict.fromkeys(BLOCKS - {"li", "dd", "dt", "summary"}, (("p",), ("table", *_CELLS, "button"))),
    "li": (("li", "p"), ("ul", "ol")),
    **dict.fromkeys(("dd", "dt"), (("dd", "dt", "p"), ("dl",))),
    "tr": (("tr", *_CELLS), _TABLE),
    **dict.fromkeys(_CELLS, (_CELLS, ("tr", *_TABLE))),
    **dict.fromkeys(
        ("tbody", "thead", "tfoot"), (("tbody", "thead", "tfoot", "tr", *_CELLS), _TABLE)
    ),
}
_MAIN = ("main", "[role=main]", "article", "#content", "#main", ".content", "body")


class _Tree(BeautifulSoup):
    """Closes the elements whose end tag HTML lets a page leave out.

    See "optional tags" in the HTML standard (13.1.2.4); the parser of the standard library would
    put each list item into the one before.
    """

    def handle_starttag(self, name: str, *rest: Any, **more: Any) -> Tag | None:  # noqa: ANN401
        """Open an element; overrides Beautiful Soup."""
        closed, within = _CLOSES.get(name, ((), ()))
        while closed:
            inside = itertools.takewhile(
                lambda tag: tag.name not in within, self.tagStack[:-DEEPEST:-1]
            )
            last = next((tag.name for tag in inside if tag.name in closed), None)
            if last is None:
                break
            self.handle_endtag(last)
        return super().handle_starttag(name, *rest, **more)


@dataclass(frozen=True, slots=True)
class Soup:
    """A cleaned page: the element its text is in, and what it says about itself."""

    main: Tag
    title: str
    lang: str | None
    canonical: str | None
    flattened: int  # elements nested too deeply, kept as plain text
    json_ld: tuple[str, ...]  # what it states for search engines


def parse(markup: str, file: str) -> Soup:
    """Return the cleaned page. Raises SourceError when the markup cannot be read at all."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "looks like a file name", "looks like XML": it is a page
        try:
            tree = _Tree(markup, "html.parser")
        except (ParserRejectedMarkup, AssertionError, ValueError) as error:
            raise SourceError(
                f"{file} cannot be read as HTML: {error}; check its markup",
                key="markup",
                name=file,
            ) from error
    title = " ".join(tree.title.get_text().split()) if tree.title else ""
    html = tree.find("html")
    lang = str(html.get("lang") or "").strip() or None if isinstance(html, Tag) else None
    link = tree.find("link", rel="canonical", href=True)
    canonical = str(link["href"]) if isinstance(link, Tag) else None
    scripts = tree.find_all("script", type="application/ld+json")
    json_ld = tuple(script.get_text() for script in scripts)
    flattened = _flatten(tree)
    main = _main(tree)
    _clean(main)
    return Soup(main, title, lang, canonical, flattened, json_ld)


def _main(tree: BeautifulSoup) -> Tag:
    """Return the element that holds the page's own text: the first that names itself so."""
    for selector in _MAIN:
        found = tree.select(selector, limit=2)
        # Several articles are a list of them, so the text is around them all.
        if len(found) == 1 and found[0].get_text(strip=True):
            return found[0]
    return tree


def _clean(main: Tag) -> None:
    for tag in main.find_all(_FURNITURE):
        tag.decompose()
    for tag in main.find_all("button"):
        # The label of an accordion is a button; "Copy" and "Subscribe" are none of the text.
        folds = tag.has_attr("aria-expanded") or tag.has_attr("aria-controls")
        if not folds and not tag.find_parent((*HEADINGS, "summary")):
            tag.decompose()
    for heading in main.find_all(HEADINGS):
        for line_break in heading.find_all("br"):
            line_break.replace_with(" ")
    for tag in main.find_all(True):
        if tag.decomposed or tag is main:
            continue
        names = classes(tag)
        role = str(tag.get("role", ""))
        listed = _FURNITURE_CLASSES.search(names) and not _has_headings(tag)
        bare = tag.name in ("aside", "header") and not names and not _has_headings(tag)
        if role in _FURNITURE_ROLES or listed or bare:
            tag.decompose()


def _has_headings(tag: Tag) -> bool:
    """Tell whether an element holds headings, and so more than a list of links."""
    return tag.name not in ("a", "span") and tag.find(HEADINGS) is not None


def _flatten(tree: BeautifulSoup) -> int:
    """Make plain text of what is nested deeper than `DEEPEST`; return how many elements."""
    depths = {id(tree): 0}
    deep = []
    for node in tree.descendants:
        if isinstance(node, Tag) and (parent := node.parent) is not None:
            depth = depths[id(node)] = depths.get(id(parent), 0) + 1
            if depth == DEEPEST:
                deep.append(node)
    for node in deep:
        node.string = node.get_text()
    return len(deep)
