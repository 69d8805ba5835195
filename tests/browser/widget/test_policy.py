"""Pages with a strict policy: what docs/embedding.md names is enough, and needed."""

import re

import pytest
from host_page import OpenPage, ask_chat, button, heard, open_chat, sheet
from playwright.sync_api import expect
from served import ROOT, Site

CHAT = '<arena-chat pack="/visit.diamonds" title="Ask us" accent="teal"></arena-chat>'
BLOCK = re.compile(r"```\n(script-src .*)\n```")


def policy(site: Site) -> str:
    """Return the policy of the docs, for this site."""
    found = BLOCK.search((ROOT / "docs/embedding.md").read_text(encoding="utf-8"))
    assert found is not None
    return found[1].replace("https://arena.example", site.address.rstrip("/"))


def test_the_documented_policy_is_enough(open_page: OpenPage, site: Site) -> None:
    """Everything else forbidden, Trusted Types required: it looks and answers as ever."""
    strict = f"default-src 'none'; {policy(site)}; require-trusted-types-for 'script'"
    page = open_page(CHAT, headers={"Content-Security-Policy": strict})
    assert button(page).evaluate("(node) => getComputedStyle(node).backgroundColor") == (
        "rgb(0, 128, 128)"
    )
    open_chat(page)
    expect(ask_chat(page, "When are you open?").locator(".prose")).to_contain_text("9 to 5")


@pytest.mark.allow_page_errors  # the browser logs what the policy refuses
def test_without_frame_src_it_says_so(open_page: OpenPage, site: Site) -> None:
    """The person reads that the chat did not come; the page hears which address."""
    strict = f"default-src 'none'; {policy(site)}".replace("frame-src", "font-src")
    page = open_page(CHAT, headers={"Content-Security-Policy": strict})
    button(page).click()
    expect(sheet(page).get_by_role("status")).to_contain_text("could not be loaded")
    [error] = heard(page, "error")
    assert error["kind"] == "frame"
    assert f"{site.address}embed.html" in error["message"]


@pytest.mark.allow_page_errors
def test_without_connect_src_the_pack_is_missing(open_page: OpenPage, site: Site) -> None:
    """The chat opens and says that the answers could not be loaded."""
    strict = f"default-src 'none'; {policy(site)}".replace("connect-src", "font-src")
    page = open_page(CHAT, headers={"Content-Security-Policy": strict})
    chat = open_chat(page)
    expect(chat.locator("#notices")).to_contain_text("could not be loaded (no connection)")


def test_a_nonce_is_enough_for_the_script(open_page: OpenPage, site: Site) -> None:
    """Instead of ArenaLab's origin in script-src."""
    strict = f"default-src 'none'; script-src 'nonce-abc'; frame-src {site.address}"
    script = f'<script nonce="abc" async src="{site.address}static/embed.js"></script>'
    page = open_page(
        '<arena-chat title="Ask us"></arena-chat>',
        page={"script": script},
        headers={"Content-Security-Policy": strict},
    )
    open_chat(page)
