"""search: near rows are found, by signs and by words."""

import numpy as np
import pytest

from arenalab.arena import Arena
from arenalab.pack import Pack, sign_codes
from arenalab.search import Query, bm25, candidates, nearest_codes, weighed_differences
from world import pack_of_vectors


def test_own_vector_comes_first(pack: Pack) -> None:
    """A phrasing asked with its own vector is its own nearest candidate, with cosine 1."""
    for row in np.flatnonzero(~pack.answer_rows):
        vector = pack.rows(np.array([row]))[0]
        found = candidates(pack, Query("", vector, ()))
        assert found.similarity[0] == pytest.approx(1, abs=1e-6)
        assert row in found.rows[found.similarity > 1 - 1e-6]


def test_a_diamond_found_by_its_answer_brings_its_phrasings(pack: Pack) -> None:
    """A question that is a diamond's answer yields its phrasings, each with the answer's cosine."""
    row = int(np.flatnonzero(pack.answer_rows)[0])
    found = candidates(pack, Query("", pack.rows(np.array([row]))[0], ()))
    owner = pack.texts[int(pack.row_spans[row])]
    mine = found.told > 1 - 1e-6
    assert {pack.phrasing(int(r)) for r in found.rows[mine]} == set(owner.phrasings)
    assert not pack.answer_rows[found.rows].any()


def test_where_no_answer_says_anything_told_is_nothing() -> None:
    """In a pack of labels the answers' part is 0 everywhere."""
    pack = pack_of_vectors(np.eye(3, 128, dtype=np.float32) + np.float32(0.01))
    found = candidates(pack, Query("", pack.rows(np.array([0]))[0], ()))
    assert found.told.tolist() == [0, 0, 0]


def test_ties_at_the_last_place_are_all_kept() -> None:
    """Equal rows are found together, however few were wanted."""
    pack = pack_of_vectors(np.ones((40, 128), np.float32))
    assert len(nearest_codes(pack, np.ones(128, np.float32), 5)) == 40


def test_a_large_pack_is_scanned_in_two_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Choosing by the first words of the codes, then by all, finds what comparing all finds."""
    rng = np.random.default_rng(3)
    rows = rng.standard_normal((3000, 128)).astype(np.float32)
    pack, question = pack_of_vectors(rows), rows[7] + rows[9]
    whole = nearest_codes(pack, question, 20)
    monkeypatch.setattr("arenalab.search.MANY", 1000)
    monkeypatch.setattr("arenalab.search.FIRST", 1)
    monkeypatch.setattr("arenalab.search.WIDER", 16)
    assert set(nearest_codes(pack, question, 20).tolist()) == set(whole.tolist())


def test_weighed_differences_rank_as_products_with_signs_do() -> None:
    """The order of rows by counted bits is that of their signs' products with the question."""
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((500, 128)).astype(np.float32)
    question = rng.standard_normal(128).astype(np.float32)
    sums = weighed_differences(sign_codes(rows, np.zeros(128, np.float32)), question)
    exact = np.where(rows > 0, 1, -1) @ question
    assert np.corrcoef(sums, exact)[0, 1] < -0.99


def test_rare_words_bring_in_what_vectors_miss(arena: Arena) -> None:
    """BM25 adds the span that shares a word with the question though its vector is far."""
    query = Query("", -arena.encode("nothing alike").vector, arena.encode("encrypted").tokens)
    found = candidates(arena.pack, query)
    assert "security" in {arena.pack.texts[int(s)].id for s in arena.pack.row_spans[found.rows]}


def test_bm25_is_a_share(arena: Arena) -> None:
    """Scores are between 0 and 1, and the span that holds every word comes first."""
    scores = bm25(arena.pack, arena.encode("Can I get a refund?").tokens)
    assert 0 <= scores.min() <= scores.max() <= 1
    assert arena.pack.texts[int(scores.argmax())].id == "refund"


def test_unknown_words_score_nothing(pack: Pack) -> None:
    """A question without a known word scores 0 everywhere."""
    assert bm25(pack, (996,)).max() == 0
    assert bm25(pack, ()).max() == 0
