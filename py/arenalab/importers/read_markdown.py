"""Markdown → HTML → pairs.

CommonMark with GitHub's tables, after front matter, template code and site dialects are dealt with.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from arenalab.importers.dialects import to_commonmark
from arenalab.importers.draft import Collector, Origin
from arenalab.importers.frontmatter import FrontMatter, split
from arenalab.importers.labels import Labels
from arenalab.importers.naming import heading_slug
from arenalab.importers.page import About
from arenalab.importers.read_html import read_markup
from arenalab.importers.template import strip_markdown

_EXPLICIT_ID = re.compile(r"\s*\{#([\w:.-]+)\}\s*$")


def read(text: str, origin: Origin, out: Collector) -> None:
    """Collect the questions and answers of a Markdown page."""
    front, text = split(text)
    if front.texts.get("draft", "").lower() in ("true", "yes"):
        out.notes.add("draft", "the page is marked as a draft", origin.file)
        return
    text, removed = strip_markdown(text)
    if removed:
        out.notes.add("template", f"removed {removed:,} pieces of template code", origin.file)
    read_markup(to_html(text, origin.labels), about(front), front.texts, origin, out)


def to_html(text: str, labels: Labels) -> str:
    """Return Markdown as HTML, each heading with its anchor.

    An anchor that the author gave is the heading's ``id``; the one that GitHub would give stands in
    ``data-slug``, since other sites give others.
    """
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": 60})
    # Links are judged in one place, `links`, where a note is written.
    setattr(parser, "validateLink", lambda url: True)  # noqa: B010, ARG005
    tokens: Sequence[Token] = parser.enable(["table", "strikethrough"]).parse(
        to_commonmark(text, labels)
    )
    taken: dict[str, int] = {}
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open" or not inline.children:
            continue
        last = inline.children[-1]
        if last.type == "text" and (found := _EXPLICIT_ID.search(last.content)):
            last.content = last.content[: found.start()]
            opening.attrSet("id", found[1])
        words = "".join(
            child.content for child in inline.children if child.type in ("text", "code_inline")
        )
        opening.attrSet("data-slug", heading_slug(words.strip(), taken))
    return str(parser.renderer.render(tokens, parser.options, {}))


def about(front: FrontMatter) -> About:
    """Return what front matter says of its page."""
    texts = front.texts
    return About(
        title=texts.get("title", "").strip(),
        lang=texts.get("lang") or texts.get("language") or texts.get("locale"),
        license=texts.get("license"),
        tags=front.all("tags", "keywords", "category", "categories"),
        alternates=front.all("alternates", "aka"),
    )
