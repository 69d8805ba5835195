"""A visitor's own provider in the embedded chat, where the site allows it."""

from collections.abc import Iterator

import pytest
from host_page import OpenPage, ask_chat, heard, inside, open_chat
from playwright.sync_api import expect

from fallback.loopback import Loopback, running
from fallback.payloads import EVENTS

ALLOWED = '<arena-chat pack="/visit.diamonds" fallback></arena-chat>'
KEY = "sk-secret-of-the-visitor-0123456789"
UNKNOWN = "Who won the chess world championship in 1972?"


@pytest.fixture
def provider() -> Iterator[Loopback]:
    """Return a provider on this machine."""
    with running() as provider:
        provider.pieces = list(EVENTS["openai"](["Bobby ", "Fischer."], "stop"))
        yield provider


def test_a_visitor_may_ask_a_provider_of_their_own(open_page: OpenPage, provider: Loopback) -> None:
    """With a key that the site around never sees; the words can be suggested to the site."""
    page = open_page(ALLOWED)
    chat = open_chat(page)
    chat.locator("#status", has_text="Answered on this device").wait_for()
    chat.locator("#open-provider").click()
    chat.locator("#provider").select_option("openai")
    chat.locator("#provider-base").fill(provider.base)
    chat.locator("#provider-base").blur()
    chat.locator("#key").fill(KEY)
    chat.locator("#key-form button").click()
    chat.locator("#key-state", has_text=provider.base).wait_for()
    chat.locator("#settings [data-do=close]").click()
    ask_chat(page, UNKNOWN)
    card = inside(page).locator(".provided")
    expect(card.locator(".by")).to_have_text("OpenAI, gpt-5-mini, in its own words")
    expect(card.locator(".prose")).to_have_text("Bobby Fischer.")
    assert provider.asked[0][1]["authorization"] == f"Bearer {KEY}"
    card.get_by_role("button", name="Suggest it to this site").click()
    [told] = heard(page, "feedback")
    assert (told["reason"], told["note"]) == ("provider", "Bobby Fischer.")
    assert KEY not in str(page.evaluate("heard"))


def test_what_is_not_allowed_is_not_asked(open_page: OpenPage, provider: Loopback) -> None:
    """A provider chosen while it was allowed is asked no more once it is not."""
    page = open_page(ALLOWED)
    chat = open_chat(page)
    chat.locator("#status", has_text="Answered on this device").wait_for()
    chat.locator("#open-provider").click()
    chat.locator("#provider").select_option("openai")
    chat.locator("#settings [data-do=close]").click()
    page.evaluate("document.querySelector('arena-chat').removeAttribute('fallback')")
    expect(chat.locator("#open-provider")).to_be_hidden()
    ask_chat(page, UNKNOWN)
    expect(chat.locator(".provided")).to_have_count(0)
    assert provider.asked == []
