"""The diamonds behind an answer as nodes: what each asks and says, and its numbers as bars."""

from page.elements import bar, element, link, markdown
from page.say import count, number, say


def receipts(given: list, *, name_packs: bool = False) -> object:
    """A disclosure of the receipts, or None where there are none.

    `name_packs` says of each which pack it is from.
    """
    if not given:
        return None
    heaviest = max(abs(receipt["weight"]) for receipt in given) or 1.0
    summary = element("summary", count("receipts", len(given)))
    items = [_receipt(receipt, heaviest, name_packs) for receipt in given]
    return element("details", summary, element("ol", *items), _class="receipts")


def _receipt(receipt: dict, heaviest: float, name_packs: bool) -> object:
    stance = "for" if receipt["supports"] else "against"
    quote = element(
        "blockquote",
        markdown(receipt["outcome"]),
        dir="auto",
        tabindex=0,
        role="group",
        aria_label=say("example_says"),
    )
    numbers = element(
        "dl",
        *_number("similarity", receipt["similarity"], receipt["similarity"]),
        *_number("weight", receipt["weight"], abs(receipt["weight"]) / heaviest),
        *_number("quality", receipt["quality"], receipt["quality"]),
    )
    url, title = receipt["source_url"], receipt["source_title"]
    origin = [link(url, title or url)] if title or url else []
    if name_packs:
        origin.append(element("span", receipt["pack"], dir="auto"))
    if receipt["license"]:
        origin.append(element("span", receipt["license"]))
    if not receipt["supports"]:
        origin.append(element("span", say("says_else")))
    return element(
        "li",
        element("p", receipt["question"], _class="asks", dir="auto"),
        quote,
        numbers,
        element("p", *origin, _class="origin") if origin else None,
        _class="receipt " + stance,
    )


def _number(kind: str, value: float, share: float) -> tuple:
    digits = element("span", number(value, 2), _class="number")
    return element("dt", say(kind)), element("dd", bar(share, kind), digits)
