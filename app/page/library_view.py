"""The library: the packs that can be asked."""

from page import words
from page.elements import by_id, element, text_button
from page.model import Pack, State
from page.say import count, say
from pyscript import document


def packs(state: State) -> None:
    """The packs, the chosen one marked. A press that is to be confirmed keeps the focus."""
    focus = document.activeElement.getAttribute("data-id") if document.activeElement else None
    by_id("packs").replaceChildren(*[_pack(pack, state) for pack in state.packs])
    if focus and focus == state.confirm:
        by_id("packs").querySelector(".danger").focus()


def _pack(pack: Pack, state: State) -> object:
    choose = element(
        "button",
        element("strong", pack.name, dir="auto"),
        element("span", words.pack_line(pack), _class="aside"),
        type="button",
        _class="choice",
        data_do="pack",
        data_id=pack.id,
        aria_current="true" if pack.id == state.pack else None,
    )
    if not pack.own:
        return element("li", choose)
    notes = None
    if pack.notes:
        lines = [element("li", line, dir="auto") for line in pack.notes]
        summary = element("summary", count("notes", len(lines)))
        notes = element("details", summary, element("ul", *lines))
    # One that stays on its host is not here to be saved.
    save = None if pack.url else text_button(say("download"), "download", data_id=pack.id)
    actions = element("p", save, _removal(pack, state), _class="actions")
    return element("li", choose, actions, notes)


def _removal(pack: Pack, state: State) -> object:
    sure = state.confirm == pack.id
    key = "really_remove" if sure else "remove"
    return text_button(
        say(key),
        "remove-pack" if sure else "confirm",
        _class="danger" if sure else "quiet",
        data_id=pack.id,
        aria_label=say(key + "_named", name=pack.name),
    )
