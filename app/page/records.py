"""Records as they are stored, back and forth. Pure.

A reader takes the fields it knows, so that an older and a newer page can share one database.
"""

from page.model import Draft, Pack, Settings, Turn
from page.value import Value


def turn_from_record(record: dict, otherwise: str) -> Turn:
    """A stored turn; without an answer or an error its status is `otherwise`."""
    if record.get("stopped"):
        status = "stopped"
    else:
        status = "done" if record.get("answer") else "failed" if record.get("error") else otherwise
    turn = _known(Turn, record)
    packs = tuple(record.get("packs") or [record.get("pack") or turn.packs[0]])
    provided = turn.provided
    if provided and provided["status"] == "asking":  # by a tab that is gone
        provided = None
    return turn.replace(status=status, packs=packs, provided=provided)


def turn_to_record(turn: Turn) -> dict:
    """What is stored of a turn: all but how far it is, unless the person stopped it."""
    stopped = turn.status == "stopped"
    fields = {name: value for name, value in turn.to_dict().items() if name != "status"}
    return fields | {"said": turn.said if stopped else None, "stopped": stopped}


def pack_from_record(record: dict) -> Pack:
    """A pack, of what was stored or what the engine says of it."""
    return _known(Pack, record)


def draft_from_record(record: dict) -> Draft:
    """A stored draft."""
    return _known(Draft, record)


def settings_from_record(record: dict) -> Settings:
    """Stored settings; None is nobody's choice yet."""
    return _known(Settings, record or {})


def _known(kind: type, record: dict) -> Value:
    fields = {name: record[name] for name in kind.FIELDS if name in record}
    for name, value in fields.items():
        if isinstance(value, list):
            fields[name] = tuple(value)
    return kind(**fields)
