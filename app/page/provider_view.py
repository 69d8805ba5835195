"""A provider of the person's own: its settings, and its words below an answer."""

from page.elements import by_id, element, markdown, text_button
from page.model import State, Turn
from page.providing import chosen_provider
from page.say import say
from pyscript import document

NAMED = ("base", "model")  # what may be left to the provider, or named


def provider(state: State) -> None:
    """Make the section of the settings show what is chosen; made when it is first looked at."""
    section = by_id("providers")
    if not state.providers:
        return
    if not by_id("provider"):
        section.append(*_controls())
        section.hidden = False
    _choose(state)
    chosen = chosen_provider(state)
    by_id("provider-more").hidden = chosen is None
    if chosen is None:
        return
    for name in NAMED:
        box = by_id("provider-" + name)
        box.placeholder = chosen[name]
        box.required = not chosen[name]
        if not box.isSameNode(document.activeElement):
            box.value = getattr(state.settings, "provider_" + name)
    locked = bool(state.key) and state.key["locked"]
    by_id("key-state").textContent = _key_state(state)
    by_id("unlock-form").hidden = not locked
    by_id("forget-keys").hidden = state.key is None


def _choose(state: State) -> None:
    select = by_id("provider")
    if select.options.length == 1:
        for one in state.providers:
            select.append(element("option", one["title"], value=one["name"]))
    select.value = state.settings.provider


def _key_state(state: State) -> str:
    if state.key is None:
        return say("key_absent")
    return say("key_locked" if state.key["locked"] else "key_kept", origin=state.key["origin"])


def _controls() -> list:
    none = element("option", say("provider_none"), value="", data_say="provider_none")
    aside = element("p", say("provider_aside"), _class="aside", data_say="provider_aside")
    more = [
        _row("provider_url", element("input", id="provider-base", type="url", dir="ltr")),
        _row("provider_model", element("input", id="provider-model", type="text", dir="ltr")),
        element("p", id="key-state", _class="aside", role="status"),
        _form("unlock-form", "unlock", _secret("passphrase", "unlock-passphrase")),
        _form(
            "key-form", "keep_key", _secret("key", "key"), _secret("new_passphrase", "passphrase")
        ),
        _worded("forget_keys", "forget-keys", id="forget-keys", _class="quiet"),
    ]
    return [
        aside,
        _row("provider", element("select", none, id="provider")),
        element("div", *more, id="provider-more"),
    ]


def _row(key: str, control: object) -> object:
    for name, value in (("autocomplete", "off"), ("spellcheck", "false")):
        control.setAttribute(name, value)
    label = element("label", say(key), _for=control.id, data_say=key)
    return element("p", label, control, _class="row")


def _secret(key: str, id: str) -> object:
    return _row(key, element("input", id=id, type="password", dir="ltr"))


def _form(id: str, key: str, *rows: object) -> object:
    send = element("button", say(key), type="submit", _class="quiet", data_say=key)
    return element("form", *rows, send, id=id, _class="secret")


def _worded(key: str, do: str, **attributes: object) -> object:
    return text_button(say(key), do, data_say=key, **attributes)


def provided(turn: Turn, state: State) -> object:
    """The provider's words below the pack's own answer, marked as what they are."""
    found = turn.provided
    if not found:
        return None
    if found["status"] == "asking" and not found["text"]:
        chosen = chosen_provider(state)
        title = chosen["title"] if chosen else state.settings.provider
        return _card(element("p", say("provider_asking", provider=title), _class="aside"))
    if found["status"] == "failed":
        settings = text_button(say("provider_settings"), "settings", _class="quiet")
        return _card(element("p", found["failure"], dir="auto"), settings)
    words = element("div", markdown(found["text"]), _class="prose", dir="auto")
    if "provider" not in found:  # there may be more to come
        return _card(words)
    by = say("provided_by", provider=found["provider"], model=found["model"])
    parts = [element("p", by, _class="by", dir="auto"), words]
    if found["failure"]:
        parts.append(element("p", found["failure"], _class="aside", dir="auto"))
    parts.append(element("p", say("provided_aside"), _class="aside"))
    parts.append(
        element("p", say("provided_saved"), _class="aside")
        if found.get("saved")
        else text_button(say("save_provided"), "save-provided", data_id=turn.id, _class="quiet")
    )
    return _card(*parts)


def _card(*parts: object) -> object:
    return element("section", *parts, _class="provided", aria_label=say("providers"))


def take_secret(id: str) -> str:
    """What is in a box for a secret, which is emptied."""
    box = by_id(id)
    text = box.value
    box.value = ""
    return text
