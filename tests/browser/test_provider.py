"""Bring your own key: from the settings to a provider's words below an answer, on a real engine."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from steps import answer_to, ask, wait_until_ready

from fallback.loopback import Loopback, running
from fallback.payloads import EVENTS

KEY = "sk-secret-of-the-person-0123456789"
UNKNOWN = "Who won the chess world championship in 1972?"
KNOWN = "Are bats blind?"
WORDS = ["Bobby ", "Fischer, ", "in **Reykjavík**. ", "<img src=x onerror=alert(1)>"]


@pytest.fixture(scope="module")
def loopback() -> Iterator[Loopback]:
    """Return a provider on this machine."""
    with running() as provider:
        yield provider


@pytest.fixture
def provider(loopback: Loopback) -> Loopback:
    """Return it as one that says WORDS and was not asked yet."""
    loopback.status, loopback.headers, loopback.pauses, loopback.breaks = 200, {}, 0.0, False
    loopback.pieces = list(EVENTS["openai"](WORDS, "stop"))
    loopback.asked.clear()
    return loopback


def choose(page: Page, provider: Loopback, *, passphrase: str = "") -> None:
    """Choose the provider in the settings, and give it a key."""
    page.get_by_role("button", name="Settings").first.click()
    page.locator("#provider").select_option("openai")
    page.locator("#provider-base").fill(provider.base)
    page.locator("#provider-base").blur()
    page.locator("#key").fill(KEY)
    page.locator("#passphrase").fill(passphrase)
    page.get_by_role("button", name="Keep the key").click()
    page.locator("#key-state", has_text=provider.base).wait_for()
    expect(page.locator("#key")).to_have_value("")
    page.locator("#settings").get_by_role("button", name="Close").click()


def test_what_no_pack_knows_a_provider_says(page: Page, provider: Loopback) -> None:
    """Below the pack's own answer, marked, as harmless text; what a pack knows stays here."""
    wait_until_ready(page)
    choose(page, provider)
    ask(page, KNOWN)
    expect(answer_to(page, KNOWN).locator(".provided")).to_have_count(0)
    assert provider.asked == []
    ask(page, UNKNOWN)
    answer = answer_to(page, UNKNOWN)
    card = answer.locator(".provided")
    expect(card.locator(".by")).to_have_text("OpenAI, gpt-5-mini, in its own words")
    expect(card.locator(".prose strong")).to_have_text("Reykjavík")
    expect(card.locator("img")).to_have_count(0)
    expect(answer).to_have_attribute("data-kind", "unknown")
    [(target, headers, body)] = provider.asked
    assert headers["authorization"] == f"Bearer {KEY}"
    assert target == "/chat/completions"
    assert UNKNOWN in body.decode()
    assert KNOWN in body.decode()  # the conversation goes along
    card.get_by_role("button", name="Save as a draft").click()
    expect(card).to_contain_text("Saved as a draft")
    page.reload()
    expect(answer_to(page, UNKNOWN).locator(".provided .prose")).to_contain_text("Fischer")


def test_forgetting_the_keys_is_one_click(page: Page, provider: Loopback) -> None:
    """Then nothing goes out, and the card says what to do."""
    wait_until_ready(page)
    choose(page, provider)
    page.get_by_role("button", name="Settings").first.click()
    page.get_by_role("button", name="Forget all keys").click()
    expect(page.locator("#key-state")).to_have_text("No key is kept.")
    page.locator("#settings").get_by_role("button", name="Close").click()
    ask(page, UNKNOWN)
    expect(answer_to(page, UNKNOWN).locator(".provided")).to_contain_text("no key for openai")
    assert provider.asked == []


def test_a_passphrase_is_asked_for_after_a_reload(page: Page, provider: Loopback) -> None:
    """The key stays locked until it is given."""
    wait_until_ready(page)
    choose(page, provider, passphrase="correct horse")
    page.reload()
    wait_until_ready(page)
    ask(page, UNKNOWN)
    card = answer_to(page, UNKNOWN).locator(".provided")
    expect(card).to_contain_text("locked")
    card.get_by_role("button", name="Settings").click()
    page.locator("#unlock-passphrase").fill("wrong")
    page.get_by_role("button", name="Unlock").click()
    expect(page.locator(".notice")).to_contain_text("not the passphrase")
    page.locator("#unlock-passphrase").fill("correct horse")
    page.get_by_role("button", name="Unlock").click()
    expect(page.locator("#key-state")).to_contain_text("kept")
    page.locator("#settings").get_by_role("button", name="Close").click()
    ask(page, "And in 1975?")
    expect(page.locator(".provided .prose")).to_contain_text("Fischer")


FAILURES = {
    "does not accept the key": {"status": 401, "pieces": [b"{}"]},
    "in 17 seconds": {"status": 429, "headers": {"retry-after": "17"}},
    "a fault of its own": {"status": 503, "pieces": [b""]},
    "broke off before the end": {"pieces": list(EVENTS["openai"](WORDS[:2], None))},
    "unreadable": {"pieces": [b"data: rubbish\n\n"]},
}


@pytest.mark.allow_page_errors
def test_what_goes_wrong_is_said(page: Page, provider: Loopback) -> None:
    """In words that help, with the pack's own answer still there and what came kept."""
    wait_until_ready(page)
    choose(page, provider)
    for said, does in FAILURES.items():
        for field, value in ({"status": 200, "headers": {}} | does).items():
            setattr(provider, field, value)
        ask(page, UNKNOWN)
        turn = page.locator("#turns > .turn").last
        expect(turn.locator(".provided")).to_contain_text(said)
        expect(turn.locator(".answer")).to_have_attribute("data-kind", "unknown")
    assert KEY not in page.content()


def test_stop_ends_it(page: Page, provider: Loopback) -> None:
    """The words so far stay, and the provider is let go."""
    wait_until_ready(page)
    choose(page, provider)
    provider.pieces = list(EVENTS["openai"](["word "] * 2000, "stop"))
    provider.pauses = 0.05
    ask(page, UNKNOWN)
    turn = page.locator("#turns > .turn").last
    turn.locator(".provided .prose", has_text="word word").wait_for()
    page.get_by_role("button", name="Stop").click()
    expect(turn.locator(".provided .by")).to_be_visible()
    assert len(turn.locator(".provided .prose").inner_text()) < 2000
