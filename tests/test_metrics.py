"""evaluate.metrics: the measures agree with their definitions on cases worked by hand."""

import math

import numpy as np
import pytest

from arenalab.evaluate import metrics


def test_auroc_counts_pairs_and_halves_ties() -> None:
    """Of four pairs, two are right, one is tied, one is wrong."""
    assert metrics.auroc(np.array([0.9, 0.5]), np.array([0.5, 0.1])) == pytest.approx(3.5 / 4)
    assert math.isnan(metrics.auroc(np.array([]), np.array([1.0])))


def test_mcc_is_one_zero_or_between() -> None:
    """Perfect is 1, constant is 0, and two classes agree with the textbook formula."""
    assert metrics.mcc(["a", "b", "c"], ["a", "b", "c"]) == 1
    assert metrics.mcc(["a", "b"], ["a", "a"]) == 0
    # 3 true positives, 1 false positive, 1 false negative, 2 true negatives
    truth = ["p", "p", "p", "n", "p", "n", "n"]
    said = ["p", "p", "p", "p", "n", "n", "n"]
    assert metrics.mcc(truth, said) == pytest.approx((3 * 2 - 1 * 1) / math.sqrt(4 * 4 * 3 * 3))


def test_ece_is_the_gap_in_each_bin() -> None:
    """Ten answers at 0.8 of which six are right are 0.2 off; a perfect forecaster is 0 off."""
    right = np.arange(10) < 6
    assert metrics.ece(np.full(10, 0.8), right) == pytest.approx(0.2)
    assert metrics.ece(np.array([1.0, 0.0]), np.array([True, False])) == 0


def test_risk_coverage_falls_when_confidence_knows() -> None:
    """With the errors last, risk is 0 until they are answered; its area is the mean."""
    confidence, right = np.array([0.9, 0.8, 0.2, 0.1]), np.array([True, True, False, False])
    coverage, risk = metrics.risk_coverage(confidence, right)
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert risk.tolist() == [0, 0, 1 / 3, 0.5]
    assert metrics.risk_coverage_area(confidence, right) == pytest.approx((1 / 3 + 0.5) / 4)


def test_ranking_of_known_ranks() -> None:
    """Ranks 1, 2, 10 and absent give the measures by definition."""
    assert metrics.ranking([1, 2, 10, None]) == {
        "p_at_1": 0.25,
        "mrr": pytest.approx(0.4),
        "map": pytest.approx(0.4),
        "recall_at_5": 0.5,
    }
