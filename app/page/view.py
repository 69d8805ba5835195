"""A state → the page. The only module, with `elements` and `turns`, that touches the DOM.

`render` compares the state shown with the new one and changes what differs. Nodes of turns are
kept by id, so an unchanged answer is neither drawn nor read aloud again, and its opened receipts
stay open.
"""

from page import words
from page.elements import element
from page.state import Conversation, Notice, Pack, State, find_pack, shown_turns
from page.turns import turn_node
from pyscript import document, ffi

ACTIONS = {"reload": "Reload", "update": "Reload"}
_drawn = {}  # turn id → (what it was drawn from, its node)


def by_id(name: str) -> object:
    """The element of index.html with this id."""
    return document.getElementById(name)


def render(before: State, after: State) -> None:
    """Make the page show `after`, given that it shows `before` (None at the start)."""
    for part, reads in _PARTS:
        if before is None or any(getattr(before, n) != getattr(after, n) for n in reads):
            part(after)


def _turns(state: State) -> None:
    turns = shown_turns(state)
    by_id("empty").hidden = bool(turns)
    nodes = []
    changed = None
    for turn in turns:
        drawn_from = (turn, None if turn.answer or turn.error else words.waiting(turn, state))
        if turn.id not in _drawn or _drawn[turn.id][0] != drawn_from:
            node = changed = turn_node(turn, state)
            if turn.id in _drawn:
                _drawn[turn.id][1].replaceWith(node)
            _drawn[turn.id] = (drawn_from, node)
        nodes.append(_drawn[turn.id][1])
    _arrange(by_id("turns"), nodes)
    if changed:
        changed.scrollIntoView(ffi.to_js({"block": "start" if turns[-1].answer else "end"}))


def _arrange(parent: object, nodes: list) -> None:
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


def _loading(state: State) -> None:
    by_id("status").textContent = words.status(state)
    step = state.job or state.boot
    line = by_id("line")
    line.dataset.state = "busy" if state.job or not state.ready else "done"
    if state.boot.stage == "failed":
        line.dataset.state = "failed"
    percent = round(words.share(step) * 100)
    line.setAttribute("aria-valuenow", str(percent))
    line.setAttribute("aria-valuetext", words.status(state))
    by_id("fill").style.inlineSize = f"{percent}%"


def _pack_name(state: State) -> None:
    pack = find_pack(state, state.pack)
    by_id("pack-name").textContent = pack.name if pack else ""


def _notices(state: State) -> None:
    by_id("notices").replaceChildren(*[_notice(notice) for notice in state.notices])


def _notice(notice: Notice) -> object:
    details = None
    if notice.details:
        lines = [element("li", line) for line in notice.details]
        heading = element("summary", words.plural(len(lines), "note"))
        details = element("details", heading, element("ul", *lines))
    action = None
    if notice.action:
        action = element("button", ACTIONS[notice.action], type="button", data_do=notice.action)
    close = element("button", "×", type="button", data_do="dismiss", data_id=notice.key)
    close.className = "icon"
    close.setAttribute("aria-label", "Dismiss")
    body = element("div", element("p", notice.text), details)
    return element("div", body, action, close, _class="notice " + notice.kind)


def _library(state: State) -> None:
    focus = document.activeElement.getAttribute("data-id")
    by_id("packs").replaceChildren(*[_pack(pack, state) for pack in state.packs])
    lines = [_conversation(one, state) for one in state.conversations]
    by_id("conversations").replaceChildren(*lines or [element("li", "None yet", _class="aside")])
    dialog = by_id("library")
    if state.library and not dialog.open:
        dialog.showModal()
    elif dialog.open and not state.library:
        dialog.close()
    if focus and focus == state.confirm:
        dialog.querySelector(".danger").focus()


def _pack(pack: Pack, state: State) -> object:
    chosen = pack.id == state.pack
    name = element("strong", pack.name, dir="auto")
    choose = _choice(name, words.pack_line(pack), "pack", pack.id, chosen)
    if not pack.own:
        return element("li", choose)
    notes = None
    if pack.notes:
        lines = [element("li", line) for line in pack.notes]
        notes = element(
            "details", element("summary", words.plural(len(lines), "note")), element("ul", *lines)
        )
    save = element("button", "Download", type="button", data_do="download", data_id=pack.id)
    actions = element("p", save, _removal("pack", pack.id, pack.name, state), _class="actions")
    return element("li", choose, actions, notes)


def _conversation(one: Conversation, state: State) -> object:
    chosen = one.id == state.conversation
    choose = _choice(element("span", one.title, dir="auto"), "", "conversation", one.id, chosen)
    return element("li", choose, _removal("conversation", one.id, one.title, state))


def _choice(name: object, line: str, do: str, id: str, chosen: bool) -> object:
    aside = element("span", line, _class="aside") if line else None
    current = "true" if chosen else None
    return element(
        "button",
        name,
        aside,
        type="button",
        _class="choice",
        data_do=do,
        data_id=id,
        aria_current=current,
    )


def _removal(what: str, id: str, name: str, state: State) -> object:
    sure = state.confirm == id
    return element(
        "button",
        "Really remove?" if sure else "Remove",
        type="button",
        _class="danger" if sure else "quiet",
        data_do=f"remove-{what}" if sure else "confirm",
        data_id=id,
        aria_label=f"Really remove {name}?" if sure else f"Remove {name}",
    )


def _theme(state: State) -> None:
    root = document.documentElement
    if state.theme == "auto":
        root.removeAttribute("data-theme")
    else:
        root.dataset.theme = state.theme


# Each part of the page, and the fields of the state it reads.
_PARTS = (
    (_theme, ("theme",)),
    (_loading, ("ready", "boot", "job", "offline")),
    (_pack_name, ("packs", "pack")),
    (_notices, ("notices",)),
    (_library, ("library", "packs", "pack", "conversations", "conversation", "confirm")),
    (_turns, ("turns", "conversation", "ready", "boot")),
)
