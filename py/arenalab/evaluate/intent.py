"""`eval intent`: whether the outcome is right, and whether confidence knows when it is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from arenalab.arena import Arena, Clock, Progress, learn
from arenalab.encode import Encoder
from arenalab.evaluate import metrics
from arenalab.evaluate.records import SILENT, Evaluation, Record, decision, mean
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
) -> Evaluation:
    """Learn `train`, predict `test`, and return the measures and a record of every item.

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
    records, plausible = _decide_all(arena, test, progress)
    return Evaluation("intent", _measures(arena, len(spans), records, plausible), tuple(records))


def _decide_all(
    arena: Arena, test: Sequence[Labelled], progress: Progress
) -> tuple[list[Record], list[set[str]]]:
    """Return how each item was decided, and the labels in its conformal set."""
    outcomes = zip(arena.pack.outcomes, arena.pack.texts, strict=True)
    labels = {int(outcome): span.if_ok for outcome, span in outcomes}
    records: list[Record] = []
    plausible: list[set[str]] = []
    queries = arena.encode_all([item.text for item in test], progress)
    for index, (item, query) in enumerate(zip(test, queries, strict=True)):
        prediction = arena.predict(query)
        judgement = arena.calibration.judge(prediction)
        predicted = labels[int(prediction.outcomes[0])]
        inside = item.label != OUT_OF_SCOPE
        correct = predicted == item.label
        plausible.append({labels[outcome] for outcome in judgement.plausible})
        records.append(
            Record(
                id=str(index),
                text=item.text,
                truth=item.label if inside else "",
                predicted=predicted,
                correct=correct,
                kind=decision(inside=inside, answered=judgement.answers, correct=correct),
                probability=judgement.probability,
                right=judgement.right,
                within=judgement.within,
            )
        )
        progress("answer", index + 1, len(test))
    return records, plausible


def _measures(
    arena: Arena, n_train: int, records: Sequence[Record], plausible: Sequence[set[str]]
) -> dict[str, Any]:
    truth = np.array([r.truth or OUT_OF_SCOPE for r in records])
    guesses = np.array([r.predicted for r in records])
    right = np.array([r.correct for r in records])
    confidence = np.array([r.probability for r in records], np.float64)
    if_known = np.array([r.right for r in records], np.float64)
    silent = np.array([r.kind in SILENT for r in records])
    covered = np.array([r.truth in labels for r, labels in zip(records, plausible, strict=True)])
    sizes = np.array([len(labels) for labels in plausible])
    outside = truth == OUT_OF_SCOPE
    inside = ~outside
    decisions = np.where(silent, OUT_OF_SCOPE, guesses) if outside.any() else guesses
    return {
        "n": len(records),
        "n_train": n_train,
        "n_oos": int(outside.sum()),
        "accuracy": mean(decisions == truth),
        "accuracy_in_scope": mean(right[inside]),
        "oos_auroc": metrics.auroc(confidence[inside], confidence[outside]),
        "oos_recall": mean(silent[outside]),
        "answered": mean(~silent[inside]),
        "mcc": metrics.mcc(truth.tolist(), decisions.tolist()),
        "ece": metrics.ece(if_known[inside], right[inside]),
        "ece_all": metrics.ece(confidence, right),
        "coverage": mean(covered[inside]),
        "coverage_level": arena.calibration.level,
        "set_size": mean(sizes[inside]),
        "risk_coverage": metrics.risk_coverage_area(confidence[inside], right[inside]),
    }
