"""HTML → pairs. Markdown and reStructuredText pages come through here too, once they are HTML."""

import dataclasses
import re
from collections.abc import Mapping

from arenalab.importers.asking import is_faq_title, tidy_heading
from arenalab.importers.draft import Collector, Draft, Origin
from arenalab.importers.json_ld import questions
from arenalab.importers.links import Address, page_address
from arenalab.importers.naming import path_language
from arenalab.importers.page import LEAD, About, Page, Part
from arenalab.importers.pairs import Pairs
from arenalab.importers.pointers import resolve
from arenalab.importers.template import strip_html


def read(text: str, origin: Origin, out: Collector) -> None:
    """Collect the questions and answers of an HTML page."""
    text, removed = strip_html(text)
    if removed:
        out.notes.add("template", f"removed {removed:,} pieces of template code", origin.file)
    read_markup(text, About(), {}, origin, out)


def read_markup(
    markup: str, about: About, fields: Mapping[str, str], origin: Origin, out: Collector
) -> None:
    """Collect from HTML what a page in any format became.

    `about` is what the page said of itself outside the HTML; `fields` are the plain texts of its
    front matter, for `page_address`.
    """
    from arenalab.importers.marks import drop_contents
    from arenalab.importers.outline import Outline
    from arenalab.importers.prose import Prose
    from arenalab.importers.soup import parse

    soup = parse(markup, origin.file)
    if soup.flattened:
        out.notes.add("nested", f"{soup.flattened:,} elements are kept as plain text", origin.file)
    if contents := drop_contents(soup.main):
        message = f"left out {contents:,} table{'s' if contents > 1 else ''} of contents"
        out.notes.add("navigation", message, origin.file)
    if soup.canonical:
        fields = {"canonical": soup.canonical, **fields}
    address = page_address(origin.file, origin.base_url, fields, out.notes)
    outline = Outline(Prose(address.follow), faq=is_faq_title(about.title or soup.title))
    found = tuple(resolve(outline.parts(soup.main)))
    for part in found:
        for heading in part.also:
            message = f"now another way to ask “{part.heading}”"
            out.notes.add("pointer", message, origin.file, f"“{heading}”")
    parts, title, alternates = titled(found, about.title)
    about = dataclasses.replace(
        about,
        title=title or _first_of(soup.title),
        lang=about.lang or soup.lang or path_language(origin.file),
        alternates=(*about.alternates, *alternates),
    )
    Pairs(Page(about, parts), address, origin, out).collect()
    stated = (pair for script in soup.json_ld for pair in questions(script))
    for question, answer in stated:
        if not out.knows(question):
            text = to_markdown(answer, address)
            draft = Draft(
                question, text, url=address.at(""), title=about.title or None, lang=about.lang
            )
            out.add(draft, origin)


def titled(parts: tuple[Part, ...], given: str) -> tuple[tuple[Part, ...], str, tuple[str, ...]]:
    """Return the parts without the heading that is the page's title, the title, its other forms.

    That heading is the only one of the first level, and no heading stands before it; or it repeats
    the title. Its text goes to the lead. A title `given` in the page's head comes first, and the
    words of the heading are then another form of it.
    """
    lead, *rest = parts
    if not rest:
        return parts, given, ()
    first = rest[0]
    alone = first.level == 1 and sum(part.level == 1 for part in rest) == 1
    if not alone and first.heading.casefold() != given.casefold():
        return parts, given, ()
    body = "\n\n".join(filter(None, (lead.body, first.body)))
    # Text beside a list of links makes it more than a list of links.
    links = 0 if lead.body and first.body else lead.links or first.links
    parts = (Part(LEAD, "", "", body, links), *rest[1:])
    return parts, given or first.heading, (first.heading,) if given else ()


def _first_of(title: str) -> str:
    """Return the page's part of a ``<title>``: "Billing FAQ | Example Ltd" → "Billing FAQ"."""
    return tidy_heading(re.split(r"\s+[|–—·»:-]+\s+", title)[0])


def to_markdown(markup: str, address: Address) -> str:
    """Return an HTML text, such as a cell of a help desk's export, as Markdown."""
    from arenalab.importers.prose import Prose
    from arenalab.importers.soup import parse

    return Prose(address.follow).text(parse(markup, address.file).main.children)
