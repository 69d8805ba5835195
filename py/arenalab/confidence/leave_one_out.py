"""A pack calibrates itself, without held-out data.

Every row is asked as a question with itself left out: where another row shares its outcome, the
best outcome is right or wrong, and that is a labelled example. With its whole outcome left out,
the same row is a question that the pack cannot answer. A row none of whose matches has its outcome
shares that by chance, as two quiz questions may have one answer, and is no example.

An outcome that lacks one of its n phrasings lacks an n-th of its score, which is given back: then
rows left out are answered as often as new questions are. Where few rows are examples, of a small
pack or of all that a pack has, what they show is drawn towards what fits other packs.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arenalab.confidence.constants import choose
from arenalab.confidence.coverage import coverage
from arenalab.confidence.fit import conformal_bar, fit_logistic
from arenalab.confidence.judge import (
    LEVELS,
    PRIOR_BARS,
    PRIOR_KNOWN,
    PRIOR_RIGHT,
    PRIOR_USUAL,
    Calibration,
    Floats,
    features,
    shares,
)
from arenalab.match import Kernel, match
from arenalab.outcome import Prediction, predict
from arenalab.pack import Pack
from arenalab.pack.model import IntArray
from arenalab.plan import weighed
from arenalab.search import Candidates, Query, candidates

FEWEST = 20  # examples below which what a pack says of itself would be chance
FEW_PHRASINGS = 1  # other phrasings of an outcome at which its example counts half
PRIOR_EXAMPLES = 30  # how many examples the prior counts as
UNANSWERABLE = 0.2  # questions that cannot be answered, for each that can
# Rows asked at most. Of n rows, the bar of a conformal set is found to within
# √(level (1 - level) / n): at 0.9 and so many, 0.4 points.
MOST_SAMPLE = 5000
USUAL = 0.99  # share of the pack's own rows whose variance is usual
STRANGERS = 600  # rows asked as what cannot be answered; more move nothing

Terms = Sequence[tuple[int, ...]]


@dataclass(slots=True)
class Examples:
    """What asking rows has shown.

    knowing   features of knowing, of each row left out
    variance  predictive variance, of each row left out
    contests  features of being right, of each row left out
    right     whether the best outcome was the row's own
    shares    the share of the choice that the row's own outcome had
    left      how many other phrasings that outcome has
    strangers features of knowing, of rows whose whole outcome was left out
    """

    knowing: list[Floats] = field(default_factory=list)
    variance: list[float] = field(default_factory=list)
    contests: list[Floats] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    shares: list[float] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    strangers: list[Floats] = field(default_factory=list)

    def add(self, prediction: Prediction, truth: int, left: int) -> None:
        """Take down what a row said with itself left out, its outcome made `whole` again."""
        prediction = whole(prediction, truth, left)
        knowing, contest = features(prediction)
        self.knowing.append(knowing)
        self.variance.append(prediction.variance)
        self.contests.append(contest)
        self.right.append(bool(len(prediction.outcomes)) and int(prediction.outcomes[0]) == truth)
        self.shares.append(float(shares(prediction)[prediction.outcomes == truth].sum()))
        self.left.append(left)


def calibrate(pack: Pack, row_terms: Terms, progress: Callable[[int, int], None]) -> Pack:
    """Return `pack` with kernel constants, calibration and what a threshold does in its header.

    `row_terms` are the BM25 terms of each row's text.
    """
    outcome_of = pack.outcomes[pack.row_spans].astype(np.intp)
    answerable = answerable_rows(pack, outcome_of)
    rows = sample_rows(pack, answerable, MOST_SAMPLE)
    usual = Kernel.from_meta(pack.meta)
    usual = replace(usual, neighbours=weighed(pack, usual.neighbours))
    kernel = choose(pack, rows, answerable, usual)
    places = np.linspace(0, len(rows), STRANGERS, endpoint=False).astype(np.intp)
    strangers = set(rows[places].tolist()) if len(rows) else set()
    examples = Examples()
    for done, row in enumerate(map(int, rows), 1):
        found = as_if_new(pack, row, row_terms)
        truth = int(outcome_of[row])
        alone = _predict(pack, kernel, found.without(found.rows == row))
        if truth in alone.outcomes:
            examples.add(alone, truth, int(pack.outcome_sizes[truth]) - 1)
        if row in strangers:
            foreign = found.without(outcome_of[found.rows] == truth)
            examples.strangers.append(features(_predict(pack, kernel, foreign))[0])
        progress(done, len(rows))
    spoken_for = answerable.sum() / max(int((~pack.answer_rows).sum()), 1)
    calibration = fit(examples, float(spoken_for) * len(examples.right) / max(len(rows), 1))
    meta = {**pack.meta, "kernel": asdict(kernel), "calibration": _plain(asdict(calibration))}
    if len(examples.right) >= FEWEST:
        sure = calibration.knows(np.array(examples.knowing), np.array(examples.variance))
        sure = sure * calibration.hits(np.array(examples.contests))
        meta["coverage"] = [list(point) for point in coverage(sure, np.array(examples.right))]
    return replace(pack, meta=meta)


def answerable_rows(pack: Pack, outcome_of: IntArray) -> NDArray[np.bool_]:
    """Return (R,) bool: which rows can still be answered with themselves left out.

    Another phrasing must share the outcome, and no remaining row may quote the one asked: the row
    of situation and outcome together quotes the first phrasing.
    """
    quoted = np.zeros(pack.row_count, np.bool_)
    quoted[pack.row_starts[:-1].astype(np.intp)[pack.answers]] = True
    return ~pack.answer_rows & ~quoted & (pack.outcome_sizes[outcome_of] > 1)


def sample_rows(pack: Pack, wanted: NDArray[np.bool_], count: int) -> IntArray:
    """Return up to `count` of the rows that are `wanted`, evenly spread; no labels among them."""
    rows = np.flatnonzero(wanted)
    if len(rows) > count:
        rows = rows[np.linspace(0, len(rows) - 1, count).astype(np.intp)]
    labels = np.fromiter((pack.is_label(int(row)) for row in rows), np.bool_, len(rows))
    return rows[~labels]


def fit(examples: Examples, share: float) -> Calibration:
    """Return the calibration that fits `examples`; the prior one where there are too few.

    `share` says how much of the pack they stand for.
    """
    count = len(examples.right)
    if count < FEWEST:
        return Calibration(sample=count)
    left = np.array(examples.left)
    evidence = float((left / (left + FEW_PHRASINGS)).sum())
    trust = share * evidence / (evidence + PRIOR_EXAMPLES)
    right = fit_logistic(
        np.array(examples.contests), np.array(examples.right), np.ones(count), PRIOR_RIGHT
    )
    seen = float(np.quantile(examples.variance, USUAL))
    (usual,) = _between((PRIOR_USUAL,), (seen,), trust)
    own = np.array(examples.shares)
    bars = _between(PRIOR_BARS, tuple(conformal_bar(own, level) for level in LEVELS), trust)
    return Calibration(
        known=_between(PRIOR_KNOWN, _fit_known(examples), trust),
        contest=_between(PRIOR_RIGHT, right, trust),
        usual=usual,
        bars=bars,
        coverage=tuple(float((own >= bar).mean()) for bar in bars),
        sample=count,
    )


def _fit_known(examples: Examples) -> tuple[float, ...]:
    x: Floats = np.array(examples.knowing + examples.strangers)
    known: NDArray[np.bool_] = np.arange(len(x)) < len(examples.knowing)
    odds = UNANSWERABLE * len(examples.knowing) / max(len(examples.strangers), 1)
    return fit_logistic(x, known, np.where(known, 1.0, odds), PRIOR_KNOWN)


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


def whole(prediction: Prediction, outcome: int, left: int) -> Prediction:
    """Return `prediction` as if `outcome` had one phrasing more than the `left` that it has."""
    own = prediction.outcomes == outcome
    scores = prediction.scores * np.where(own, (left + 1) / left, 1.0)
    order = np.argsort(-scores, kind="stable")
    return replace(prediction, outcomes=prediction.outcomes[order], scores=scores[order])


def _predict(pack: Pack, kernel: Kernel, found: Candidates) -> Prediction:
    return predict(pack, match(pack, found, kernel), kernel)


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    """Return `fields` with lists for tuples, as a file would give them back."""
    return {name: list(v) if isinstance(v, tuple) else v for name, v in fields.items()}
