"""far: a pack whose vectors and texts stay in the file answers as one in memory."""

from itertools import pairwise

import numpy as np
import pytest

from arenalab.arena import Arena
from arenalab.container import read_header
from arenalab.errors import DamagedFileError
from arenalab.filter import Filter
from arenalab.pack import Kept, NotHereError, Pack, opening, read_pack, write_pack
from arenalab.plan import plan
from arenalab.search import Query, candidates
from world import WordEncoder, pack_of_vectors

QUESTION = "How do I reset my password?"


def opened(data: bytes, kept: Kept, asked: list[slice]) -> Pack:
    """Open `data` as a door does that fetches what is lacking; `asked` takes what was fetched."""
    steps = opening(kept, len(data))
    place = next(steps)
    while True:
        asked.append(place)
        try:
            place = steps.send(data[place])
        except StopIteration as done:
            return done.value


def retried(work, data: bytes, kept: Kept, asked: list[slice]):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201
    """Do `work` until nothing is lacking."""
    for _ in range(20):
        try:
            return work()
        except NotHereError as lacking:
            asked += lacking.places
            kept.keep([(place, data[place]) for place in lacking.places])
    raise AssertionError("it never had enough")


def test_a_pack_left_in_its_file_answers_the_same(arena: Arena, encoder: WordEncoder) -> None:
    """Fetching what is lacking and asking again gives the answer of the whole pack."""
    data = write_pack(arena.pack)
    kept, asked = Kept(), []
    pack = opened(data, kept, asked)
    far = Arena(pack, encoder, lambda: 0.0)
    told = retried(lambda: far.answer(QUESTION), data, kept, asked).to_json()
    whole = Arena(arena.pack, encoder, lambda: 0.0).answer(QUESTION).to_json()
    told.pop("plan"), whole.pop("plan")
    assert told == whole


def test_less_is_fetched_of_a_large_pack() -> None:
    """Where rows have to be fetched, fewer are scored exactly, and the plan says so."""
    rng = np.random.default_rng(0)
    pack = pack_of_vectors(rng.standard_normal((1000, 128)).astype(np.float32))
    data = write_pack(pack)
    kept, asked = Kept(), []
    far = opened(data, kept, asked)
    planned = plan(far, Filter(), 50)
    assert f"score {planned.rescored} of them" in planned.words
    assert "Only the index is in memory" in planned.words
    assert planned.to_json()["held"] == "index"
    assert planned.rescored < plan(pack, Filter(), 50).rescored
    asked.clear()
    query = Query("", pack.rows(np.array([7]))[0], ())
    found = retried(lambda: candidates(far, query, planned), data, kept, asked)
    assert found.rows[0] == 7
    assert planned.rescored <= len(asked) < 2 * planned.rescored


def test_only_what_is_used_is_fetched(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening fetches the header and the index, a row its own bytes."""
    monkeypatch.setattr("arenalab.pack.beginning.FRONT", 48)
    data = write_pack(arena.pack)
    kept, asked = Kept(), []
    pack = opened(data, kept, asked)
    header = read_header(data)
    left = [header.place(name) for name in ("vectors", "texts", "quality")]
    assert not any(a.start < b.stop and b.start < a.stop for a in asked for b in left)
    asked.clear()
    row = retried(lambda: pack.rows(np.array([3])), data, kept, asked)
    np.testing.assert_array_equal(row, arena.pack.rows(np.array([3])))
    assert [place.stop - place.start for place in asked] == [len(pack.mean)]


@pytest.mark.parametrize("section", ["vectors", "texts"])
def test_damage_in_what_was_left_is_found(arena: Arena, section: str) -> None:
    """Vectors that contradict their signs, and texts that are not as written, are refused."""
    data = bytearray(write_pack(arena.pack))
    place = read_header(data).place(section)
    data[place] = bytes(255 - b for b in data[place])
    kept = Kept()
    pack = opened(bytes(data), kept, [])
    mapped = read_pack(bytes(data), whole=False)
    with pytest.raises(DamagedFileError):
        read_pack(bytes(data))
    for one in (pack, mapped):
        with pytest.raises(DamagedFileError):
            retried(lambda one=one: (one.rows(np.arange(4)), one.texts[0]), bytes(data), kept, [])


def test_damage_in_the_index_is_found_at_once(arena: Arena) -> None:
    """A changed byte of the index is refused when the pack is opened."""
    data = bytearray(write_pack(arena.pack))
    data[read_header(data).place("term_lengths").start] ^= 1
    with pytest.raises(DamagedFileError, match="term_lengths"):
        opened(bytes(data), Kept(), [])


def test_a_file_of_another_length_is_refused(arena: Arena) -> None:
    """A file cut behind its index is named as cut short before anything is read."""
    data = write_pack(arena.pack)[:-64]
    with pytest.raises(DamagedFileError, match="cut short"):
        opened(data, Kept(), [])


def test_what_came_short_is_refused() -> None:
    """Fewer bytes than were asked for are never kept."""
    with pytest.raises(DamagedFileError, match="10 bytes were asked for"):
        Kept().keep([(slice(0, 10), b"short")])


def test_kept_forgets_the_oldest() -> None:
    """Trimmed to its size, what was used longest ago goes; until then all stays."""
    kept = Kept(most=20)
    places = [slice(i * 10, i * 10 + 10) for i in range(4)]
    kept.keep([(place, bytes(10)) for place in places])
    kept(places[:1])
    assert len(kept(places)) == 4
    kept(places[:1])
    kept.trim()
    assert len(kept([places[0], places[3]])) == 2
    with pytest.raises(NotHereError) as lacking:
        kept(places[:3])
    assert lacking.value.places == tuple(places[1:3])


def test_an_index_larger_than_what_is_kept_opens(
    arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes in pieces to one place, each asked for once, whatever else is held."""
    data = write_pack(arena.pack)
    monkeypatch.setattr("arenalab.pack.beginning.PIECE", 1000)
    monkeypatch.setattr("arenalab.pack.beginning.FRONT", 100)
    asked: list[slice] = []
    pack = opened(data, Kept(most=0), asked)
    np.testing.assert_array_equal(pack.codes, arena.pack.codes)
    assert all(place.stop - place.start <= 1000 for place in asked[2:])
    assert all(a.stop == b.start for a, b in pairwise(asked))
