"""DOM nodes from tags, attributes and texts. Text is only ever set as text, never as HTML.

Markdown is the one exception. HTML inside it is shown as the text it is, an image as its
description, and what `marked` makes of the rest goes through DOMPurify: no media, forms or styles
survive, so an answer can neither run anything nor call another host; links open apart and tell
nothing of this page.
"""

import js
from pyscript import document, ffi
from pyscript.js_modules import dompurify, marked

SVG = "http://www.w3.org/2000/svg"
BAR = 100
TAGS = (
    "p br hr em strong del code pre blockquote ul ol li a h1 h2 h3 h4 h5 h6 "
    "table thead tbody tr th td"
)

_ALLOWED = ffi.to_js(
    {
        "RETURN_DOM_FRAGMENT": True,
        "ALLOWED_TAGS": TAGS.split(" "),
        "ALLOWED_ATTR": ["href", "title", "start", "lang", "dir"],
    }
)


def _open_apart(node: object, _data: object, _config: object) -> None:
    if node.nodeName == "A":
        _harmless(node)


def _harmless(link: object) -> None:
    link.setAttribute("target", "_blank")
    link.setAttribute("rel", "noopener noreferrer nofollow")


def _as_text(token: object, *_rest: object) -> str:
    return token.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


dompurify.default.addHook("afterSanitizeAttributes", _open_apart)
_renderer = js.Object.new()
_renderer.html = _as_text
_renderer.image = _as_text
_extension = js.Object.new()
_extension.renderer = _renderer
marked.use(_extension)


def element(tag: str, *children: object, **attributes: object) -> object:
    """An element with these children (nodes or texts; None is left out) and attributes.

    `_class` is written for class, `data_do` for data-do; an attribute that is None is left out.
    """
    return _fill(document.createElement(tag), children, attributes)


def drawing(tag: str, *children: object, **attributes: object) -> object:
    """The same for SVG."""
    return _fill(document.createElementNS(SVG, tag), children, attributes)


def _fill(node: object, children: tuple, attributes: dict) -> object:
    for name, value in attributes.items():
        if value is not None:
            node.setAttribute(name.lstrip("_").replace("_", "-"), str(value))
    for child in children:
        if child is not None:
            node.append(child)
    return node


def markdown(text: str) -> object:
    """A fragment of harmless nodes."""
    return dompurify.default.sanitize(marked.parse(text), _ALLOWED)


def link(url: str, words: str) -> object:
    """A link that opens apart, or plain words when the address is not one of the web."""
    if not url or not url.startswith(("https://", "http://")):
        return element("span", words)
    node = element("a", words, href=url)
    _harmless(node)
    return node


def bar(share: float, name: str) -> object:
    """A horizontal bar, `share` of its width filled. Its meaning must stand beside it in words."""
    width = max(0.0, min(1.0, share)) * BAR
    return drawing(
        "svg",
        drawing("rect", _class="track", width=BAR, height=4, rx=2),
        drawing("rect", _class="level", width=f"{width:.1f}", height=4, rx=2),
        _class="bar " + name,
        viewBox=f"0 0 {BAR} 4",
        preserveAspectRatio="none",
        aria_hidden="true",
    )
