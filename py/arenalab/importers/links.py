"""Addresses: where a page stands, where its links lead, and which links are never kept.

A link is followed from the address of its page, as a browser does (RFC 3986, section 5). Where
that address is not known a relative link would lead somewhere else, so only its text is kept.
Links that run code (`javascript:`, `vbscript:`) or carry a document (`data:`) are removed.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote, urljoin

from arenalab.errors import SourceError, shorten
from arenalab.importers.report import Notebook

UNSAFE_SCHEMES = frozenset({"javascript", "data", "vbscript"})
KEPT_SCHEMES = frozenset({"http", "https", "mailto", "tel", "ftp", "sms", "irc", "xmpp", "magnet"})

# A browser drops these before it looks for the scheme (WHATWG URL standard, section 4.4).
_DROPPED = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\ufeff]")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_PLACE = re.compile(r"\{(\w+)\}")
_OWN_ADDRESS = ("canonical", "canonical_url", "source_url", "source", "url", "permalink")

# Whatever might become a link: "](x", "]: x", "<x:", href=x, src=x. Deliberately wider than
# Markdown's grammar, and applied inside code too: a renderer may read the text differently. Only
# what a backslash makes plain text everywhere is passed over.
_TARGET = re.compile(
    r"(?<!\\)(?P<lead>(?:\\\\)*(?:\]\(\s*<?|\]:\s*<?|<(?=[a-z][a-z0-9+.-]*:)"
    r"|<[a-z][^<>]*?\b(?:href|src)\s*=\s*[\"']?))(?P<target>[^>)\"'\n]{1,2000})",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"(?P<image>!?)\[(?P<label>(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\]"
    r"\(\s*(?P<target><[^<>\n]*>|[^\s()<>]*(?:\([^\s()]*\)[^\s()]*)*)"
    r"(?P<title>\s+[\"'(][^\n]*?)?\s*\)"
)
_DEFINITION = re.compile(
    r"^(?P<head> {0,3}\[(?:[^\\\]\n]|\\.)+\]:\s*)(?P<target>\S+)", re.MULTILINE
)
_CODE = re.compile(
    r"(?s)(?:^|\n)(```+|~~~+)[^\n`]*\n.*?(?:\n\1|\Z)|(?<!`)(`+)(?!`)[^\n]*?(?<!`)\2(?!`)"
)


def scheme(address: str) -> str:
    """Return the scheme a browser would see in `address`, lower case; "" for a relative one."""
    found = _SCHEME.match(_DROPPED.sub("", html.unescape(address)))
    return found[1].lower() if found else ""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the page behind a file is read: `page` is absolute, or the file's own name."""

    page: str
    file: str
    notes: Notebook

    def at(self, anchor: str) -> str:
        """Return the address of `anchor` in this page; of the page itself for ""."""
        base = self.page.partition("#")[0]
        return f"{base}#{quote(anchor, safe=_FRAGMENT_SAFE)}" if anchor else self.page

    def follow(self, target: str) -> str:
        """Return where a link in this page leads, or "" when it must not or cannot be kept."""
        target = html.unescape(target).strip()
        kind = scheme(target)
        if kind in UNSAFE_SCHEMES:
            self.notes.add("unsafe-link", f"removed {shorten(target)}", self.file)
            return ""
        if not target or (kind and kind not in KEPT_SCHEMES):
            return ""
        if not kind and not scheme(self.page):
            if not target.startswith("#"):
                message = f"{shorten(target)} is kept as text; give the page's address as base_url"
                self.notes.add("relative-link", message, self.file)
            return ""
        try:
            return _quoted(urljoin(self.page, target))
        except ValueError:  # such as the unclosed "[" of an IPv6 host
            return ""

    def rewrite(self, markdown: str) -> str:
        """Return a Markdown text with its links followed; those that lead nowhere become text."""
        if "](" not in markdown and ":" not in markdown:
            return markdown
        markdown = _TARGET.sub(self._disarm, markdown)
        parts, end = [], 0
        for code in _CODE.finditer(markdown):
            parts += [self._follow_all(markdown[end : code.start()]), code[0]]
            end = code.end()
        return "".join([*parts, self._follow_all(markdown[end:])])

    def _disarm(self, found: re.Match[str]) -> str:
        if scheme(found["target"]) not in UNSAFE_SCHEMES:
            return found[0]
        self.notes.add("unsafe-link", f"removed {shorten(found['target'])}", self.file)
        return found["lead"]

    def _follow_all(self, text: str) -> str:
        def link(found: re.Match[str]) -> str:
            target = self.follow(found["target"].strip("<>"))
            if not target:
                return found["label"]
            return f"{found['image']}[{found['label']}]({target}{found['title'] or ''})"

        def definition(found: re.Match[str]) -> str:
            return found["head"] + (self.follow(found["target"].strip("<>")) or "#")

        return _DEFINITION.sub(definition, _LINK.sub(link, text))


def page_address(
    file: str, base_url: str | None, fields: Mapping[str, str], notes: Notebook
) -> Address:
    """Return the address of the page behind `file`.

    `base_url` is the address of the page; or, ending in "/", of the folder it stands in; or a
    pattern such as ``https://site.example/help/{id}``, where ``{path}`` is the file name without
    its ending, ``{stem}`` the last part of that, ``{name}`` the whole name, and any other word a
    field of the page's front matter. Without it, a page that states its own address is believed.

    Raises SourceError when `base_url` is not an http or https address.
    """
    if not base_url:
        own = next((fields[key] for key in _OWN_ADDRESS if key in fields), "")
        return Address(own if scheme(own) in ("http", "https") else quote(file), file, notes)
    if scheme(base_url) not in ("http", "https"):
        raise SourceError(
            f"base_url is {shorten(base_url)}; give an address that begins with https://"
        )
    path = PurePosixPath(file)
    stem = path.name.removesuffix(path.suffix)
    values = {**fields, "name": file, "path": file.removesuffix(path.suffix), "stem": stem}
    page, places = _PLACE.subn(lambda found: quote(values.get(found[1], "")), base_url)
    folder = base_url.endswith("/") and not places
    return Address(page + quote(file) if folder else page, file, notes)


_FRAGMENT_SAFE = "!$&'()*+,;=:@/?-._~%"


def _quoted(address: str) -> str:
    """Return `address` so that it ends a Markdown link only where it should."""
    return re.sub(r"[\s<>()\\\"`\x00-\x1f]", lambda found: quote(found[0]), address)
