"""outcome: the kernel regression is what its formula says, and failure counts against."""

from dataclasses import replace

import numpy as np
import pytest

from arenalab.arena import Arena, learn
from arenalab.match import Kernel, Matches, match
from arenalab.outcome import pool, predict
from arenalab.pack import Pack, read_pack, write_pack
from arenalab.search import Query, candidates
from world import SPANS, WordEncoder, pack_of_vectors, span


def matches_of(pack: Pack, vector: np.ndarray) -> Matches:
    """Return all rows of `pack` as matches of `vector`, by cosine alone."""
    found = candidates(pack, Query("", vector, ()))
    return match(pack, found, Kernel(told_weight=0, lexical_weight=0))


@pytest.fixture
def random_pack() -> Pack:
    """Return thirty random rows, each its own outcome."""
    return pack_of_vectors(np.random.default_rng(1).normal(size=(30, 128)).astype(np.float32))


def test_weights_solve_the_regression(random_pack: Pack) -> None:
    """(K + Λ) a = k, with the kernel and the noise written out by hand."""
    kernel = Kernel(beta=2, ridge=0.3, quality_noise=0.5)
    vector = random_pack.rows(np.array([4]))[0]
    found = matches_of(random_pack, vector)
    prediction = predict(random_pack, found, kernel)
    rows = random_pack.rows(found.rows).astype(np.float64)
    gram = np.exp(2 * (rows @ rows.T - 1)) + np.diag(np.full(30, 0.3))  # quality is 1
    near = np.exp(2 * (rows @ vector - 1))
    np.testing.assert_allclose(gram @ prediction.weights, near, atol=1e-5)
    assert prediction.variance == pytest.approx(1 - near @ prediction.weights, abs=1e-5)


def test_leave_one_out_is_what_leaving_out_gives(random_pack: Pack) -> None:
    """A row's own weight is the only thing that makes it certain: without it variance rises."""
    vector = random_pack.rows(np.array([4]))[0]
    found = matches_of(random_pack, vector)
    others = found.rows != 4
    without = Matches(*(getattr(found, f)[others] for f in Matches.__slots__))
    kernel = Kernel()
    assert predict(random_pack, without, kernel).variance > 0.5
    assert predict(random_pack, found, kernel).variance < 0.3


def test_low_quality_weighs_less() -> None:
    """Of two equal rows, the one of lower quality has the smaller weight."""
    twin = np.random.default_rng(2).normal(size=(1, 128)).astype(np.float32)
    pack = pack_of_vectors(np.repeat(twin, 2, axis=0))
    pack = replace(pack, grades=np.array([255, 0], np.uint8))
    found = matches_of(pack, pack.rows(np.array([0]))[0])
    weights = predict(pack, found, Kernel()).weights
    by_row = dict(zip(found.rows.tolist(), weights.tolist(), strict=True))
    assert by_row[0] > by_row[1] > 0


def test_pool_sums_and_sorts() -> None:
    """Scores of an outcome add up; ties keep the order of the matches."""
    outcomes, scores = pool(np.array([7, 3, 7, 5]), np.array([0.2, 0.3, 0.2, 0.3]))
    assert outcomes.tolist() == [7, 3, 5]
    np.testing.assert_allclose(scores, [0.4, 0.3, 0.3])


def test_failure_lowers_the_score_of_what_failed(encoder: WordEncoder) -> None:
    """The same question with a failed report of an outcome scores it lower than without."""
    failed = replace(SPANS[3], id="failed", status="failed", if_not=SPANS[3].if_ok)
    plain = Arena(learn(SPANS, encoder, name="a"), encoder, lambda: 0.0)
    doubted = Arena(learn((*SPANS, failed), encoder, name="b"), encoder, lambda: 0.0)
    query = "Can I get a refund?"
    before = plain.predict(plain.encode(query)).scores[0]
    assert doubted.predict(doubted.encode(query)).scores[0] < before


def test_what_a_span_says_did_not_work_counts_against(encoder: WordEncoder) -> None:
    """An `if_not` that another span gives as its outcome lowers that one, and no other."""
    rival = span("rival", "Can I get a refund now?", "Refunds are off since May.")
    denying = replace(rival, if_not=" yes, WITHIN 30 days. ")
    score: dict[str, dict[str, float]] = {}
    for name, one in (("silent", rival), ("denies", denying)):
        pack = read_pack(write_pack(learn((*SPANS, one), encoder, name=name)))
        asking = Arena(pack, encoder, lambda: 0.0)
        prediction = asking.predict(asking.encode("Can I get a refund now?"))
        said = {int(o): s.if_ok for o, s in zip(pack.outcomes, pack.texts, strict=True)}
        pairs = zip(prediction.outcomes, prediction.scores, strict=True)
        score[name] = {said[int(outcome)]: float(worth) for outcome, worth in pairs}
    yes, off = SPANS[3].if_ok, rival.if_ok
    assert score["denies"][yes] < score["silent"][yes]
    assert score["denies"][off] == pytest.approx(score["silent"][off], abs=0.01)
    assert score["denies"].keys() == score["silent"].keys()


def test_a_denial_of_what_nobody_says_is_nothing(encoder: WordEncoder) -> None:
    """An `if_not` that is no span's outcome has no number, and no place in the pack."""
    told = replace(SPANS[3], if_not="Write a letter to the king.")
    assert len(learn((*SPANS[:3], told), encoder, name="told").denials) == 0


def test_nothing_matched_is_no_outcome(random_pack: Pack) -> None:
    """No match gives no outcome and full variance, not an error."""
    empty = Matches(*(np.empty(0, np.intp),) * 2, *(np.empty(0, np.float32),) * 4)
    prediction = predict(random_pack, empty, Kernel())
    assert len(prediction.outcomes) == 0
    assert prediction.variance == 1


def test_constants_come_from_the_header() -> None:
    """What a header lacks has its default; what it has is used; what is unknown is ignored."""
    assert Kernel.from_meta({}) == Kernel()
    assert Kernel.from_meta({"kernel": {"beta": 9.0, "new": 1}}) == Kernel(beta=9.0)
