"""What an evaluation gives: the measures, and how every single item was decided."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["right", "wrong", "withheld", "spared", "kept out", "let in"]

KINDS: Mapping[Kind, str] = {
    "wrong": "Answered, and wrongly",
    "let in": "Answered, though no outcome fits",
    "withheld": "Not answered, though the best outcome was right",
    "spared": "Not answered, and the best outcome was wrong",
    "kept out": "Not answered, and no outcome fits",
    "right": "Answered, and rightly",
}
"""Every kind of decision in words, the worst first."""

SILENT: frozenset[Kind] = frozenset(("withheld", "spared", "kept out"))


@dataclass(frozen=True, slots=True)
class Record:
    """How one item was decided.

    truth        what is right; empty where no outcome fits
    predicted    the best outcome, whether it was said or not
    correct      whether the best outcome is the right one
    probability  confidence that it is, in [0, 1]; None where the task has no such thing
    right        the same, given that the matter is known
    within       how likely the matter is known
    rank         place of the right outcome from 1; None where it was not ranked
    """

    id: str
    text: str
    truth: str
    predicted: str
    correct: bool
    kind: Kind
    probability: float | None = None
    right: float | None = None
    within: float | None = None
    rank: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the record as a JSON object."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What `arenalab eval` found.

    A measure is a number, a text, or a table: {row: {column: number}}. NaN stands for a measure
    that does not apply. `kinds` says what each kind of decision is in this task, the worst first,
    and `head` what text, truth and prediction of a record are.
    """

    task: str
    measures: Mapping[str, Any]
    records: tuple[Record, ...] = ()
    kinds: Mapping[Kind, str] = field(default_factory=lambda: KINDS)
    head: tuple[str, str, str] = ("Asked", "Right", "Best outcome")

    def to_json(self) -> dict[str, Any]:
        """Return the task and the measures as a JSON object, in which NaN is null."""
        return {"task": self.task, **_without_nan(self.measures)}


def decision(*, inside: bool, answered: bool, correct: bool) -> Kind:
    """Return what kind of decision it was to answer or not."""
    if not inside:
        return "let in" if answered else "kept out"
    if answered:
        return "right" if correct else "wrong"
    return "withheld" if correct else "spared"


def mean(values: NDArray[Any]) -> float:
    """Return the mean, NaN of nothing."""
    return float(np.mean(values)) if len(values) else float("nan")


def _without_nan(measures: Mapping[str, Any]) -> dict[str, Any]:
    """Return the measures with None for NaN, at every level."""

    def plain(value: Any) -> Any:  # noqa: ANN401 (a measure has many types)
        if isinstance(value, Mapping):
            return _without_nan(value)
        return None if isinstance(value, float) and value != value else value

    return {name: plain(value) for name, value in measures.items()}
