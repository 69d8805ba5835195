"""Each attribute by name: what it does, that a change is followed while open, what bad ones do."""

import json

import pytest
from host_page import OpenPage, button, heard, inside, open_chat, sheet
from playwright.sync_api import Page, expect
from served import ROOT, Site

NAMES = {
    "en": "Ask a question",
    "es": "Haz una pregunta",
    "pt": "Faça uma pergunta",
    "de": "Frage stellen",
    "ar": "اطرح سؤالًا",
}
LANGUAGES = ROOT / "static/languages"
HINTS = {
    lang: json.loads((LANGUAGES / f"{lang}.json").read_text(encoding="utf-8"))["ask_hint"]
    for lang in NAMES
}
SVG = "<img src=x onerror=\"document.title='pwned'\">"
INK = "(node) => getComputedStyle(node).color"
PAPER = "(node) => getComputedStyle(node).backgroundColor"


def chat(**attributes: str) -> str:
    """Return the element with these attributes and a pack."""
    named = "".join(f" {name}='{value}'" for name, value in attributes.items())
    return f'<arena-chat pack="/visit.diamonds"{named}></arena-chat>'


def change(page: Page, name: str, value: str | None) -> None:
    """Set an attribute, or take it away."""
    page.locator("arena-chat").evaluate(
        "(node, [name, value]) => value === null ? node.removeAttribute(name) "
        ": node.setAttribute(name, value)",
        [name, value],
    )


def test_title(open_page: OpenPage) -> None:
    """It names button, dialog and frame, also when changed; without it the language's words do."""
    page = open_page(chat(title="Ask us"))
    open_chat(page)
    for title, shown in (("Ask us", "Ask us"), ("Hilfe?", "Hilfe?"), (None, NAMES["en"])):
        change(page, "title", title)
        expect(button(page)).to_have_accessible_name(shown)
        expect(page.get_by_role("dialog", name=shown)).to_be_visible()
        expect(page.locator("arena-chat iframe")).to_have_attribute("title", shown)


def test_a_long_title_is_cut_not_wide(open_page: OpenPage) -> None:
    """On a phone neither button nor sheet grows wider than the screen."""
    page = open_page(chat(title="Ask " * 60), viewport={"width": 360, "height": 740})
    box = button(page).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    open_chat(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_greeting(open_page: OpenPage) -> None:
    """It is the first thing said, as text; without it the language's own."""
    page = open_page(chat(greeting="Hello & welcome"))
    greeting = open_chat(page).locator("#greeting")
    expect(greeting).to_have_text("Hello & welcome")
    change(page, "greeting", SVG)
    expect(greeting).to_have_text(SVG)
    change(page, "greeting", None)
    expect(greeting).to_contain_text("Every answer shows where it comes from")


def test_suggestions(open_page: OpenPage) -> None:
    """Questions with | between them are buttons; pressing one asks it."""
    page = open_page(chat(suggestions="When? | Where? | "))
    suggested = open_chat(page).locator("#suggestions button")
    expect(suggested).to_have_text(["When?", "Where?"])
    change(page, "suggestions", f"How? | {SVG}")
    expect(suggested).to_have_text(["How?", SVG])
    suggested.first.click()
    expect(inside(page).locator("#turns .question")).to_have_text("How?")


@pytest.mark.parametrize("system", ["light", "dark"])
def test_theme(open_page: OpenPage, system: str) -> None:
    """Both are that whatever the system shows; without it, or with another, the system's."""
    page = open_page(chat(theme="dark"), color_scheme=system)
    body = open_chat(page).locator("body")
    papers = {"light": "rgb(251, 250, 248)", "dark": "rgb(20, 22, 26)"}
    root = inside(page).locator("html")
    for theme, shown in (("dark", "dark"), ("light", "light"), ("neon", system), (None, system)):
        change(page, "theme", theme)
        expect(root).to_have_css("background-color", papers[shown])
        expect(sheet(page)).to_have_css("background-color", papers[shown])
    expect(body).to_be_visible()


@pytest.mark.parametrize(
    ("accent", "paper", "dark_ink"),
    [
        ("#a8462a", "rgb(168, 70, 42)", False),
        ("gold", "rgb(255, 215, 0)", True),
        ("#747474", "rgb(116, 116, 116)", False),
        ("#787878", "rgb(120, 120, 120)", True),
        ("var(--brand)", "rgb(0, 0, 128)", False),
        ("url(javascript:alert(1))", "rgb(15, 118, 110)", False),
        ("red;} .ask{display:none", "rgb(15, 118, 110)", False),
    ],
)
def test_accent(open_page: OpenPage, accent: str, paper: str, dark_ink: bool) -> None:
    """Any colour, also the page's own variable; ink on it is black or white, as can be read.

    What is no colour is left aside.
    """
    page = open_page(
        f'<arena-chat title="Ask us" accent="{accent}"></arena-chat>',
        page={"head": "<style>:root { --brand: navy }</style>"},
    )
    assert button(page).evaluate(PAPER) == paper
    ink = button(page).evaluate(INK)
    assert ink.startswith("color(xyz-d65 0 0 0)" if dark_ink else "color(xyz-d65 0.95")
    send = open_chat(page).locator("html")
    expect(send).to_have_css("--brand", paper)


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("position", ["", "bottom-end", "bottom-start", "top-end", "top-start"])
def test_position(open_page: OpenPage, position: str, direction: str) -> None:
    """A corner of the screen, of the page's own direction; the sheet opens into the screen."""
    page = open_page(chat(position=position), page={"dir": direction})
    open_chat(page)
    size = page.viewport_size
    ask, opened = button(page).bounding_box(), sheet(page).bounding_box()
    assert size is not None
    assert ask is not None
    assert opened is not None
    at_left = position.endswith("start") == (direction == "ltr")
    at_top = position.startswith("top")
    assert (ask["x"] < size["width"] / 2) == at_left
    assert (ask["y"] < size["height"] / 2) == at_top
    assert (opened["y"] > ask["y"]) == at_top
    assert opened["x"] >= 0
    assert opened["x"] + opened["width"] <= size["width"]
    assert opened["y"] >= 0
    assert opened["y"] + opened["height"] <= size["height"]


def test_position_inline(open_page: OpenPage) -> None:
    """It stands where it is written, as wide as its place, also when that changes."""
    place = f'<div id="place" style="width:500px;margin:100px">{chat(position="inline")}</div>'
    page = open_page(place)
    open_chat(page)
    outer, opened = page.locator("#place").bounding_box(), sheet(page).bounding_box()
    assert outer is not None
    assert opened is not None
    assert opened["x"] == outer["x"]
    assert opened["width"] == outer["width"]
    change(page, "position", "bottom-end")
    moved = sheet(page).bounding_box()
    assert moved is not None
    assert moved["x"] > outer["x"]


@pytest.mark.parametrize("lang", NAMES)
def test_lang(open_page: OpenPage, lang: str) -> None:
    """The interface speaks the language of the element, or of what stands around it."""
    page = open_page('<arena-chat pack="/visit.diamonds"></arena-chat>', page={"lang": lang})
    expect(button(page)).to_have_accessible_name(NAMES[lang])
    frame = open_chat(page)
    expect(frame.locator("html")).to_have_attribute("lang", lang)
    expect(frame.locator("html")).to_have_attribute("dir", "rtl" if lang == "ar" else "ltr")


def test_lang_is_followed(open_page: OpenPage) -> None:
    """A change while open changes every word; one that is not known leaves English."""
    page = open_page(chat(lang="en"))
    box = open_chat(page).locator("#question")
    for lang, hint in (("ar", HINTS["ar"]), ("de-AT", HINTS["de"]), ("en", HINTS["en"])):
        change(page, "lang", lang)
        expect(box).to_have_attribute("placeholder", hint)
        expect(inside(page).locator("#status")).not_to_be_empty()
    change(page, "lang", "tlh")
    expect(button(page)).to_have_accessible_name(NAMES["en"])
    expect(box).to_have_attribute("placeholder", HINTS["en"])


def test_dir(open_page: OpenPage) -> None:
    """Rtl and ltr win over the language's own direction; anything else is left aside."""
    page = open_page(chat(lang="ar", dir="ltr"))
    root = open_chat(page).locator("html")
    header = sheet(page).locator(".top")
    for given, shown in (("ltr", "ltr"), ("rtl", "rtl"), ("up", "rtl"), (None, "rtl")):
        change(page, "dir", given)
        expect(root).to_have_attribute("dir", shown)
        expect(header).to_have_attribute("dir", shown)


def test_open(open_page: OpenPage) -> None:
    """Written in the page, it opens the chat without taking the focus; taken away, it closes."""
    page = open_page('<input id="own" autofocus>' + chat(open=""))
    page.locator("arena-chat iframe.shown").wait_for()
    expect(sheet(page)).to_be_visible()
    expect(page.locator("#own")).to_be_focused()
    change(page, "open", None)
    expect(sheet(page)).to_be_hidden()
    change(page, "open", "")
    expect(sheet(page)).to_be_visible()
    expect(page.locator("#own")).to_be_focused()


def test_src(open_page: OpenPage, site: Site) -> None:
    """The chat comes from this address instead; a change while open loads the other one."""
    page = open_page(chat(src=f"{site.address}embed.html?first"))
    open_chat(page)
    frame = page.locator("arena-chat iframe")
    assert "?first=&lang=en" in str(frame.get_attribute("src"))
    change(page, "src", f"{site.address}embed.html?second")
    page.locator("arena-chat iframe.shown").wait_for()
    assert "?second=&lang=en" in str(frame.get_attribute("src"))


@pytest.mark.parametrize("src", ["javascript:document.title='pwned'", "data:text/html,hi"])
def test_src_that_runs_code_is_refused(open_page: OpenPage, src: str) -> None:
    """Only an address of the web becomes a frame; the person is told, and so is the page."""
    page = open_page(f'<arena-chat src="{src}"></arena-chat>')
    button(page).click()
    [error] = heard(page, "error")
    assert error["kind"] == "frame"
    assert "must be an address of the web" in error["message"]
    expect(sheet(page).get_by_role("status")).to_contain_text("could not be loaded")
    expect(page.locator("arena-chat iframe")).to_have_count(0)
    assert page.title() == "A site"


def test_fallback(open_page: OpenPage) -> None:
    """The owner allows a person's own provider, or, without it, does not."""
    page = open_page(chat())
    offered = open_chat(page).locator("#open-provider")
    inside(page).locator("#status", has_text="Answered on this device").wait_for()
    expect(offered).to_be_hidden()
    change(page, "fallback", "")
    expect(offered).to_be_visible()
    change(page, "fallback", None)
    expect(offered).to_be_hidden()


def test_code_in_the_title_is_text(open_page: OpenPage) -> None:
    """Whatever an owner's template puts there."""
    page = open_page(chat(title="&lt;img src=x onerror=alert(1)&gt;"))
    open_chat(page)
    expect(sheet(page).get_by_role("heading")).to_have_text("<img src=x onerror=alert(1)>")
    assert page.locator("arena-chat img").count() == 0
