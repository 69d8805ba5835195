"""The measures themselves: arrays in, a number out. No engine, no files."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def auroc(positive: Floats, negative: Floats) -> float:
    """Area under the ROC curve: the chance that a positive scores above a negative, ties half."""
    if not len(positive) or not len(negative):
        return float("nan")
    scores = np.concatenate([positive, negative])
    _, group, size = np.unique(scores, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(size) - (size - 1) / 2  # of each distinct score, from 1
    rank_sum = mean_rank[group[: len(positive)]].sum()
    pairs = len(positive) * len(negative)
    return float((rank_sum - len(positive) * (len(positive) + 1) / 2) / pairs)


def mcc(truth: Sequence[str], predicted: Sequence[str]) -> float:
    """Matthews correlation over any number of classes (Gorodkin 2004, the R_K statistic)."""
    labels = {label: i for i, label in enumerate(sorted({*truth, *predicted}))}
    t = np.array([labels[x] for x in truth])
    p = np.array([labels[x] for x in predicted])
    actual, said = np.bincount(t, minlength=len(labels)), np.bincount(p, minlength=len(labels))
    n, hits = float(len(t)), float((t == p).sum())
    covariance = hits * n - float(actual @ said)
    spread = (n * n - float(said @ said)) * (n * n - float(actual @ actual))
    return covariance / spread**0.5 if spread > 0 else 0.0


def ece(confidence: Floats, correct: Bools, bins: int = 15) -> float:
    """Expected calibration error over equal-width bins (Guo et al. 2017, equation 3)."""
    if not len(confidence):
        return float("nan")
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    gap = np.bincount(place, confidence - correct, minlength=bins)
    return float(np.abs(gap).sum() / len(confidence))


def risk_coverage(confidence: Floats, correct: Bools) -> tuple[Floats, Floats]:
    """Return coverage and selective risk after answering the 1, 2, … most confident questions."""
    order = np.argsort(-confidence, kind="stable")
    answered = np.arange(1, len(order) + 1)
    wrong = np.cumsum(~correct[order])
    return answered / max(len(order), 1), wrong / answered


def risk_coverage_area(confidence: Floats, correct: Bools) -> float:
    """Mean selective risk over all coverages (Geifman et al. 2019, "Bias-Reduced Uncertainty")."""
    return float(risk_coverage(confidence, correct)[1].mean()) if len(correct) else float("nan")


def ranking(ranks: Sequence[int | None]) -> dict[str, float]:
    """Return P@1, MRR, MAP and R@5 from the rank (from 1) of the one relevant item a query has.

    None stands for an item that was not ranked at all. With one relevant item, average precision
    is the reciprocal rank, so MAP equals MRR; both are given because both are asked for.
    """
    reciprocal = np.array([1 / r if r else 0.0 for r in ranks])
    found = np.array([r is not None and r <= 5 for r in ranks])
    mrr = float(reciprocal.mean()) if len(ranks) else float("nan")
    return {
        "p_at_1": float((reciprocal == 1).mean()) if len(ranks) else float("nan"),
        "mrr": mrr,
        "map": mrr,
        "recall_at_5": float(found.mean()) if len(ranks) else float("nan"),
    }
