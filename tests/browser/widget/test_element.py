"""The element in somebody's page: its button, sheet, focus, methods, and what it keeps apart."""

from collections.abc import Callable

import pytest
from host_page import Host, OpenPage, button, heard, inside, open_chat, sheet
from playwright.sync_api import BrowserContext, expect
from served import Site

CHAT = '<arena-chat pack="/visit.diamonds" title="Ask us"></arena-chat>'
PHONE = {"width": 360, "height": 740}


def test_nothing_but_the_script_is_fetched_before_opening(open_page: OpenPage, site: Site) -> None:
    """The page, then embed.js; frame, Python and pack come when the button is pressed."""
    asked: list[str] = []
    page = open_page(CHAT)
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    button(page).wait_for()
    page.wait_for_load_state("networkidle")
    assert [url.removeprefix(site.address) for url in asked if url.startswith(site.address)] == [
        "static/embed.js"
    ]
    assert len(asked) == 2
    open_chat(page)
    assert any(url.startswith(f"{site.address}embed.html") for url in asked)


def test_the_button_says_what_it_controls(open_page: OpenPage) -> None:
    """aria-expanded follows, aria-controls names the dialog, the dialog is named by its heading."""
    page = open_page(CHAT)
    expect(button(page)).to_have_attribute("aria-expanded", "false")
    expect(button(page)).to_have_attribute("aria-controls", "chat")
    open_chat(page)
    expect(button(page)).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("dialog", name="Ask us")).to_be_visible()
    expect(page.get_by_role("dialog").get_by_role("heading", name="Ask us")).to_be_visible()
    expect(page.locator("arena-chat iframe")).to_have_attribute("title", "Ask us")
    button(page).click()
    expect(sheet(page)).to_be_hidden()
    expect(button(page)).to_have_attribute("aria-expanded", "false")


def test_focus_goes_in_and_comes_back(open_page: OpenPage) -> None:
    """By keyboard alone: Enter opens and leads into the box, Escape in there leads back out."""
    page = open_page(CHAT)
    page.keyboard.press("Tab")
    expect(button(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(inside(page).locator("#question")).to_be_focused()
    page.keyboard.press("Escape")
    expect(sheet(page)).to_be_hidden()
    expect(button(page)).to_be_focused()


def test_the_close_button_and_escape_beside_it(open_page: OpenPage) -> None:
    """Shift+Tab from the box reaches Close; Enter or Escape there closes."""
    page = open_page(CHAT)
    for key in ("Enter", "Escape"):
        open_chat(page)
        expect(inside(page).locator("#question")).to_be_focused()
        close = sheet(page).get_by_role("button", name="Close")
        close.focus()
        page.keyboard.press(key)
        expect(sheet(page)).to_be_hidden()
        expect(button(page)).to_be_focused()


def test_escape_in_an_open_dialog_of_the_chat_closes_that_alone(open_page: OpenPage) -> None:
    """The form about an answer has Escape first."""
    page = open_page(CHAT)
    chat = open_chat(page)
    chat.locator("#feedback").evaluate("(dialog) => dialog.showModal()")
    page.keyboard.press("Escape")
    expect(chat.locator("#feedback")).to_be_hidden()
    expect(sheet(page)).to_be_visible()


def test_the_methods_open_and_close(open_page: OpenPage) -> None:
    """open() and close() do what the button does, and `open` says which it is."""
    page = open_page(CHAT)
    page.evaluate("document.querySelector('arena-chat').open()")
    expect(inside(page).locator("#question")).to_be_focused()
    assert page.evaluate("document.querySelector('arena-chat').hasAttribute('open')")
    page.evaluate("document.querySelector('arena-chat').close()")
    expect(sheet(page)).to_be_hidden()
    assert not page.evaluate("document.querySelector('arena-chat').hasAttribute('open')")


def test_closing_from_outside_takes_no_focus(open_page: OpenPage) -> None:
    """Whoever types elsewhere goes on typing there."""
    page = open_page('<input id="other">' + CHAT)
    open_chat(page)
    page.locator("#other").focus()
    page.evaluate("document.querySelector('arena-chat').close()")
    expect(page.locator("#other")).to_be_focused()


def test_on_a_phone_it_is_a_sheet_over_all(open_page: OpenPage) -> None:
    """360 pixels wide: it fills the screen, the page behind is inert, Close is there."""
    page = open_page(CHAT, viewport=PHONE)
    open_chat(page)
    box = sheet(page).bounding_box()
    assert box == {"x": 0, "y": 0, "width": 360, "height": 740}
    assert page.evaluate(
        "document.querySelector('arena-chat').shadowRoot.querySelector('dialog').matches(':modal')"
    )
    sheet(page).get_by_role("button", name="Close").click()
    expect(sheet(page)).to_be_hidden()
    expect(button(page)).to_be_focused()


def test_it_stands_above_whatever_the_page_does(open_page: OpenPage) -> None:
    """Neither a transform around it, nor clipping, nor a large z-index gets the better of it."""
    trap = '<div style="transform:scale(1);overflow:hidden;height:1px;position:relative">'
    cover = '<div style="position:fixed;inset:0;z-index:2147483647;background:#fff"></div>'
    page = open_page(f"{trap}{CHAT}</div>{cover}")
    open_chat(page)
    box = button(page).bounding_box()
    size = page.viewport_size
    assert box is not None
    assert size is not None
    assert box["y"] + box["height"] > size["height"] - 40


def test_the_pages_styles_do_not_reach_in(open_page: OpenPage) -> None:
    """Rules for everything, and large root fonts, leave button and sheet as they are."""
    plain = open_page(CHAT)
    open_chat(plain)
    before = [button(plain).bounding_box(), sheet(plain).bounding_box()]
    rude = (
        "<style>html{font-size:40px;letter-spacing:9px;text-transform:uppercase;line-height:3}"
        "*{font-family:fantasy!important;padding:20px!important}"
        "button,dialog,iframe,.top,h2{display:none!important}</style>"
    )
    page = open_page(CHAT, page={"head": rude})
    open_chat(page)
    assert [button(page).bounding_box(), sheet(page).bounding_box()] == before


def test_nothing_leaks_out(open_page: OpenPage) -> None:
    """The page's own button, dialog and globals are as they were; its document gets no node."""
    own = '<button id="own">x</button>'
    page = open_page(own + CHAT)
    state = """() => [JSON.stringify(document.getElementById("own").getBoundingClientRect()),
      getComputedStyle(document.getElementById("own")).font, document.querySelectorAll("*").length,
      document.adoptedStyleSheets.length]"""
    before = page.evaluate(state)
    names = page.evaluate("Object.getOwnPropertyNames(window).length")
    open_chat(page)
    assert page.evaluate(state) == before
    assert page.evaluate("Object.getOwnPropertyNames(window).length") == names
    assert (
        page.evaluate("['ArenaChat', 'host', 'languages', 'early'].filter((n) => n in window)")
        == []
    )


def test_the_script_twice_and_as_a_module(open_page: OpenPage, site: Site) -> None:
    """Pasted twice, once as a module, it still is one element that works."""
    again = f'<script type="module" src="{site.address}static/embed.js"></script>'
    page = open_page(CHAT, page={"head": again})
    open_chat(page)


def test_removing_it_and_putting_it_back(open_page: OpenPage) -> None:
    """A page may take the element out at any moment, and bring it back."""
    page = open_page(CHAT)
    open_chat(page)
    page.evaluate(
        "() => { window.kept = document.querySelector('arena-chat'); kept.ask('When?')"
        ".then((answer) => { window.answer = answer ?? 'none'; }); kept.remove(); }"
    )
    page.wait_for_function("window.answer === 'none'")
    page.evaluate("() => { kept.removeAttribute('open'); document.body.append(kept); }")
    expect(button(page)).to_have_attribute("aria-expanded", "false")
    open_chat(page)
    assert page.evaluate("document.querySelectorAll('arena-chat').length") == 1


def test_less_motion_when_asked(open_page: OpenPage) -> None:
    """prefers-reduced-motion: nothing moves or fades."""
    page = open_page(CHAT, reduced_motion="reduce")
    assert button(page).evaluate("(node) => getComputedStyle(node).transitionDuration") == "0s"
    open_chat(page)
    assert sheet(page).evaluate("(node) => getComputedStyle(node).transitionDuration") == "0s"


def test_without_javascript_the_page_shows_what_stands_inside(
    open_page: OpenPage, visitor: Callable[..., BrowserContext], host: Host
) -> None:
    """The element's own content is the way to help where no script runs."""
    open_page('<arena-chat><a href="/help">Help</a></arena-chat>')
    page = visitor(java_script_enabled=False).new_page()
    page.goto(host.address)
    expect(page.get_by_role("link", name="Help")).to_be_visible()


@pytest.mark.allow_page_errors  # the browser logs that the server is gone
def test_a_chat_that_does_not_come_is_said(open_page: OpenPage, site: Site) -> None:
    """With ArenaLab's site gone, the sheet says so, and so does the event; Close works."""
    page = open_page(CHAT)
    site.stop()
    button(page).click()
    expect(sheet(page).get_by_role("status")).to_have_text(
        "The chat could not be loaded. Check the network, then close and open it."
    )
    [error] = heard(page, "error")
    assert error["kind"] == "frame"
    assert "did not answer" in error["message"]
    site.start()
    sheet(page).get_by_role("button", name="Close").click()
    open_chat(page)
