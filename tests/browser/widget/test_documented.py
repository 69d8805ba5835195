"""The code in docs/embedding.md, README.md and the demo does what is said of it."""

import re

import pytest
from host_page import Host, OpenPage, ask_chat, button, heard, inside, open_chat, sheet
from playwright.sync_api import Page, expect
from served import ROOT, Site

DOCS = (ROOT / "docs/embedding.md").read_text(encoding="utf-8")
BLOCKS = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
PAGES = [code for kind, code in BLOCKS.findall(DOCS) if kind == "html"]
SCRIPTS = [code for kind, code in BLOCKS.findall(DOCS) if kind == "js"]


@pytest.fixture
def documented(open_page: OpenPage, host: Host, site: Site) -> OpenPage:
    """Open a page of the docs, with a pack where it says."""
    host.replies["/faq.diamonds"] = host.replies["/visit.diamonds"]

    def make(code: str) -> Page:
        body = code.replace("https://arena.example/", site.address)
        return open_page(body, page={"script": ""})

    return make


@pytest.mark.parametrize("code", PAGES, ids=range(len(PAGES)))
def test_every_page_of_the_docs_opens(documented: OpenPage, code: str) -> None:
    """Pasted as it stands, each gives a button that opens a chat."""
    page = documented(code)
    open_chat(page)
    expect(inside(page).locator("#question")).to_be_visible()


def test_the_own_button_and_shortcut(documented: OpenPage) -> None:
    """The page's own button opens the chat, and so does Ctrl K."""
    [code] = [code for code in PAGES if "keydown" in code]
    page = documented(code)
    page.get_by_role("button", name="Help").first.click()
    expect(sheet(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet(page)).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(sheet(page)).to_be_visible()
    expect(inside(page).locator("#suggestions button")).to_have_count(2)


def test_the_scripts_of_the_docs(documented: OpenPage) -> None:
    """Methods do what their names say; listeners hear what they listen to."""
    page = documented(PAGES[0])
    methods, asking, listening = SCRIPTS
    page.evaluate(
        "() => { window.sent = []; navigator.sendBeacon = (...given) => sent.push(given); }"
    )
    page.add_script_tag(content=methods + listening)
    expect(sheet(page)).to_be_hidden()
    page.add_script_tag(content=asking, type="module")
    [answer] = heard(page, "answer")
    assert answer["kind"] == "answer"
    ask_chat(page, "Who won the chess world championship in 1972?")
    page.wait_for_function("sent.length")
    assert page.evaluate("sent[0]") == ["/missing", "Who won the chess world championship in 1972?"]


def test_the_three_lines_of_the_readme(open_page: OpenPage, host: Host, site: Site) -> None:
    """The README's example, with ArenaLab's address in it, answers."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [lines] = [code for kind, code in BLOCKS.findall(readme) if "arena-chat" in code]
    host.replies["/faq.diamonds"] = host.replies["/visit.diamonds"]
    body = re.sub(r'src="[^"]*static/embed.js"', f'src="{site.address}static/embed.js"', lines)
    page = open_page(body, page={"script": ""})
    expect(button(page)).to_have_accessible_name("Ask us")
    open_chat(page)
    expect(ask_chat(page, "When are you open?").locator(".prose")).to_contain_text("9 to 5")
