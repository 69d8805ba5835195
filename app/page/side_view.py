"""The list of conversations: a column beside the talk on a wide screen, else a sheet over it."""

import js
from page.elements import arrange, by_id, element, icon, icon_button, text_button
from page.model import Conversation, State, found_conversations
from page.say import count, say
from pyscript import document

WIDE = "(min-width: 64rem)"
_drawn = {}  # conversation id → (what it was drawn from, its node)


def is_wide() -> bool:
    """Whether the list is a column."""
    return js.matchMedia(WIDE).matches


def side(state: State) -> None:
    """Open or close the sheet; on a wide screen the column is always there."""
    dialog = by_id("side")
    wide = is_wide()
    modal = dialog.open and dialog.matches(":modal")
    if modal and (wide or not state.side):
        dialog.close()
    if wide:
        dialog.setAttribute("open", "")
    elif not modal:
        dialog.removeAttribute("open")
        if state.side:
            dialog.showModal()


def conversations(state: State) -> None:
    """The conversations found, and what was removed last with the way back."""
    found = found_conversations(state)
    nodes = [_removed(state.removed)] if state.removed else []
    for one, excerpt in found:
        drawn_from = (
            one,
            excerpt,
            one.id == state.conversation,
            one.id == state.renaming,
            state.settings.language,
        )
        if one.id not in _drawn or _drawn[one.id][0] != drawn_from:
            _drawn[one.id] = (drawn_from, _line(*drawn_from[:4]))
        nodes.append(_drawn[one.id][1])
    if not found and not state.removed:
        key = "none_found" if state.search.strip() else "none_yet"
        nodes.append(element("li", say(key), _class="aside"))
    arrange(by_id("conversations"), nodes)
    by_id("export-all").hidden = not state.conversations
    by_id("found").textContent = count("found", len(found)) if state.search.strip() else ""
    _focus(state)


def _focus(state: State) -> None:
    """What was just opened or put in place of what had the focus gets it."""
    if document.activeElement and not document.activeElement.isSameNode(document.body):
        return
    wanted = by_id("side").querySelector("[data-do=undo]" if state.removed else ".rename input")
    if wanted:
        wanted.focus()


def _line(one: Conversation, excerpt: str, chosen: bool, renaming: bool) -> object:
    if renaming:
        return element("li", _form(one))
    aside = element("span", excerpt, _class="aside", dir="auto") if excerpt else None
    choose = element(
        "button",
        element("span", one.title, dir="auto"),
        aside,
        type="button",
        _class="choice",
        data_do="conversation",
        data_id=one.id,
        aria_current="true" if chosen else None,
    )
    return element("li", choose, _menu(one))


def _menu(one: Conversation) -> object:
    """What can be done with a conversation, behind three dots."""
    label = say("actions_for", name=one.title)
    summary = element("summary", icon("more"), _class="icon small", aria_label=label)
    actions = ("rename", "export-markdown", "export-json", "delete")
    items = [text_button(say(do.replace("-", "_")), do, data_id=one.id) for do in actions]
    return element("details", summary, element("div", *items), _class="menu")


def _form(one: Conversation) -> object:
    box = element("input", type="text", dir="auto", aria_label=say("name_of"), maxlength=120)
    box.value = one.title
    save = element("button", say("save"), type="submit", _class="solid")
    cancel = icon_button("close", "rename-cancel", say("cancel"))
    return element("form", box, save, cancel, _class="rename", data_id=one.id)


def _removed(gone: dict) -> object:
    said = say("deleted", name=gone["title"])
    undo = text_button(say("undo"), "undo", _class="solid", aria_label=f"{say('undo')}: {said}")
    close = icon_button("close", "accept-removal", say("dismiss"))
    return element("li", element("span", said, dir="auto"), undo, close, _class="removed")
