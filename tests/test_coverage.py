"""What a threshold does, counted."""

import numpy as np

from arenalab.confidence.coverage import BARS, coverage


def test_each_bar_says_how_many_are_answered_and_how_many_of_those_wrongly() -> None:
    """Of four questions two stand above 0.6, and one of these is wrong."""
    rows = coverage(np.array([0.95, 0.7, 0.5, 0.1]), np.array([True, False, True, False]))
    assert [bar for bar, _, _ in rows] == list(BARS)
    by_bar = {bar: row for bar, *row in rows}
    assert by_bar[0.0] == [1.0, 0.5]
    assert by_bar[0.6] == [0.5, 0.5]
    assert by_bar[0.95] == [0.25, 0.0]


def test_nothing_answered_is_nothing_wrong() -> None:
    """A bar that nothing reaches has no wrong answers."""
    assert coverage(np.array([0.2]), np.array([False]))[-1] == (0.95, 0.0, 0.0)


def test_a_higher_bar_never_answers_more() -> None:
    """The share answered falls, or stays, as the bar rises."""
    rng = np.random.default_rng(5)
    rows = coverage(rng.random(200), rng.random(200) < 0.8)
    answered = [share for _, share, _ in rows]
    assert answered == sorted(answered, reverse=True)
