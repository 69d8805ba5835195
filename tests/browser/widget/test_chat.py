"""The opened chat: packs from the page around, what it is told, what it keeps, what goes wrong."""

import threading
from collections.abc import Callable

import pytest
from host_page import (
    Host,
    OpenPage,
    Reply,
    ask_chat,
    button,
    document,
    heard,
    inside,
    open_chat,
    sheet,
)
from playwright.sync_api import BrowserContext, expect
from served import Site

CHAT = '<arena-chat pack="/visit.diamonds" title="Ask us"></arena-chat>'
KNOWN = "When are you open?"
ANSWER = "From 9 to 5, on weekdays."
REFUSED = """
  indexedDB.open = () => { throw new DOMException("The user denied permission", "SecurityError"); };
  Object.defineProperty(window, "localStorage", { get() { throw new DOMException("no"); } });
"""
CALL = "document.querySelector('arena-chat')"


def test_a_pack_of_the_pages_own_site_answers(open_page: OpenPage, host: Host) -> None:
    """The page hands it over, so no CORS is needed; sources lead on from where the pack stands.

    arena-ready and arena-answer say what there is to know.
    """
    page = open_page(CHAT)
    open_chat(page)
    answer = ask_chat(page, KNOWN)
    expect(answer.locator(".prose")).to_contain_text(ANSWER)
    source = answer.locator(".sources a")
    expect(source).to_have_attribute("href", f"{host.address}visit#hours")
    expect(source).to_have_text("Visit <b>us</b>")
    [ready] = heard(page, "ready")
    pack = {"url": f"{host.address}visit.diamonds", "name": "Visit <i>all</i>", "examples": 3}
    assert ready["packs"] == [pack]
    [told] = heard(page, "answer")
    assert told["question"] == KNOWN
    assert told["kind"] == "answer"
    assert told["text"].startswith("From **9 to 5**")
    assert 0.5 < told["confidence"] <= 1
    assert told["sources"] == [{"title": "Visit <b>us</b>", "url": f"{host.address}visit#hours"}]


def test_what_a_pack_holds_cannot_run(open_page: OpenPage) -> None:
    """HTML in names, titles and answers is text; a javascript: source is no link."""
    page = open_page(CHAT)
    open_chat(page)
    answer = ask_chat(page, KNOWN)
    expect(answer.locator(".prose")).to_contain_text("<img src=x onerror=alert(1)>")
    dogs = ask_chat(page, "May I bring my dog?")
    expect(dogs.locator(".sources")).to_have_text("House rules")
    expect(dogs.locator(".sources a")).to_have_count(0)
    assert heard(page, "answer", 2)[1]["sources"] == []
    dogs.locator(".receipts > summary").click()
    assert inside(page).locator("img, script[src^='x'], a[href^='javascript']").count() == 0


def test_ask_from_outside(open_page: OpenPage) -> None:
    """ask() opens, shows and resolves with the answer; an empty question with undefined."""
    page = open_page(CHAT)
    answer = page.evaluate(f"{CALL}.ask('What does a ticket cost?')")
    assert answer["text"] == "Twelve euros; six for children."
    expect(inside(page).locator("#turns .question")).to_have_text("What does a ticket cost?")
    expect(sheet(page)).to_be_visible()
    assert page.evaluate(f"{CALL}.ask('  ').then((answer) => answer === undefined)")
    [error] = heard(page, "error")
    assert error["kind"] == "question"


def test_fifty_questions_at_once(open_page: OpenPage) -> None:
    """All are answered, in their order, each to whoever asked."""
    page = open_page(CHAT)
    questions = [f"{KNOWN} ({number})" for number in range(50)]
    answers = page.evaluate(
        f"(questions) => Promise.all(questions.map((one) => {CALL}.ask(one)))", questions
    )
    assert [answer["question"] for answer in answers] == questions
    expect(inside(page).locator("#turns .question")).to_have_count(50)


def test_feedback_goes_to_the_page_around(open_page: OpenPage) -> None:
    """A thumb up at once; a thumb down at once and again with its reason and note."""
    page = open_page(CHAT)
    chat = open_chat(page)
    answer = ask_chat(page, KNOWN)
    answer.locator("[data-do=rate-up]").click()
    [up] = heard(page, "feedback")
    assert (up["rating"], up["question"], up["examples"][0]) == ("up", KNOWN, "open")
    answer.locator("[data-do=rate-down]").click()
    chat.get_by_label("Out of date").check()
    chat.locator("#note").fill("Since May until 8. <b>")
    chat.locator("#feedback-form [type=submit]").click()
    *_, down, explained = heard(page, "feedback", 3)
    assert (down["rating"], down["reason"]) == ("down", "")
    assert explained["reason"] == "out_of_date"
    assert explained["note"] == "Since May until 8. <b>"
    expect(chat.locator("#notices")).to_contain_text("Thank you")


def test_the_conversation_outlives_a_reload_and_clear_ends_it(open_page: OpenPage) -> None:
    """The next page of the site shows what was said; clear() forgets it for good."""
    page = open_page(CHAT)
    open_chat(page)
    ask_chat(page, KNOWN)
    page.reload()
    open_chat(page)
    asked = inside(page).locator("#turns .question")
    expect(asked).to_have_text(KNOWN)
    page.evaluate(f"{CALL}.clear()")
    expect(asked).to_have_count(0)
    page.reload()
    chat = open_chat(page)
    ask_chat(page, "Can we get coffee here?")
    expect(chat.locator("#turns .question")).to_have_count(1)
    chat.get_by_role("button", name="New conversation").click()
    expect(asked).to_have_count(0)


def test_threshold(open_page: OpenPage) -> None:
    """Less sure than this is no answer; what is no number leaves the pack's own measure."""
    page = open_page('<arena-chat pack="/visit.diamonds" threshold="1"></arena-chat>')
    open_chat(page)
    vague = "opening at what time is it"
    expect(ask_chat(page, vague)).not_to_have_attribute("data-kind", "answer")
    page.locator("arena-chat").evaluate("(node) => node.setAttribute('threshold', '0')")
    expect(ask_chat(page, f"{vague}?")).to_have_attribute("data-kind", "answer")
    page.locator("arena-chat").evaluate("(node) => node.setAttribute('threshold', 'high')")
    expect(ask_chat(page, KNOWN)).to_have_attribute("data-kind", "answer")


def test_several_packs_and_another_one(open_page: OpenPage) -> None:
    """Two packs answer together; a change while open is another conversation."""
    page = open_page('<arena-chat pack="/visit.diamonds /cafe.diamonds"></arena-chat>')
    open_chat(page)
    expect(ask_chat(page, "Is there a café?").locator(".prose")).to_have_text("Yes, in the garden.")
    expect(ask_chat(page, KNOWN).locator(".prose")).to_contain_text(ANSWER)
    page.locator("arena-chat").evaluate("(node) => node.setAttribute('pack', '/cafe.diamonds')")
    expect(inside(page).locator("#turns .question")).to_have_count(0)
    expect(ask_chat(page, "Where can we eat?").locator(".prose")).to_have_text(
        "Yes, in the garden."
    )
    assert [len(ready["packs"]) for ready in heard(page, "ready", 2)] == [2, 1]


@pytest.mark.allow_page_errors  # the browser logs the 404
def test_a_missing_pack_is_said_and_comes_when_it_is_there(open_page: OpenPage, host: Host) -> None:
    """Notice, event and a failed answer with "Try again", which fetches it again."""
    data = host.replies.pop("/visit.diamonds")
    page = open_page(CHAT)
    chat = open_chat(page)
    answer = ask_chat(page, KNOWN)
    expect(answer).to_contain_text("The answers could not be loaded (404)")
    [error] = [one for one in heard(page, "error") if one["kind"] == "pack"]
    assert error["url"] == f"{host.address}visit.diamonds"
    expect(chat.locator("#notices")).to_contain_text("could not be loaded")
    host.replies["/visit.diamonds"] = data
    answer.get_by_role("button", name="Try again").click()
    expect(chat.locator(".prose")).to_contain_text(ANSWER)


@pytest.mark.allow_page_errors
def test_one_missing_pack_of_two_leaves_the_other(open_page: OpenPage) -> None:
    """What can be had answers; what cannot is said."""
    page = open_page('<arena-chat pack="/gone.diamonds /cafe.diamonds"></arena-chat>')
    open_chat(page)
    expect(ask_chat(page, "Is there a café?").locator(".prose")).to_have_text("Yes, in the garden.")
    [error] = heard(page, "error")
    assert error["kind"] == "pack"


@pytest.mark.parametrize("damage", ["cut", "html"])
def test_a_broken_pack_is_said(open_page: OpenPage, host: Host, damage: str) -> None:
    """A file cut short, or a page in its place, is named for what it is."""
    body = host.replies["/visit.diamonds"].body
    host.replies["/visit.diamonds"] = Reply(body[:-50] if damage == "cut" else b"<!doctype html>")
    page = open_page(CHAT)
    open_chat(page)
    expect(ask_chat(page, KNOWN)).to_have_class("answer failed")
    assert heard(page, "error")[0]["kind"] == "pack"


def test_a_slow_pack_is_waited_for(open_page: OpenPage, host: Host) -> None:
    """The question waits in sight, and is answered when the pack has come."""
    hold = threading.Event()
    fast = host.replies["/visit.diamonds"]
    host.replies["/visit.diamonds"] = Reply(fast.body, fast.kind, hold=hold)
    page = open_page(CHAT)
    chat = open_chat(page)
    chat.locator("#question").fill(KNOWN)
    chat.locator("#question").press("Enter")
    expect(chat.locator(".waiting")).to_have_text("One moment, getting ready…")
    hold.set()
    expect(chat.locator(".prose")).to_contain_text(ANSWER)


@pytest.mark.allow_page_errors  # PyScript opens a database of its own, and does not catch that
def test_refused_storage_changes_nothing_but_memory(open_page: OpenPage) -> None:
    """A browser that keeps nothing for frames still gets answers; a reload starts afresh."""
    page = open_page(CHAT, before=REFUSED)
    open_chat(page)
    expect(ask_chat(page, KNOWN).locator(".prose")).to_contain_text(ANSWER)
    page.reload()
    chat = open_chat(page)
    ask_chat(page, "May I bring my dog?")
    expect(chat.locator("#turns .question")).to_have_count(1)


@pytest.mark.allow_page_errors  # PyScript itself logs that storage is refused
def test_a_site_on_another_domain_embeds_it(
    visitor: Callable[..., BrowserContext], site: Site, packs: dict[str, bytes]
) -> None:
    """Where Chromium, in private, refuses a frame of another site all storage, it answers."""
    host = Host("localhost")
    try:
        host.replies["/visit.diamonds"] = Reply(packs["visit"], "application/octet-stream")
        host.replies["/"] = Reply(document(site.address, CHAT))
        page = visitor().new_page()
        page.goto(host.address)
        open_chat(page)
        expect(ask_chat(page, KNOWN).locator(".prose")).to_contain_text(ANSWER)
    finally:
        host.stop()


def test_removed_mid_answer(open_page: OpenPage) -> None:
    """The page takes the element away while it thinks: nothing fails, and ask() resolves."""
    page = open_page(CHAT)
    open_chat(page)
    ask_chat(page, KNOWN)
    gone = page.evaluate(
        f"() => {{ const chat = {CALL}; const answer = chat.ask('{KNOWN}'); chat.remove();"
        " return answer.then((one) => one === undefined); }"
    )
    assert gone
    page.wait_for_timeout(300)


@pytest.mark.allow_page_errors  # the browser logs the 404
def test_the_engine_that_does_not_start_is_said(open_page: OpenPage) -> None:
    """A part of the release that is missing is named, to the person and to the page."""
    page = open_page(CHAT)
    page.context.route("**/models/static.encoder", lambda route: route.fulfill(status=404))
    chat = open_chat(page)
    expect(chat.locator("#notices")).to_contain_text("static.encoder")
    assert heard(page, "error")[0]["kind"] == "engine"


def test_two_chats_on_one_page(open_page: OpenPage) -> None:
    """Each answers from its own pack, with its own events; neither hears the other."""
    page = open_page(
        '<arena-chat id="one" pack="/visit.diamonds" title="One"></arena-chat>'
        '<arena-chat id="two" pack="/cafe.diamonds" title="Two" position="bottom-start">'
        "</arena-chat>"
    )
    both = page.evaluate(
        "() => Promise.all([document.getElementById('one').ask('When are you open?'),"
        " document.getElementById('two').ask('Is there a café?')])"
    )
    assert both[0]["text"].startswith("From **9 to 5**")
    assert both[1]["text"] == "Yes, in the garden."
    for name in ("one", "two"):
        turns = page.frame_locator(f"#{name} iframe").locator("#turns .question")
        expect(turns).to_have_count(1)


def test_offline_after_one_visit(open_page: OpenPage, site: Site, host: Host) -> None:
    """Once used, the chat itself comes from this browser: ArenaLab's site may be gone."""
    page = open_page(CHAT, offline_use=True)
    open_chat(page)
    ask_chat(page, KNOWN)
    frame = page.frame(url=f"{site.address}embed.html*") or page.frames[1]
    frame.wait_for_function(
        "() => navigator.serviceWorker.ready.then((one) => one.active?.state === 'activated')"
    )
    site.stop()
    script = Reply((site.dist / "static/embed.js").read_bytes(), "text/javascript")
    host.replies["/static/embed.js"] = script
    page.evaluate(
        f"() => {{ {CALL}.remove(); document.body.insertAdjacentHTML('beforeend', `{CHAT}`); }}"
    )
    button(page).wait_for()
    chat = open_chat(page)
    expect(chat.locator("#turns .question")).to_have_text(KNOWN)
    expect(ask_chat(page, "May I bring my dog?").locator(".prose")).to_have_text("On a lead, yes.")


@pytest.mark.parametrize("message", ["hello", "start"])
def test_messages_of_strangers_are_ignored(open_page: OpenPage, message: str) -> None:
    """Neither another frame nor the page itself can pose as the chat, or lead it."""
    page = open_page(
        CHAT + '<iframe id="stranger" srcdoc="<p>I am somebody else"></iframe>',
    )
    open_chat(page)
    page.evaluate(
        """(message) => {
          const ours = document.querySelector("arena-chat").shadowRoot.querySelector("iframe");
          const stranger = document.getElementById("stranger").contentWindow;
          const { port1, port2 } = new MessageChannel();
          window.caught = [];
          port1.onmessage = (event) => caught.push(event.data);
          for (const target of [window, ours.contentWindow]) {
            target.postMessage({ arena: message }, "*", target === window ? [] : [port2]);
            stranger.eval(`(target) => target.postMessage({ arena: "${message}" }, "*")`)(target);
          }
        }""",
        message,
    )
    expect(ask_chat(page, KNOWN).locator(".prose")).to_contain_text(ANSWER)
    assert page.evaluate("caught") == []
