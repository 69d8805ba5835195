"""match: the less any phrasing fits, the more the answers count."""

import numpy as np
import pytest

from arenalab.match import ALLOWED, LEANING, Kernel, match
from arenalab.search import Candidates
from world import pack_of_vectors

PACK = pack_of_vectors(np.eye(4, 128, dtype=np.float32) + np.float32(0.01))


def found(
    similarity: list[float],
    told: list[float],
    lexical: list[float],
    context: list[float] | None = None,
    topical: list[float] | None = None,
) -> Candidates:
    """Return candidates 0, 1, … with these scores."""
    none = [0.0] * len(similarity)
    scores = (similarity, told, lexical, context or none, topical or none)
    parts = (np.array(part, np.float32) for part in scores)
    return Candidates(np.arange(len(similarity)), *parts)


def test_words_close_part_of_the_distance() -> None:
    """Rare words in common raise a cosine by their share of what is missing to a full fit."""
    kernel = Kernel(told_weight=0, lexical_weight=0.3)
    best = match(PACK, found([0.6, 0.5], [0.0, 0.0], [0.0, 1.0]), kernel)
    assert best.rows.tolist() == [1, 0]
    assert best.resemblance.tolist() == pytest.approx([0.65, 0.6])
    assert best.similarity.tolist() == pytest.approx([0.5, 0.6])


def test_answers_decide_between_diamonds() -> None:
    """The nearest answer costs nothing; the others fall back by what no phrasing has said."""
    kernel = Kernel(told_weight=1, lexical_weight=0)
    best = match(PACK, found([0.6, 0.5], [0.1, 0.8], [0.0, 0.0]), kernel)
    assert best.rows.tolist() == [1, 0]
    assert best.resemblance.tolist() == pytest.approx([0.5, 0.6 - 0.4 * 0.7])
    assert best.told.tolist() == pytest.approx([0.8, 0.1])


def test_a_full_fit_needs_no_answer() -> None:
    """Where a phrasing is the question itself, neither words nor answers change it."""
    best = match(PACK, found([1.0, 0.9], [0.0, 1.0], [1.0, 0.0]), Kernel())
    assert best.resemblance.tolist() == pytest.approx([1.0, 0.9])


def test_only_the_best_are_kept_and_ties_keep_their_order() -> None:
    """`neighbours` bounds the matches; equal ones stay in the order they came."""
    nothing = [0.0] * 4
    best = match(PACK, found([0.2, 0.5, 0.5, 0.1], nothing, nothing), Kernel(neighbours=3))
    assert best.rows.tolist() == [1, 2, 0]
    assert best.spans.tolist() == [1, 2, 0]


def test_what_came_before_decides_between_equals() -> None:
    """The candidate whose context fits best keeps its resemblance; the others fall back."""
    kernel = Kernel(told_weight=0, lexical_weight=0, context_weight=0.5)
    best = match(PACK, found([1, 1, 0.9], [0] * 3, [0] * 3, [-0.2, 0.6, 0.2]), kernel)
    assert best.rows.tolist() == [1, 2, 0]
    assert best.resemblance.tolist() == pytest.approx([1, 0.7, 0.6])


def test_what_is_about_the_topic_alone_falls_back() -> None:
    """Of equals, the one that leans on the topic counts less; the one that leans least, in full."""
    best = match(PACK, found([0.7, 0.7], [0.0, 0.0], [0.0, 0.0], topical=[0.9, 0.5]), Kernel())
    assert best.rows.tolist() == [1, 0]
    assert best.resemblance.tolist() == pytest.approx([0.7, 0.7 - LEANING * (0.9 - ALLOWED)])
