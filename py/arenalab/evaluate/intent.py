"""`eval intent`: whether the outcome is right, and whether confidence knows when it is not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from arenalab.arena import Arena, Clock, Progress, learn
from arenalab.confidence import Judgement
from arenalab.encode import Encoder
from arenalab.evaluate import metrics
from arenalab.span import Span

OUT_OF_SCOPE = "oos"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text and its label; the label `oos` means that no outcome fits."""

    text: str
    label: str


def evaluate_intent(
    train: Sequence[Labelled],
    test: Sequence[Labelled],
    encoder: Encoder,
    clock: Clock,
    progress: Progress,
) -> dict[str, Any]:
    """Learn `train`, predict `test`, and return the measures.

    accuracy           share of test items decided rightly; where the test has `oos` items, an
                       answer to one is wrong, silence right, and silence elsewhere wrong
    accuracy_in_scope  share of in-scope items whose best outcome is the right one
    oos_auroc          how well confidence tells in-scope items from the others
    oos_recall         share of `oos` items left unanswered at the pack's own threshold
    mcc                Matthews correlation of the decisions
    ece                expected calibration error (15 bins) over in-scope items of how likely the
                       best outcome is right, given that the matter is known
    ece_all            the same of confidence, over all items; an answer to `oos` is wrong
    coverage           share of in-scope items whose conformal set holds the right outcome
    coverage_level     how often it is meant to
    set_size           mean size of the conformal set over in-scope items
    risk_coverage      area under the risk-coverage curve over in-scope items
    """
    spans = [
        Span(id=str(i), this=item.text, if_ok=item.label)
        for i, item in enumerate(train)
        if item.label != OUT_OF_SCOPE
    ]
    arena = Arena(learn(spans, encoder, name="intent", progress=progress), encoder, clock)
    labels = _labels(arena)
    guesses, judgements = _predict_all(arena, labels, [item.text for item in test], progress)
    covered = np.array(
        [
            item.label in {labels[outcome] for outcome in judgement.plausible}
            for item, judgement in zip(test, judgements, strict=True)
        ]
    )
    confidence = np.array([j.probability for j in judgements])
    if_known = np.array([j.right for j in judgements])
    silent = np.array([not j.answers for j in judgements])
    truth = np.array([item.label for item in test])
    outside = truth == OUT_OF_SCOPE
    right = np.array(guesses) == truth
    decisions = (
        np.where(silent, OUT_OF_SCOPE, np.array(guesses)) if outside.any() else np.array(guesses)
    )
    inside = ~outside
    return {
        "task": "intent",
        "n": len(test),
        "n_train": len(spans),
        "n_oos": int(outside.sum()),
        "accuracy": float((decisions == truth).mean()),
        "accuracy_in_scope": float(right[inside].mean()),
        "oos_auroc": metrics.auroc(confidence[inside], confidence[outside]),
        "oos_recall": float(silent[outside].mean()) if outside.any() else float("nan"),
        "answered": float((~silent[inside]).mean()),
        "mcc": metrics.mcc(truth.tolist(), decisions.tolist()),
        "ece": metrics.ece(if_known[inside], right[inside]),
        "ece_all": metrics.ece(confidence, right),
        "coverage": float(covered[inside].mean()),
        "coverage_level": arena.calibration.level,
        "set_size": float(np.mean([len(j.plausible) for j in judgements])),
        "risk_coverage": metrics.risk_coverage_area(confidence[inside], right[inside]),
    }


def _labels(arena: Arena) -> dict[int, str]:
    """Return the label of each outcome number."""
    outcomes = zip(arena.pack.outcomes, arena.pack.texts, strict=True)
    return {int(outcome): span.if_ok for outcome, span in outcomes}


def _predict_all(
    arena: Arena, labels: Mapping[int, str], texts: Sequence[str], progress: Progress
) -> tuple[list[str], list[Judgement]]:
    """Return the best outcome of each text, and the judgement on it."""
    guesses: list[str] = []
    judgements: list[Judgement] = []
    for index, query in enumerate(arena.encode_all(texts, progress)):
        prediction = arena.predict(query)
        guesses.append(labels[int(prediction.outcomes[0])])
        judgements.append(arena.calibration.judge(prediction))
        progress("answer", index + 1, len(texts))
    return guesses, judgements
