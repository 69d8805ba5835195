"""Every sentence the page composes from numbers, and nothing else. Pure.

Sentences that do not depend on anything stand in index.html.
"""

from page.state import Notice, Pack, Progress, State, Turn

MEBIBYTE = 1_000_000
STAGES = {
    "interface": "Starting",
    "runtime": "Starting Python",
    "packages": "Loading the engine",
    "encoder": "Loading the encoder",
    "pack": "Loading the examples",
    "read": "Reading",
    "encode": "Encoding",
    "calibrate": "Calibrating",
    "save": "Saving",
}
NEAREST = "The nearest questions I can answer:"
SURE = {
    "certain": "Very sure",
    "likely": "Fairly sure",
    "unsure": "Not sure",
    "unknown": "No match",
}


def sentence(message: str) -> str:
    """An engine's message as a sentence: it starts small, as part of a longer line elsewhere."""
    is_word = message.split(" ")[0].isalpha()  # and not the name of a file
    whole = message[:1].upper() + message[1:] if is_word else message
    return whole if whole.endswith((".", "!", "?")) else whole + "."


def size(count: int) -> str:
    """Bytes for a person: 950 bytes, 1.5 kB, 16.6 MB."""
    if count < 1000:
        return f"{count} bytes"
    if count < MEBIBYTE:
        return f"{count / 1000:.1f} kB"
    return f"{count / MEBIBYTE:.1f} MB"


def plural(count: int, one: str, many: str = "") -> str:
    """1 example, 1,249 examples."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def progress(step: Progress) -> str:
    """Loading the encoder 9.8 of 16.6 MB; Encoding 120 of 340."""
    words = STAGES.get(step.stage, step.stage)
    if not step.total or (step.unit == "bytes" and step.done >= step.total):
        return words + "…"
    if step.unit == "items":
        return f"{words} {step.done:,} of {step.total:,}"
    unit, divisor = ("MB", MEBIBYTE) if step.total >= MEBIBYTE else ("kB", 1000)
    return f"{words} {step.done / divisor:.1f} of {step.total / divisor:.1f} {unit}"


def share(step: Progress) -> float:
    """How much of a stage is done, 0 to 1; 0 while its total is unknown."""
    return min(1.0, step.done / step.total) if step.total else 0.0


def status(state: State) -> str:
    """The line under the box."""
    if state.job:
        return progress(state.job)
    if state.boot.stage == "failed":
        return "Could not start"
    if not state.ready:
        return progress(state.boot)
    return "Ready, works offline" if state.offline else "Ready"


def waiting(turn: Turn, state: State) -> str:
    """What stands where the answer will be."""
    if turn.status == "elsewhere":
        return "Being answered in another tab"
    if state.boot.stage == "failed":
        return "Cannot be answered: the engine did not start"
    if state.ready:
        return "Looking through the examples…"
    return "Will be answered as soon as Python is up"


def sureness(answer: dict) -> str:
    """Very sure, 97%."""
    return f"{SURE.get(answer['word'], answer['word'])}, {percent(answer['confidence'])}"


def percent(share: float) -> str:
    """A share as whole percent, never rounded up to certainty nor down to nothing."""
    rounded = round(share * 100)
    if rounded >= 100 and share < 1:
        return "over 99%"
    return f"{rounded}%" if rounded or share <= 0 else "under 1%"


def time_taken(answer: dict) -> str:
    """0.14 s, computed in this tab."""
    seconds = sum(answer.get("timing", {}).values()) / 1000
    amount = f"{seconds:.2f} s" if seconds >= 0.01 else f"{seconds * 1000:.1f} ms"
    return f"{amount}, computed in this tab"


def pack_line(pack: Pack) -> str:
    """180 examples, 412.0 kB."""
    parts = [plural(pack.count, "example")] if pack.count else []
    return ", ".join(parts + ([size(pack.size)] if pack.size else []))


def built(pack: Pack) -> Notice:
    """An own pack is there; what its importer remarked stands below."""
    text = f"{pack.name} is ready: {plural(pack.count, 'example')}. Ask it anything."
    return Notice(key="import", kind="done", text=text, details=pack.notes)


def too_large(name: str, bytes_there: int, bytes_allowed: int) -> str:
    """Why a file is refused unread, and what to do instead."""
    return (
        f"{name} is {size(bytes_there)}; the page takes up to {size(bytes_allowed)}. "
        "Split it, or build the pack with the arenalab command and drop the .diamonds file here."
    )


def missing(path: str) -> str:
    """Why the engine cannot start."""
    name = path.split("/")[-1]
    return f"A part of this page, {name}, could not be loaded. Check the network, then reload."


def unknown_kind(name: str, kinds: tuple) -> str:
    """Why a file is refused by its name."""
    return f"{name} is not a kind of file this page reads. It reads {', '.join(kinds)}."
