"""HTML elements → Markdown blocks.

The one way every answer takes: Markdown and reStructuredText pages are made HTML first, so that a
list, a table, a link or an image is handled in a single place. Nothing but Markdown comes out:
scripts, forms and raw HTML do not pass.

A picture is never embedded, since a page that shows it would call another host: inside a sentence
its description stands in brackets; alone it becomes a link if its address is absolute, for the
place of a file tells little about where a site keeps its pictures.
"""

import re
from collections.abc import Callable, Iterable

from bs4 import Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from arenalab.importers.escape import code_block, code_span, escape_line_starts, escape_text

BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hgroup", "hr", "html", "li", "main", "nav", "ol", "p", "pre",
    "search", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
    "ul",
))  # fmt: skip
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_CODE = frozenset(("code", "tt", "samp", "var"))
_MARKS = {
    **dict.fromkeys(("strong", "b"), ("**", "**")),
    **dict.fromkeys(("em", "i", "cite", "dfn"), ("*", "*")),
    **dict.fromkeys(("del", "s", "strike"), ("~~", "~~")),
    "q": ("“", "”"),
}
_LANGUAGE = re.compile(r"^(?:language|lang|highlight|brush)[-:]\s*([\w+#.-]+)$")
_NO_LANGUAGE = frozenset(("default", "none", "text", "notranslate", "plaintext", "source"))
_LIST_ITEM = re.compile(r"(- |\d+\. )")
_TITLE = re.compile(r"(^|-)(title|heading)$")
_ADMONITION = re.compile(r"\b(admonition|alert|callout|custom-block)\b")


class Prose:
    """Writes elements as Markdown; `follow` turns a link's target into an address or ""."""

    def __init__(self, follow: Callable[[str], str]) -> None:
        self._follow = follow

    def blocks(self, nodes: Iterable[PageElement]) -> list[str]:
        """Return the Markdown blocks of `nodes`; inline neighbours form one paragraph."""
        blocks: list[str] = []
        line: list[PageElement] = []
        for node in nodes:
            if isinstance(node, Tag) and (node.name in BLOCKS or _holds_blocks(node)):
                blocks += self._paragraph(line)
                line = []
                blocks += self._block(node)
            else:
                line.append(node)
        return [*blocks, *self._paragraph(line)]

    def text(self, nodes: Iterable[PageElement]) -> str:
        """Return the Markdown of `nodes` as one text."""
        return "\n\n".join(self.blocks(nodes))

    def inline(self, nodes: Iterable[PageElement]) -> str:
        """Return the Markdown of inline `nodes`: white space collapsed, ``<br>`` a hard break."""
        text = ""
        for node in nodes:
            piece = self._inline(node)
            if piece[:1] == " " and (not text or text[-1] in " \n"):
                piece = piece[1:]
            if piece.startswith("  \n"):
                text = text.rstrip(" ")
            text += piece
        return text

    def _paragraph(self, nodes: list[PageElement]) -> list[str]:
        images = [n for n in nodes if isinstance(n, Tag)]
        if images and not "".join(n.get_text() for n in nodes).strip():
            found = [image for n in images for image in ([n] if n.name == "img" else n("img"))]
            return [line for image in found if (line := self._picture(image))]
        text = self.inline(nodes).strip()
        return [escape_line_starts(text)] if text else []

    def _block(self, tag: Tag) -> list[str]:
        match tag.name:
            case "pre":
                return (
                    [code_block(tag.get_text(), _language(tag))] if tag.get_text().strip() else []
                )
            case "ul" | "ol":
                return self._list(tag)
            case "table":
                return self._table(tag)
            case "dl":
                return self._definitions(tag)
            case "blockquote":
                return _quote(self.text(tag.children))
            case "hr":
                return []
            case "summary" | "figcaption" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                return self._label(tag)
        if _ADMONITION.search(classes(tag)):
            return self._admonition(tag)
        blocks = self.blocks(tag.children)
        # A footnote's number is a block of its own in HTML.
        return [" ".join(blocks)] if "footnote" in classes(tag).split() else blocks

    def _label(self, tag: Tag) -> list[str]:
        mark = "*" if tag.name == "figcaption" else "**"
        text = re.sub(r"\*\*|\s*\n\s*", " ", self.inline(tag.children)).strip()
        return [f"{mark}{' '.join(text.split())}{mark}"] if text else []

    def _list(self, tag: Tag) -> list[str]:
        start = str(tag.get("start", "1"))
        number = int(start) if start.isascii() and start.isdigit() and len(start) < 9 else 1
        items: list[tuple[str, bool]] = []
        for item in tag.children:
            # A child that is no <li> is an error of the page, not a reason to lose its text.
            blocks = self.blocks(
                item.children if isinstance(item, Tag) and item.name == "li" else [item]
            )
            if not blocks:
                continue
            mark = f"{number}. " if tag.name == "ol" else "- "
            number += 1
            tight = all(_LIST_ITEM.match(block) for block in blocks[1:])
            body = ("\n" if tight else "\n\n").join(blocks)
            items.append((mark + _indent(body, len(mark)), tight))
        loose = any(not tight for _, tight in items)
        return [("\n\n" if loose else "\n").join(text for text, _ in items)] if items else []

    def _definitions(self, tag: Tag) -> list[str]:
        blocks = []
        for part in tag.find_all(("dt", "dd")):
            if part.find_parent("dl") is not tag:
                continue
            if part.name == "dt":
                blocks += [f"**{text}**" for text in [self.inline(part.children).strip()] if text]
            else:
                blocks += self.blocks(part.children)
        return blocks

    def _table(self, tag: Tag) -> list[str]:
        """Return a pipe table; a table that only arranges pictures or text becomes paragraphs."""
        rows = [
            [self._cell(cell) for cell in row.find_all(("td", "th"), recursive=False)]
            for row in tag.find_all("tr")
            if row.find_parent("table") is tag
        ]
        rows = [row for row in rows if any(row)]
        width = max((len(row) for row in rows), default=0)
        caption = [
            block for c in tag.find_all("caption", limit=1) for block in self.blocks(c.children)
        ]
        if width < 2 or (len(rows) < 2 and not tag.find("th")):
            return [*caption, *(cell for row in rows for cell in row if cell)]
        head, *body = [row + [""] * (width - len(row)) for row in rows]
        lines = [head, ["---"] * width, *body]
        return [*caption, "\n".join(f"| {' | '.join(row)} |" for row in lines)]

    def _cell(self, cell: Tag) -> str:
        """Return a cell as one line: code blocks as code spans, list items behind dots."""
        lines = []
        for block in self.blocks(cell.children):
            if block.startswith("```"):
                block = code_span(block.partition("\n")[2].rpartition("\n")[0])
            lines.append(re.sub(r"\s*\n\s*", " ", re.sub(r"(?m)^\s*- ", "• ", block)))
        return " ".join(lines).replace("|", "\\|").strip()

    def _admonition(self, tag: Tag) -> list[str]:
        """Return a box such as a note or a warning as a quotation that begins with its title."""
        title = tag.find(class_=_TITLE)
        if not isinstance(title, Tag) or not title.get_text().strip():
            return _quote(self.text(tag.children))
        label = " ".join(title.extract().get_text().split()).rstrip(":")
        first, *rest = self.blocks(tag.children) or [""]
        if _LIST_ITEM.match(first) or first[:1] in ("`", ">", "|"):
            first, rest = "", [first, *rest]
        return _quote("\n\n".join([f"**{escape_text(label)}:** {first}".rstrip(), *rest]))

    def _inline(self, node: PageElement) -> str:
        if isinstance(node, NavigableString):
            # A comment, a doctype and the like show nothing.
            hidden = isinstance(node, PreformattedString)
            return "" if hidden else escape_text(re.sub(r"\s+", " ", node))
        if not isinstance(node, Tag):
            return ""
        if node.name in _CODE or (node.name == "span" and "literal" in classes(node).split()):
            return code_span(node.get_text())
        if node.name in _MARKS:
            return _wrap(self.inline(node.children), *_MARKS[node.name])
        match node.name:
            case "br":
                return "  \n"
            case "a":
                return self._link(node)
            case "img":
                return f"({escape_text(alt)})" if (alt := _alt(node)) else ""
        return self.inline(node.children)

    def _link(self, tag: Tag) -> str:
        text = self.inline(tag.children)
        if not text.strip():
            return text
        if str(tag.get("role", "")).startswith("doc-"):  # to a footnote and back
            return text
        target = self._follow(str(tag.get("href", "")))
        if not target:
            return text
        bare = tag.get_text().strip()
        if target == bare and "](" not in text:
            return f"<{target}>"
        return _wrap(re.sub(r"\s*\n\s*", " ", text), "[", f"]({target})")

    def _picture(self, tag: Tag) -> str:
        source, alt = str(tag.get("src", "")), _alt(tag)
        target = self._follow(source) if re.match("https?://|//", source) else ""
        return f"[Image: {escape_text(alt)}]({target})" if target and alt else ""


def _holds_blocks(tag: Tag) -> bool:
    """Tell whether an inline element wraps blocks, as ``<a><div>…`` and ``<span><p>…`` do."""
    return tag.find(lambda inner: inner.name in BLOCKS) is not None


def _wrap(text: str, before: str, after: str) -> str:
    """Return `text` between marks, its outer spaces outside them."""
    body = text.strip()
    if not body:
        return text
    lead = text[: len(text) - len(text.lstrip())]
    return f"{lead}{before}{body}{after}{text[len(text.rstrip()) :]}"


def _indent(text: str, width: int) -> str:
    return text.replace("\n", "\n" + " " * width).replace("\n" + " " * width + "\n", "\n\n")


def _quote(text: str) -> list[str]:
    return ["\n".join(f"> {line}".rstrip() for line in text.split("\n"))] if text else []


def classes(tag: Tag) -> str:
    """Return the class names of an element, parted by spaces."""
    value = tag.get("class") or ()
    return value if isinstance(value, str) else " ".join(value)


def _alt(tag: Tag) -> str:
    return " ".join(str(tag.get("alt", "")).split())


def _language(tag: Tag) -> str:
    """Return the language of a code block, from the classes of it, its child or what wraps it."""
    around = [tag, *tag.find_all("code", limit=1), *list(tag.parents)[:2]]
    for element in around:
        names = classes(element).split()
        if names[:1] == ["code"] and len(names) > 1:  # docutils: class="code python literal-block"
            names.append(f"language-{names[1]}")
        for name in names:
            found = _LANGUAGE.match(name)
            if found and found[1] not in _NO_LANGUAGE:
                return found[1]
    return ""
