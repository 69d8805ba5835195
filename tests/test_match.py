"""match: shared rare words raise resemblance, and never beyond a full match."""

import numpy as np
import pytest

from arenalab.match import match
from arenalab.search import Candidates
from world import pack_of_vectors


def found(similarity: list[float], lexical: list[float]) -> Candidates:
    """Return candidates 0, 1, … with these scores."""
    return Candidates(
        np.arange(len(similarity)),
        np.array(similarity, np.float32),
        np.array(lexical, np.float32),
    )


PACK = pack_of_vectors(np.eye(4, 128, dtype=np.float32) + np.float32(0.01))


def test_words_close_part_of_the_distance() -> None:
    """Resemblance is the cosine plus the weighted share of what is missing to 1."""
    best = match(PACK, found([0.6, 0.5], [0.0, 1.0]), lexical_weight=0.3, keep=4)
    assert best.rows.tolist() == [1, 0]
    assert best.resemblance.tolist() == pytest.approx([0.65, 0.6])
    assert best.similarity.tolist() == pytest.approx([0.5, 0.6])


def test_a_full_match_stays_one() -> None:
    """Words cannot lift a cosine of 1."""
    assert match(PACK, found([1.0], [1.0]), lexical_weight=0.9, keep=4).resemblance[0] == 1


def test_only_the_best_are_kept_and_ties_keep_their_order() -> None:
    """`keep` bounds the matches; equal ones stay in the order they came."""
    best = match(PACK, found([0.2, 0.5, 0.5, 0.1], [0.0] * 4), lexical_weight=0.2, keep=3)
    assert best.rows.tolist() == [1, 2, 0]
    assert best.spans.tolist() == [1, 2, 0]
