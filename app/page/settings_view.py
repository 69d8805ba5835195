"""The settings: what was chosen, what a threshold does, which corrections are drafted."""

import js
from page import words
from page.chart import coverage_chart
from page.elements import by_id, element, icon_button
from page.model import Draft, Pack, Settings, State, find_pack
from page.say import count, percent, say
from pyscript import document


def settings(state: State) -> None:
    """Make the controls show the settings. Nothing is drawn while the dialog is closed."""
    if state.dialog != "settings":
        return
    chosen = state.settings
    document.querySelector(f"[name=theme][value={chosen.theme}]").checked = True
    by_id("gradually").checked = chosen.gradually
    by_id("letters").checked = chosen.letters
    _languages(chosen.language)
    _specialists(state)
    _threshold(find_pack(state, state.pack), chosen)
    _drafts(state)


def _languages(code: str) -> None:
    select = by_id("language")
    if not select.options.length:
        for value, name in js.Object.entries(js.languages.known):
            select.append(element("option", name, value=value, lang=value))
    select.value = code


def _specialists(state: State) -> None:
    others = [pack for pack in state.packs if pack.id != state.pack]
    lines = [_specialist(pack, state.settings) for pack in others]
    none = element("li", say("no_specialists"), _class="aside")
    focus = document.activeElement.getAttribute("value") if document.activeElement else None
    by_id("specialist-list").replaceChildren(*lines or [none])
    for k, pack in enumerate(others):
        if pack.id == focus:
            lines[k].querySelector("input").focus()


def _specialist(pack: Pack, chosen: Settings) -> object:
    box = element("input", type="checkbox", name="specialist", value=pack.id)
    box.checked = pack.id in chosen.specialists
    return element("li", element("label", box, element("span", pack.name, dir="auto")))


def _threshold(pack: Pack, chosen: Settings) -> None:
    own = chosen.threshold is None
    bar = pack.threshold if own else chosen.threshold
    by_id("threshold").value = str(round(bar * 100))
    now = say("threshold_now", percent=percent(bar), level=words.level(bar))
    by_id("threshold-now").textContent = now
    by_id("threshold").setAttribute("aria-valuetext", now)
    by_id("effect").textContent = words.effect(pack, bar)
    by_id("coverage").replaceChildren(*coverage_chart(pack.coverage, words.measured(pack, bar)))
    by_id("own-threshold").disabled = own


def _drafts(state: State) -> None:
    some = len(state.drafts)
    by_id("drafts-count").textContent = count("drafts", some) if some else say("drafts_none")
    by_id("drafts").replaceChildren(*[_draft(draft) for draft in state.drafts])
    by_id("export-drafts").hidden = not some


def _draft(draft: Draft) -> object:
    reason = element("span", say("reason_" + draft.reason), _class="aside")
    label = say("remove_draft", name=draft.question)
    words_of = element("span", element("span", draft.question, dir="auto"), reason)
    return element("li", words_of, icon_button("close", "remove-draft", label, data_id=draft.id))
