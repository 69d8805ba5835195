"""A pack calibrates itself, without held-out data.

Every row is asked as a question with itself left out: where another row shares its outcome, the
best outcome is right or wrong, and that is a labelled example. With its whole outcome left out,
the same row is a question that the pack cannot answer.

An outcome of few phrasings loses much of itself when one is left out, so what is seen there is
gloomier than the truth. Such examples say less: what they fit is drawn towards what fits other
packs, the more, the fewer phrasings an outcome has.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arenalab.confidence.coverage import coverage
from arenalab.confidence.fit import conformal_bar, fit_logistic
from arenalab.confidence.judge import (
    LEVEL,
    PRIOR_BAR,
    PRIOR_KNOWN,
    PRIOR_RIGHT,
    Calibration,
    Floats,
    choice,
    features,
)
from arenalab.match import Kernel, match
from arenalab.outcome import Prediction, predict
from arenalab.pack import Pack
from arenalab.pack.model import IntArray
from arenalab.search import Candidates, Query, candidates

FEWEST = 20  # examples below which what a pack says of itself would be chance
FEW_PHRASINGS = 5  # other phrasings of an outcome at which its example counts half
PRIOR_EXAMPLES = 100  # how many examples the prior counts as
UNANSWERABLE = 0.33  # questions that cannot be answered, for each that can
SAMPLE = 600  # rows asked; more cost time and move nothing

Terms = Sequence[tuple[int, ...]]


@dataclass(slots=True)
class Examples:
    """What asking rows has shown: predictions without the row, and without its outcome.

    `truths` are the outcomes of the rows asked, `left` how many phrasings those keep.
    """

    itself: list[Prediction] = field(default_factory=list)
    truths: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    without: list[Prediction] = field(default_factory=list)


def calibrate(pack: Pack, row_terms: Terms, progress: Callable[[int, int], None]) -> Pack:
    """Return `pack` with kernel constants, calibration and what a threshold does in its header.

    `row_terms` are the BM25 terms of each row's text.
    """
    kernel = Kernel.from_meta(pack.meta)
    outcome_of = pack.outcomes[pack.row_spans].astype(np.intp)
    examples = Examples()
    rows = sample_rows(answerable_rows(pack, outcome_of))
    for done, row in enumerate(rows, 1):
        found = as_if_new(pack, int(row), row_terms)
        truth = int(outcome_of[row])
        examples.itself.append(_predict(pack, kernel, found.without(found.rows == row)))
        foreign = found.without(outcome_of[found.rows] == truth)
        examples.without.append(_predict(pack, kernel, foreign))
        examples.truths.append(truth)
        examples.left.append(int(pack.outcome_sizes[truth]) - 1)
        progress(done, len(rows))
    calibration = fit(examples)
    meta = {**pack.meta, "kernel": asdict(kernel), "calibration": _plain(asdict(calibration))}
    if len(examples.truths) >= FEWEST:
        sure = [calibration.judge(prediction).probability for prediction in examples.itself]
        curve = coverage(np.array(sure), _are_right(examples))
        meta["coverage"] = [list(point) for point in curve]
    return replace(pack, meta=meta)


def answerable_rows(pack: Pack, outcome_of: IntArray) -> NDArray[np.bool_]:
    """Return (R,) bool: which rows can still be answered with themselves left out.

    Another phrasing must share the outcome, and no remaining row may quote the one asked: the row
    of situation and outcome together quotes the first phrasing.
    """
    quoted = np.zeros(pack.row_count, np.bool_)
    quoted[pack.row_starts[:-1].astype(np.intp)[pack.answers]] = True
    return ~pack.answer_rows & ~quoted & (pack.outcome_sizes[outcome_of] > 1)


def sample_rows(wanted: NDArray[np.bool_]) -> IntArray:
    """Return up to SAMPLE of the rows that are `wanted`, evenly spread."""
    rows = np.flatnonzero(wanted)
    if not len(rows):
        return rows
    return rows[np.unique(np.linspace(0, len(rows) - 1, SAMPLE).astype(np.intp))]


def fit(examples: Examples) -> Calibration:
    """Return the calibration that fits `examples`; the prior one where there are too few."""
    count = len(examples.truths)
    if count < FEWEST:
        return Calibration(sample=count)
    left = np.array(examples.left)
    evidence = float((left / (left + FEW_PHRASINGS)).sum())
    trust = evidence / (evidence + PRIOR_EXAMPLES)
    right = _are_right(examples)
    contests = np.array([features(prediction)[1] for prediction in examples.itself])
    power = _between(PRIOR_RIGHT, fit_logistic(contests, right, np.ones(count), PRIOR_RIGHT), trust)
    shares = [
        float(choice(prediction, power[0])[prediction.outcomes == truth].sum())
        for prediction, truth in zip(examples.itself, examples.truths, strict=True)
    ]
    bar = conformal_bar(np.array(shares), LEVEL)
    return Calibration(
        known=_between(PRIOR_KNOWN, _fit_known(examples), trust),
        right=power,
        bar=_between((PRIOR_BAR,), (bar,), trust)[0],
        sample=count,
    )


def _are_right(examples: Examples) -> NDArray[np.bool_]:
    """Return (N,) bool: for which rows the best outcome is their own."""
    firsts = [int(p.outcomes[0]) if len(p.outcomes) else -1 for p in examples.itself]
    return np.array([a == b for a, b in zip(firsts, examples.truths, strict=True)], np.bool_)


def _fit_known(examples: Examples) -> tuple[float, ...]:
    both = (*examples.itself, *examples.without)
    x: Floats = np.array([features(prediction)[0] for prediction in both])
    known: NDArray[np.bool_] = np.arange(len(x)) < len(examples.itself)
    return fit_logistic(x, known, np.where(known, 1.0, UNANSWERABLE), PRIOR_KNOWN)


def _between(prior: tuple[float, ...], own: tuple[float, ...], trust: float) -> tuple[float, ...]:
    """Return the point between `prior` (trust 0) and `own` (trust 1)."""
    return tuple(p + trust * (o - p) for p, o in zip(prior, own, strict=True))


def as_if_new(pack: Pack, row: int, row_terms: Terms) -> Candidates:
    """Return the candidates of a row asked as a question whose words its own span lacks.

    BM25 counts a span's words from all its rows, so the row's own must be taken off.
    """
    terms = row_terms[row]
    found = candidates(pack, Query("", pack.rows(np.array([row]))[0], terms))
    span = int(pack.row_spans[row])
    others = pack.rows_of(np.array([span]))
    kept = {term for other in others if other != row for term in row_terms[int(other)]}
    left = tuple(term for term in terms if term in kept)
    words = pack.postings
    score = words.score(words.known(left), np.array([span]))[0]
    lexical = found.lexical.copy()
    mine = pack.spans_of(found.rows) == span
    lexical[mine] = score / max(words.reachable(terms), 1e-9)
    return replace(found, lexical=lexical)


def _predict(pack: Pack, kernel: Kernel, found: Candidates) -> Prediction:
    return predict(pack, match(pack, found, kernel), kernel)


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    """Return `fields` with lists for tuples, as a file would give them back."""
    return {name: list(v) if isinstance(v, tuple) else v for name, v in fields.items()}
