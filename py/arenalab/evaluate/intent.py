"""`eval intent`: whether the outcome is right, and whether confidence knows when it is not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from arenalab.arena import Arena, Clock, Progress, learn
from arenalab.encode import Encoder
from arenalab.evaluate import metrics
from arenalab.evaluate.records import SILENT, Evaluation, Record, decision, mean
from arenalab.span import Span

OUT_OF_SCOPE = "oos"
MEASURED = (0.9, 0.95)  # levels of conformal sets


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
    oos_auroc          how well the probability that the matter is known tells in-scope items from
                       the others
    oos_auroc_all      the same of confidence
    oos_recall         share of `oos` items left unanswered at the pack's own threshold
    mcc                Matthews correlation of the decisions
    ece                expected calibration error (15 bins) over in-scope items of how likely the
                       best outcome is right, given that the matter is known
    ece_all            the same of confidence, over all items; an answer to `oos` is wrong
    conformal          for each level: coverage, the share of in-scope items whose conformal set
                       holds the right outcome; sampling_error, the standard error of it that the
                       pack's own sample and this one allow; set_size, the mean size of the set
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


def evaluate_shots(
    train: Sequence[Labelled],
    test: Sequence[Labelled],
    encoder: Encoder,
    clock: Clock,
    progress: Progress,
    *,
    shots: int,
    seeds: int,
) -> Evaluation:
    """Return the measures of learning `shots` examples a label, averaged over `seeds` draws.

    `by_seed` holds the accuracy in scope of each draw; the records are those of the first.
    """
    found = [
        evaluate_intent(draw(train, shots, seed), test, encoder, clock, progress)
        for seed in range(seeds)
    ]
    first = found[0]
    measures = {name: _mean_of([one.measures[name] for one in found]) for name in first.measures}
    measures["by_seed"] = {
        str(seed): {"accuracy_in_scope": one.measures["accuracy_in_scope"]}
        for seed, one in enumerate(found)
    }
    return Evaluation("intent", measures, first.records)


def draw(train: Sequence[Labelled], shots: int, seed: int) -> list[Labelled]:
    """Return up to `shots` items of each label, drawn label by label in sorted order."""
    random = np.random.default_rng(seed)
    labels = np.array([item.label for item in train])
    drawn = (
        random.permutation(np.flatnonzero(labels == label))[:shots]
        for label in np.unique(labels[labels != OUT_OF_SCOPE])
    )
    return [train[int(index)] for chosen in drawn for index in chosen]


def _mean_of(values: Sequence[Any]) -> Any:  # noqa: ANN401 (a measure has many types)
    """Return the mean of numbers, or of tables cell by cell."""
    if isinstance(values[0], Mapping):
        return {name: _mean_of([value[name] for value in values]) for name in values[0]}
    if isinstance(values[0], int) and len(set(values)) == 1:
        return values[0]
    return mean(np.array(values, np.float64))


def _decide_all(
    arena: Arena, test: Sequence[Labelled], progress: Progress
) -> tuple[list[Record], dict[float, list[set[str]]]]:
    """Return how each item was decided, and the labels in its conformal set, by level."""
    outcomes = zip(arena.pack.outcomes, arena.pack.texts, strict=True)
    labels = {int(outcome): span.if_ok for outcome, span in outcomes}
    records: list[Record] = []
    plausible: dict[float, list[set[str]]] = {level: [] for level in MEASURED}
    queries = arena.encode_all([item.text for item in test], progress)
    for index, (item, query) in enumerate(zip(test, queries, strict=True)):
        prediction = arena.predict(query)
        judgement = arena.calibration.judge(prediction)
        predicted = labels[int(prediction.outcomes[0])]
        inside = item.label != OUT_OF_SCOPE
        correct = predicted == item.label
        for level, sets in plausible.items():
            judged = arena.calibration.judge(prediction, level)
            sets.append({labels[outcome] for outcome in judged.plausible})
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
    arena: Arena,
    n_train: int,
    records: Sequence[Record],
    plausible: Mapping[float, Sequence[set[str]]],
) -> dict[str, Any]:
    truth = np.array([r.truth or OUT_OF_SCOPE for r in records])
    guesses = np.array([r.predicted for r in records])
    right = np.array([r.correct for r in records])
    confidence = np.array([r.probability for r in records], np.float64)
    if_known = np.array([r.right for r in records], np.float64)
    within = np.array([r.within for r in records], np.float64)
    silent = np.array([r.kind in SILENT for r in records])
    outside = truth == OUT_OF_SCOPE
    inside = ~outside
    decisions = np.where(silent, OUT_OF_SCOPE, guesses) if outside.any() else guesses
    return {
        "n": len(records),
        "n_train": n_train,
        "n_oos": int(outside.sum()),
        "accuracy": mean(decisions == truth),
        "accuracy_in_scope": mean(right[inside]),
        "oos_auroc": metrics.auroc(within[inside], within[outside]),
        "oos_auroc_all": metrics.auroc(confidence[inside], confidence[outside]),
        "oos_recall": mean(silent[outside]),
        "answered": mean(~silent[inside]),
        "mcc": metrics.mcc(truth.tolist(), decisions.tolist()),
        "ece": metrics.ece(if_known[inside], right[inside]),
        "ece_all": metrics.ece(confidence, right),
        "conformal": {
            f"{level}": _conformal(level, records, sets, arena.calibration.sample)
            for level, sets in plausible.items()
        },
        "risk_coverage": metrics.risk_coverage_area(confidence[inside], right[inside]),
    }


def _conformal(
    level: float, records: Sequence[Record], sets: Sequence[set[str]], sample: int
) -> dict[str, float]:
    known = [(r.truth, labels) for r, labels in zip(records, sets, strict=True) if r.truth]
    seen = 1 / max(len(known), 1) + (1 / sample if sample else 0)
    return {
        "coverage": mean(np.array([truth in labels for truth, labels in known])),
        "sampling_error": float((level * (1 - level) * seen) ** 0.5),
        "set_size": mean(np.array([len(labels) for _, labels in known])),
    }
