"""Events of packs: chosen, added, removed, and the work of an import. Pure."""

from page.model import STARTER, Progress, State, find_pack
from page.records import pack_from_record


def pack_chosen(state: State, *, id: str) -> State:
    """From now on questions go to this pack."""
    return state.replace(pack=id, dialog=None) if find_pack(state, id) else state


def specialist_toggled(state: State, *, id: str) -> State:
    """A pack is asked together with the chosen one, or no longer is."""
    held = state.settings.specialists
    others = tuple(one for one in held if one != id)
    changed = others if id in held else others + (id,)
    return state.replace(settings=state.settings.replace(specialists=changed))


def pack_described(state: State, *, record: dict) -> State:
    """The engine opened a pack and knows its name, count, size, suggestions and coverage."""
    packs = [
        pack_from_record(pack.to_dict() | record) if pack.id == record["id"] else pack
        for pack in state.packs
    ]
    return state.replace(packs=tuple(packs))


def pack_added(state: State, *, record: dict) -> State:
    """A pack was built or opened here; it is chosen at once."""
    others = tuple(pack for pack in state.packs if pack.id != record["id"])
    pack = pack_from_record(record)
    return state.replace(packs=others + (pack,), pack=pack.id, job=None)


def pack_removed(state: State, *, id: str) -> State:
    """A pack is gone; the starter takes over when it was the chosen one."""
    packs = tuple(pack for pack in state.packs if pack.id != id)
    return state.replace(
        packs=packs, pack=STARTER if state.pack == id else state.pack, confirm=None
    )


def packs_seen(state: State, *, packs: list) -> State:
    """Another tab added or removed packs."""
    state = state.replace(packs=state.packs[:1] + tuple(map(pack_from_record, packs)))
    return state if find_pack(state, state.pack) else state.replace(pack=STARTER)


def confirm_asked(state: State, *, id: str) -> State:
    """Removing needs a second press; this is the first."""
    return state.replace(confirm=id)


def job_moved(state: State, *, stage: str, done: int = 0, total: int = 0) -> State:
    """An import took a step. What is fetched is counted in bytes, all else in items."""
    unit = "bytes" if stage == "fetch" else "items"
    return state.replace(job=Progress(stage=stage, done=done, total=total, unit=unit))


def job_ended(state: State) -> State:
    """An import is over, well or badly."""
    return state.replace(job=None)


UPDATES = (
    pack_chosen,
    specialist_toggled,
    pack_described,
    pack_added,
    pack_removed,
    packs_seen,
    confirm_asked,
    job_moved,
    job_ended,
)
