"""The interface's texts in the language chosen: `say("key", name=value)`.

The texts are data, one file a language in static/languages; whoever starts the page hands them
over with `use`. Numbers, plurals and dates are the locale's business, which is handed over too.
"""

ISOLATE = "\u2068"
END = "\u2069"

_now = {"texts": {}, "locale": None}


def use(texts: dict, locale: object) -> None:
    """From now on, speak with these texts.

    `locale` has `plural(count)` → a CLDR category, `number(value, digits)`, `percent(whole)` and
    `date(milliseconds)` → text.
    """
    _now["texts"] = texts
    _now["locale"] = locale


def say(key: str, **fields: object) -> str:
    """The text of this key with its placeholders filled.

    From right to left, each filling keeps its own direction (Unicode Annex 9, isolates): "0.06 s"
    or an English name would else be torn apart.
    """
    texts = _now["texts"]
    if texts.get("dir") == "rtl":
        fields = {name: f"{ISOLATE}{value}{END}" for name, value in fields.items()}
    return texts[key].format(**fields)


def count(key: str, amount: int) -> str:
    """A counted thing: the form for this amount, the amount in the language's digits."""
    forms = _now["texts"][key]
    form = forms.get(_now["locale"].plural(amount), forms["other"])
    return form.format(count=number(amount))


def number(value: float, digits: int = 0) -> str:
    """A number with its separators, to this many decimals."""
    return _now["locale"].number(value, digits)


def percent(share: float) -> str:
    """A share as whole percent, never rounded up to certainty nor down to nothing."""
    rounded = round(share * 100)
    if rounded >= 100 and share < 1:
        return say("over", amount=_now["locale"].percent(99))
    if rounded or share <= 0:
        return _now["locale"].percent(rounded)
    return say("under", amount=_now["locale"].percent(1))


def date(milliseconds: int) -> str:
    """A day and a time."""
    return _now["locale"].date(milliseconds)


def has(key: str) -> bool:
    """Whether there is a text of this key."""
    return key in _now["texts"]
