"""evaluate.pack: a pack's own figures agree with brute force and with what it knows."""

import numpy as np

from arenalab.arena import Arena
from arenalab.evaluate.pack import evaluate_pack, nearest_rows, scan_recall
from arenalab.pack import Pack, write_pack
from world import pack_of_vectors


def silent(stage: str, done: int, total: int) -> None:
    """Report nothing."""


def test_sizes_are_those_of_the_file(arena: Arena) -> None:
    """Bytes of the file, of each section, and for each diamond."""
    data = write_pack(arena.pack)
    measures = evaluate_pack(arena, data, silent).measures
    assert measures["bytes"] == len(data)
    assert measures["spans"] == arena.pack.span_count
    assert measures["bytes_a_diamond"] == len(data) / arena.pack.span_count
    assert 0 < sum(s["bytes"] for s in measures["sections"].values()) < len(data)


def test_own_phrasings_are_asked_with_themselves_left_out(arena: Arena) -> None:
    """Each is asked as unanswerable, and as known where another phrasing says the same."""
    found = evaluate_pack(arena, write_pack(arena.pack), silent)
    own = found.measures["leave_one_out"]
    outside = [r for r in found.records if not r.truth]
    assert own["n"] + own["n_oos"] == len(found.records)
    assert len(outside) == own["n_oos"] > 0
    assert not any(r.correct for r in outside)
    assert all(0 <= (r.probability or 0) <= 1 for r in found.records)


def test_the_nearest_rows_are_those_of_brute_force() -> None:
    """In blocks or not, the same rows as sorting all cosines."""
    pack = pack_of_vectors(np.random.default_rng(1).standard_normal((60, 128)))
    asked = np.array([0, 7, 59])
    every = pack.rows(np.arange(60))
    cosines = every[asked] @ every.T
    cosines[np.arange(3), asked] = -2
    assert nearest_rows(pack, asked, 5).tolist() == np.argsort(-cosines, axis=1)[:, :5].tolist()


def test_a_scan_that_hands_on_all_rows_misses_none(pack: Pack) -> None:
    """Where there are fewer rows than the scan may hand on, recall is 1."""
    assert {v["recall_at_10"] for v in scan_recall(pack, silent).values()} == {1.0}


def test_a_larger_scan_finds_more() -> None:
    """Recall does not fall with the number of rows handed on."""
    pack = pack_of_vectors(np.random.default_rng(2).standard_normal((3000, 128)))
    recalls = [v["recall_at_10"] for v in scan_recall(pack, silent).values()]
    assert recalls == sorted(recalls)
    assert recalls[0] < recalls[-1] <= 1


def test_a_pack_of_one_diamond_is_measured() -> None:
    """One row has no neighbours and no known outcome but itself: figures, not a crash."""
    pack = pack_of_vectors(np.ones((1, 128)))
    assert {v["recall_at_10"] for v in scan_recall(pack, silent).values()} == {1.0}
