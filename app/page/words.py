"""Every sentence the page composes from what it knows, and nothing else. Pure.

The texts themselves, and those that depend on nothing, stand in static/languages.
"""

from page.model import Notice, Pack, Progress, State, Turn, asked_packs, find_pack
from page.say import count, has, number, percent, say

MEGABYTE = 1_000_000


def sentence(message: str) -> str:
    """An engine's message as a sentence: it starts small, as part of a longer line elsewhere."""
    is_word = message.split(" ")[0].isalpha()  # and not the name of a file
    whole = message[:1].upper() + message[1:] if is_word else message
    return whole if whole.endswith((".", "!", "?")) else whole + "."


def problem(error: dict) -> str:
    """What the engine reports, in the page's language; else in its own words, which are English."""
    key = "error_" + (error["key"] or error["kind"])
    if not has(key):
        return sentence(error["message"])
    values = {
        name: number(value) if isinstance(value, int) else value
        for name, value in error["values"].items()
    }
    return say(key, message=sentence(error["message"]), **values)


def size(amount: int) -> str:
    """Bytes for a person: 950 bytes, 1.5 kB, 16.6 MB."""
    if amount < 1000:
        return count("bytes", amount)
    if amount < MEGABYTE:
        return number(amount / 1000, 1) + " kB"
    return number(amount / MEGABYTE, 1) + " MB"


def progress(step: Progress) -> str:
    """Loading the encoder 9.8 of 16.6 MB; Encoding 120 of 340."""
    key = "stage_" + step.stage
    stage = say(key) if has(key) else step.stage
    if not step.total or (step.unit == "bytes" and step.done >= step.total):
        return stage + "…"
    if step.unit == "items":
        return say("progress", stage=stage, done=number(step.done), total=number(step.total))
    unit, divisor = ("MB", MEGABYTE) if step.total >= MEGABYTE else ("kB", 1000)
    done, total = number(step.done / divisor, 1), number(step.total / divisor, 1)
    return say("progress", stage=stage, done=done, total=f"{total} {unit}")


def share(step: Progress) -> float:
    """How much of a stage is done, 0 to 1; 0 while its total is unknown."""
    return min(1.0, step.done / step.total) if step.total else 0.0


def status(state: State) -> str:
    """The line under the box."""
    if state.job:
        return progress(state.job)
    if state.boot.stage == "failed":
        return say("could_not_start")
    if not state.ready:
        return progress(state.boot)
    return say("ready_offline" if state.offline else "ready")


def waiting(turn: Turn, state: State) -> str:
    """What stands where the answer will be."""
    if turn.status == "elsewhere":
        return say("waiting_elsewhere")
    if state.boot.stage == "failed":
        return say("waiting_failed")
    return say("waiting_ready" if state.ready else "waiting_start")


def sureness(answer: dict) -> str:
    """Very sure, 97%."""
    key = "sure_" + answer["word"]
    word = say(key) if has(key) else answer["word"]
    return say("sureness", word=word, percent=percent(answer["confidence"]))


def time_taken(answer: dict) -> str:
    """0.14 s, computed in this tab."""
    seconds = sum(answer.get("timing", {}).values()) / 1000
    amount = number(seconds, 2) + " s" if seconds >= 0.01 else number(seconds * 1000, 1) + " ms"
    return say("time_taken", amount=amount)


def said(answer: dict) -> str:
    """The answer's text; what the engine says by a template is said in the page's language."""
    parts = answer.get("parts")
    if not parts:
        return _in_words(answer["text"], "template_" + answer["kind"])
    texts = []
    for place, part in enumerate(parts):
        text = _in_words(part["text"], f"template_{part['kind']}_part", number=number(place + 1))
        if text:  # all of it may be said already
            texts.append(text)
    return "\n\n".join(texts)


def _in_words(text: str, key: str, **values: object) -> str:
    """A text whose last paragraph is a template, if its kind has one: that one in our language."""
    if not has(key):
        return text
    before = text.rpartition("\n\n")[0]
    return before + "\n\n" + say(key, **values) if before else say(key, **values)


def pack_line(pack: Pack) -> str:
    """180 examples, 412.0 kB; of a pack that stays on its host, its name too."""
    parts = [count("examples", pack.count)] if pack.count else []
    if pack.size:
        parts.append(size(pack.size))
    if pack.url:
        parts.append(say("on_host", host=host(pack.url)))
    return ", ".join(parts)


def host(url: str) -> str:
    """The host of an address, with its port where it says one."""
    return url.split("//", 1)[-1].split("/")[0].split("?")[0]


def asked_of(state: State) -> str:
    """The name on the chooser: the chosen pack, and how many are asked with it."""
    pack = find_pack(state, state.pack)
    others = len(asked_packs(state)) - 1
    name = pack.name if pack else ""
    return say("and_more", name=name, count=number(others)) if others else name


def built(pack: Pack) -> Notice:
    """An own pack is there; what its importer remarked stands below."""
    text = say("pack_ready", name=pack.name, examples=count("examples", pack.count))
    return Notice(key="import", kind="done", text=text, details=pack.notes)


def too_large(name: str, bytes_there: int, bytes_allowed: int) -> str:
    """Why a file is refused unread, and what to do instead."""
    return say("too_large", name=name, size=size(bytes_there), limit=size(bytes_allowed))


def missing(path: str) -> str:
    """Why the engine cannot start."""
    return say("part_missing", name=path.split("/")[-1])


def unknown_kind(name: str, kinds: tuple) -> str:
    """Why a file is refused by its name."""
    return say("unknown_kind", name=name, kinds=", ".join(kinds))


LEVELS = ((0.85, "strict"), (0.7, "careful"), (0.5, "balanced"), (0.0, "bold"))


def level(threshold: float) -> str:
    """A threshold in a word."""
    return say("level_" + next(word for bar, word in LEVELS if threshold >= bar))


def effect(pack: Pack, threshold: float) -> str:
    """What a threshold does to this pack, as measured on its own examples."""
    row = measured(pack, threshold)
    if not row:
        return say("effect_unknown")
    _, answered, wrong = row
    bar = percent(threshold)
    return say("effect", bar=bar, answered=percent(answered), wrong=percent(wrong))


def measured(pack: Pack, threshold: float) -> tuple:
    """The row of the pack's coverage whose bar is nearest, or None."""
    if not pack.coverage:
        return None
    return tuple(min(pack.coverage, key=lambda row: abs(row[0] - threshold)))
