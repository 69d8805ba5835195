"""DOM nodes from tags, attributes and texts. Text is only ever set as text, never as HTML.

Markdown is the one exception. HTML inside it is shown as the text it is, an image as its
description, and what `marked` makes of the rest goes through DOMPurify: no media, forms or styles
survive, so an answer can neither run anything nor call another host; links open apart and tell
nothing of this page.
"""

import js
from page.say import say
from pyscript import document, ffi
from pyscript.js_modules import dompurify, marked

SVG = "http://www.w3.org/2000/svg"
BAR = 100
TEXTS = 4  # NodeFilter.SHOW_TEXT
ICONS = {
    "up": "M7 11v9H4v-9zM7 11l4-7c1.5 0 2.5 1 2.5 2.5L13 10h5.2c1.3 0 2.2 1.2 1.9 2.4l-1.5 6"
    "A2 2 0 0 1 16.7 20H7",
    "down": "M17 13V4h3v9zM17 13l-4 7c-1.5 0-2.5-1-2.5-2.5L11 14H5.8c-1.3 0-2.2-1.2-1.9-2.4l1.5-6"
    "A2 2 0 0 1 7.3 4H17",
    "copy": "M9 9h10v11H9zM15 9V4H5v11h4",
    "more": "M5 12h.01M12 12h.01M19 12h.01",
    "close": "m6 6 12 12M18 6 6 18",
}
TAGS = (
    "p br hr em strong del code pre blockquote ul ol li a h1 h2 h3 h4 h5 h6 "
    "table thead tbody tr th td"
)

_ALLOWED = ffi.to_js(
    {
        "RETURN_DOM_FRAGMENT": True,
        "ALLOWED_TAGS": TAGS.split(" "),
        "ALLOWED_ATTR": ["href", "title", "start", "lang", "dir"],
        "ALLOW_ARIA_ATTR": False,
        "ALLOW_DATA_ATTR": False,  # a button of ours says in data-do what it is for
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


def markdown(text: str, upto: int | None = None) -> object:
    """A fragment of harmless nodes; of its text the first `upto` characters, all where None."""
    fragment = dompurify.default.sanitize(marked.parse(text), _ALLOWED)
    if upto is not None:
        _cut(fragment, upto)
    blocks = fragment.querySelectorAll("pre")
    for k in range(blocks.length):
        _with_copy(blocks[k])
    return fragment


def _cut(fragment: object, characters: int) -> None:
    """Take away all that follows the first characters."""
    walker = document.createTreeWalker(fragment, TEXTS)
    node = walker.nextNode()
    while node and len(node.data) < characters:
        characters -= len(node.data)
        node = walker.nextNode()
    if node:
        rest = document.createRange()
        rest.setStart(node, characters)
        rest.setEndAfter(fragment.lastChild)
        rest.deleteContents()


def _with_copy(block: object) -> None:
    """A block of code scrolls by keyboard too, and can be copied."""
    block.setAttribute("tabindex", "0")
    frame = element("div", _class="code")
    block.replaceWith(frame)
    frame.append(block, icon_button("copy", "copy-code", say("copy_code")))


def icon(name: str) -> object:
    """A drawing that says nothing by itself."""
    return drawing("svg", drawing("path", d=ICONS[name]), viewBox="0 0 24 24", aria_hidden="true")


def icon_button(name: str, do: str, label: str, **attributes: object) -> object:
    """A button that is an icon, with its name as label and as tooltip."""
    return element(
        "button",
        icon(name),
        type="button",
        _class="icon small",
        data_do=do,
        aria_label=label,
        title=label,
        **attributes,
    )


def text_button(text: str, do: str, **attributes: object) -> object:
    """A button that is a word or two."""
    return element("button", text, type="button", data_do=do, **attributes)


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


def by_id(name: str) -> object:
    """The element of the page with this id."""
    return document.getElementById(name)


def refresh(parts: tuple, before: object, after: object) -> None:
    """Call each of `parts`, pairs of a function and the fields it reads, of which one changed.

    `before` is the state that is shown, None at the start; each function takes the one `after`.
    """
    for part, reads in parts:
        if before is None or any(getattr(before, n) != getattr(after, n) for n in reads):
            part(after)


def show_dialog(wanted: str | None, names: tuple) -> None:
    """Open the dialog `wanted` of those with these ids, and close the others.

    Closing one gives the focus back to where it was.
    """
    for name in names:
        dialog = by_id(name)
        if dialog.open and name != wanted:
            dialog.close()
    if wanted and not by_id(wanted).open:
        by_id(wanted).showModal()


def arrange(parent: object, nodes: list) -> None:
    """Put exactly these children in this order, moving only those out of place."""
    place = parent.firstChild
    for node in nodes:
        if place and place.isSameNode(node):
            place = place.nextSibling
        else:
            parent.insertBefore(node, place)
    while place:
        following = place.nextSibling
        place.remove()
        place = following
