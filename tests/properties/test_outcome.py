"""The regression against its naive twin: loops written from the formula, and real leaving out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from arenalab.confidence import LEVELS, Calibration
from arenalab.confidence.constants import choose, left_out
from arenalab.confidence.leave_one_out import answerable_rows
from arenalab.errors import InputError
from arenalab.learning import learn
from arenalab.match import Kernel, match
from arenalab.outcome import predict
from arenalab.search import Query, candidates
from arenalab.span import Span
from world import SPANS, WordEncoder, pack_of_vectors

SEEDS = st.integers(0, 10_000)


def kernel_of(rows: NDArray[np.float64], beta: float) -> NDArray[np.float64]:
    """Return the kernel matrix, one pair at a time."""
    return np.array([[np.exp(beta * (float(a @ b) - 1)) for b in rows] for a in rows])


@settings(deadline=None, max_examples=30)
@given(
    seed=SEEDS,
    count=st.integers(1, 40),
    beta=st.floats(0.5, 8),
    ridge=st.floats(0.05, 2),
    kept=st.integers(1, 40),
)
def test_the_regression_equals_its_formula(
    seed: int, count: int, beta: float, ridge: float, kept: int
) -> None:
    """Scores and variance are those of K, k and Λ written out for the matched rows."""
    rng = np.random.default_rng(seed)
    pack = pack_of_vectors(rng.normal(size=(count, 128)).astype(np.float32))
    question = rng.normal(size=128).astype(np.float32)
    question /= np.linalg.norm(question)
    kernel = Kernel(beta, ridge, 0.2, kept, told_weight=0, lexical_weight=0)
    prediction = predict(
        pack, match(pack, candidates(pack, Query("", question, ())), kernel), kernel
    )
    rows = pack.rows(prediction.matches.rows).astype(np.float64)
    near = np.array([np.exp(beta * (float(row @ question) - 1)) for row in rows])
    weights = np.linalg.inv(kernel_of(rows, beta) + ridge * np.eye(len(rows))) @ near
    np.testing.assert_allclose(prediction.weights, weights, atol=1e-4)
    of_outcome = dict(zip(prediction.outcomes.tolist(), prediction.scores.tolist(), strict=True))
    for span, weight in zip(prediction.matches.spans, weights, strict=True):
        assert of_outcome[int(pack.outcomes[span])] == pytest.approx(weight, abs=1e-4)
    assert prediction.variance == pytest.approx(min(max(1 - near @ weights, 0), 1), abs=1e-4)


@settings(deadline=None, max_examples=30)
@given(seed=SEEDS, count=st.integers(2, 30), labels=st.integers(1, 5))
def test_leaving_out_in_closed_form_is_leaving_out(seed: int, count: int, labels: int) -> None:
    """What one inverse says of every row is what solving without that row says."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(count, 16))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    gram, noise = kernel_of(rows, 3.0), rng.uniform(0.1, 1, count)
    truth = np.eye(labels)[rng.integers(0, labels, count)]
    said = left_out(gram, noise, truth)
    for row in range(count):
        rest = np.arange(count) != row
        inverse = np.linalg.inv(gram[np.ix_(rest, rest)] + np.diag(noise[rest]))
        np.testing.assert_allclose(said[row], gram[row, rest] @ inverse @ truth[rest], atol=1e-8)


def test_contradicting_labels_ask_for_more_noise() -> None:
    """Where every fourth row has a wrong label, leave-one-out takes a larger ridge."""
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(6, 128))
    label = np.repeat(np.arange(6), 40)
    wrong = rng.random(len(label)) < 0.3
    vectors = (centres[label] + 0.7 * rng.normal(size=(len(label), 128))).astype(np.float32)
    said = np.where(wrong, rng.integers(0, 6, len(label)), label)
    pack = pack_of_vectors(vectors, [f"label {one}" for one in said])
    answerable = answerable_rows(pack, pack.outcomes[pack.row_spans].astype(np.intp))
    few = Kernel(ridge=0.1)
    assert choose(pack, np.flatnonzero(answerable), answerable, few).ridge > few.ridge


def test_one_outcome_only_is_said_of_what_is_known(encoder: WordEncoder) -> None:
    """A pack in which all say the same answers its own questions, and not a stranger's."""
    verbs = ("send", "lose", "find", "sell", "lend", "want", "keep", "open")
    spans = [
        Span(id=f"{verb}{i}", this=f"How do I {verb} the card {i}?", if_ok="Call the bank today.")
        for verb in verbs
        for i in range(4)
    ]
    pack = learn(spans, encoder, name="one outcome")
    calibration, kernel = Calibration.from_meta(pack.meta), Kernel.from_meta(pack.meta)

    def judged(text: str) -> float:
        vector = encoder.encode([text])[0]
        found = match(pack, candidates(pack, Query(text, vector, ())), kernel)
        return calibration.judge(predict(pack, found, kernel)).probability

    assert judged("How do I lend the card 2?") > 0.6
    assert judged("zebras sleep upright") < 0.5


def test_one_diamond_is_a_pack(encoder: WordEncoder) -> None:
    """A single diamond answers its own question, with its own words."""
    pack = learn(SPANS[:1], encoder, name="one")
    kernel = Kernel.from_meta(pack.meta)
    vector = encoder.encode([SPANS[0].this])[0]
    found = match(pack, candidates(pack, Query(SPANS[0].this, vector, ())), kernel)
    prediction = predict(pack, found, kernel)
    judgement = Calibration.from_meta(pack.meta).judge(prediction)
    assert prediction.outcomes.tolist() == [0]
    assert judgement.answers
    assert judgement.plausible == (0,)


@pytest.mark.parametrize("level", LEVELS)
def test_a_higher_level_holds_more(encoder: WordEncoder, level: float) -> None:
    """The set of a level is within that of every higher one; no other level can be asked for."""
    pack = learn(SPANS, encoder, name="tiny")
    kernel, calibration = Kernel.from_meta(pack.meta), Calibration.from_meta(pack.meta)
    vector = encoder.encode(["supported plan"])[0]
    found = match(pack, candidates(pack, Query("", vector, ())), kernel)
    prediction = predict(pack, found, kernel)
    own = set(calibration.judge(prediction, level).plausible)
    for higher in LEVELS[LEVELS.index(level) :]:
        assert own <= set(calibration.judge(prediction, higher).plausible)
    with pytest.raises(InputError, match=r"0\.42"):
        calibration.judge(prediction, 0.42)
