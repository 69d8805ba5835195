"""A turn as nodes: the question, and below it the answer with its sources, sureness, receipts."""

from page import words
from page.elements import bar, element, link, markdown
from page.state import State, Turn

SOURCES = 3


def turn_node(turn: Turn, state: State) -> object:
    """The list item of one turn."""
    question = element("p", turn.question, _class="question", dir="auto")
    return element("li", question, _reply(turn, state), _class="turn", data_status=turn.status)


def _reply(turn: Turn, state: State) -> object:
    if turn.answer:
        return _answer(turn.answer)
    if turn.error:
        again = element("button", "Try again", type="button", data_do="retry", data_id=turn.id)
        return element("div", element("p", turn.error), again, _class="answer failed")
    dots = element(
        "span", element("i"), element("i"), element("i"), _class="dots", aria_hidden="true"
    )
    return element("p", dots, words.waiting(turn, state), _class="answer waiting")


def _answer(answer: dict) -> object:
    return element(
        "div",
        element("div", markdown(answer["text"]), _class="prose", dir="auto"),
        _options(answer),
        _sources(answer),
        _facts(answer),
        _receipts(answer["receipts"]),
        _class="answer",
        data_kind=answer["kind"],
    )


def _options(answer: dict) -> object:
    """What may have been meant, or the nearest there is, each a question to press."""
    options = answer["options"]
    if not options:
        return None
    buttons = [
        element("li", element("button", o["question"], type="button", data_do="ask", dir="auto"))
        for o in options
    ]
    lead = words.NEAREST if answer["kind"] == "unknown" else None
    heading = element("p", lead, _class="aside") if lead else None
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
    return element("ul", *items[:SOURCES], _class="sources", aria_label="Sources")


def _facts(answer: dict) -> object:
    sure = element(
        "span", bar(answer["confidence"], "sure"), words.sureness(answer), _class="sureness"
    )
    return element("p", sure, element("span", words.time_taken(answer)), _class="facts")


def _receipts(receipts: list) -> object:
    if not receipts:
        return None
    heaviest = max(abs(receipt["weight"]) for receipt in receipts) or 1.0
    summary = element("summary", words.plural(len(receipts), "receipt"))
    items = [_receipt(receipt, heaviest) for receipt in receipts]
    return element("details", summary, element("ol", *items), _class="receipts")


def _receipt(receipt: dict, heaviest: float) -> object:
    stance = "for" if receipt["supports"] else "against"
    quote = element(
        "blockquote",
        markdown(receipt["outcome"]),
        dir="auto",
        tabindex=0,
        role="group",
        aria_label="What the example says",
    )
    numbers = element(
        "dl",
        *_number("Similarity", receipt["similarity"], receipt["similarity"], "similarity"),
        *_number("Weight", receipt["weight"], abs(receipt["weight"]) / heaviest, "weight"),
        *_number("Quality", receipt["quality"], receipt["quality"], "quality"),
    )
    url, title = receipt["source_url"], receipt["source_title"]
    origin = [link(url, title or url)] if title or url else []
    if receipt["license"]:
        origin.append(element("span", receipt["license"]))
    if not receipt["supports"]:
        origin.append(element("span", "says something else"))
    return element(
        "li",
        element("p", receipt["question"], _class="asks", dir="auto"),
        quote,
        numbers,
        element("p", *origin, _class="origin") if origin else None,
        _class="receipt " + stance,
    )


def _number(name: str, value: float, share: float, kind: str) -> tuple:
    number = element("span", f"{value:.2f}", _class="number")
    return element("dt", name), element("dd", bar(share, kind), number)
