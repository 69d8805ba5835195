"""A turn as nodes: the question, and below it the answer with its sources, sureness, receipts."""

from page import words
from page.elements import bar, element, icon_button, link, markdown, text_button
from page.model import State, Turn
from page.provider_view import provided
from page.receipts import receipts
from page.say import say

SOURCES = 3


def turn_node(turn: Turn, state: State) -> object:
    """The list item of one turn."""
    question = element("p", turn.question, _class="question", dir="auto")
    parts = [_topic(turn.answer), question, reply(turn, state)]
    return element("li", *parts, _class="turn", data_status=turn.status)


def update_turn(node: object, before: Turn, turn: Turn, state: State) -> None:
    """Make `node`, which shows `before`, show `turn`, leaving alone what is the same.

    A rating changes its buttons only, so that the focus and opened receipts stay.
    """
    node.dataset.status = turn.status
    if before.replace(rating=turn.rating) == turn:
        _press(node, turn)
    elif before.status == turn.status == "saying":
        prose = node.querySelector(".prose")
        prose.replaceChildren(markdown(words.said(turn.answer), turn.said))
    else:
        topic = None if before.answer else _topic(turn.answer)
        if topic:
            node.prepend(topic)
        node.lastElementChild.replaceWith(reply(turn, state))


def reply(turn: Turn, state: State) -> object:
    """What stands below the question."""
    if turn.answer:
        return _answer(turn, state)
    if turn.error:
        again = text_button(say("try_again"), "retry", data_id=turn.id)
        reason = element("p", turn.error, dir="auto")
        return element("div", reason, again, _class="answer failed")
    if turn.status == "stopped":
        return element("div", _stopped("ask_again", "retry", turn), _class="answer")
    dots = element(
        "span", element("i"), element("i"), element("i"), _class="dots", aria_hidden="true"
    )
    return element("p", dots, words.waiting(turn, state), _class="answer waiting")


def _answer(turn: Turn, state: State) -> object:
    answer = turn.answer
    verdict = answer.get("verdict")
    prose = element("div", markdown(words.said(answer), turn.said), _class="prose", dir="auto")
    parts = [_understood(answer), prose]
    if turn.status == "stopped" and turn.said is not None:
        parts.append(_stopped("show_rest", "show-rest", turn))
    elif turn.status != "saying":
        given = receipts(answer["receipts"], name_packs=len(turn.packs) > 1)
        parts += [_principle(verdict), _options(answer), _sources(answer), _facts(turn), given]
        parts.append(provided(turn, state))
    action = verdict["action"] if verdict else None
    return element("div", *parts, _class="answer", data_kind=answer["kind"], data_verdict=action)


def _stopped(key: str, do: str, turn: Turn) -> object:
    button = text_button(say(key), do, data_id=turn.id, _class="quiet")
    return element("p", say("stopped"), button, _class="stopped")


def _principle(verdict: dict | None) -> object:
    """Which principle spoke; where somebody may be in need, the words alone are enough."""
    if not verdict or verdict["action"] == "care":
        return None
    said = say("principle", statement=verdict["statement"])
    return element("p", said, _class="aside", dir="auto")


def _topic(answer: dict | None) -> object:
    """A word above the question that what was said before is not taken into account.

    Never above a refusal or caring words, also not where an older page stored that it was new.
    """
    if not answer or not answer.get("new_topic"):
        return None
    plain = answer["kind"] == "answer" and not answer.get("verdict")
    return element("p", say("new_topic"), _class="topic") if plain else None


def _understood(answer: dict) -> object:
    """How a question that leans on the conversation was understood."""
    if not answer.get("resolved"):
        return None
    said = say("understood", question=answer["resolved"])
    return element("p", said, _class="understood", dir="auto")


def _options(answer: dict) -> object:
    """What may have been meant, or the nearest there is, each a question to press."""
    options = answer["options"]
    if not options:
        return None
    buttons = [element("li", text_button(o["question"], "ask", dir="auto")) for o in options]
    leads = {"unknown": "nearest", "answer": "nearest" if answer.get("parts") else "also"}
    lead = leads.get(answer["kind"])
    heading = element("p", say(lead), _class="aside") if lead else None
    return element("div", heading, element("ul", *buttons, _class="suggestions"), _class="options")


def _sources(answer: dict) -> object:
    """Where the answer stands; what is no answer has none."""
    if answer["kind"] != "answer":
        return None
    named = []
    items = []
    for receipt in answer["receipts"]:
        url = receipt["source_url"]
        name = receipt["source_title"] or url
        if receipt["supports"] and name and name not in named:
            named.append(name)
            items.append(element("li", link(url, name)))
    if not items:
        return None
    return element("ul", *items[:SOURCES], _class="sources", aria_label=say("sources"))


def _facts(turn: Turn) -> object:
    answer = turn.answer
    sure = element(
        "span", bar(answer["confidence"], "sure"), words.sureness(answer), _class="sureness"
    )
    verdict = answer.get("verdict")
    if answer["kind"] == "refusal" or (verdict and verdict["action"] == "care"):
        sure = None  # it is no guess
    rate = element(
        "span",
        icon_button("copy", "copy-answer", say("copy_answer"), data_id=turn.id),
        _thumb("up", "good_answer", turn),
        _thumb("down", "bad_answer", turn),
        _class="rate",
    )
    time = element("span", words.time_taken(answer))
    return element("div", sure, time, rate, _class="facts")


def _thumb(way: str, key: str, turn: Turn) -> object:
    pressed = "true" if turn.rating == way else "false"
    return icon_button(way, "rate-" + way, say(key), data_id=turn.id, aria_pressed=pressed)


def _press(node: object, turn: Turn) -> None:
    for way in ("up", "down"):
        button = node.querySelector(f"[data-do=rate-{way}]")
        if button:
            button.setAttribute("aria-pressed", "true" if turn.rating == way else "false")
