"""confidence: probabilities fit what was seen, and stay near the prior where little was."""

import numpy as np
import pytest

from arenalab.arena import Arena, learn
from arenalab.confidence import Calibration
from arenalab.confidence.fit import PRIOR_PRECISION, fit_logistic
from arenalab.confidence.judge import PRIOR_KNOWN, PRIOR_RIGHT
from arenalab.confidence.leave_one_out import FEWEST, whole
from arenalab.errors import DamagedFileError
from arenalab.pack import read_pack, write_pack
from arenalab.span import Span
from world import SPANS, WordEncoder

# Four outcomes of six phrasings each.
SHARED = [
    Span(id=f"{thing}{i}", this=f"{verb} the {thing} {i % 3}", if_ok=thing)
    for thing in ("card", "parcel", "loan", "flat")
    for i, verb in enumerate(("send", "lose", "find", "sell", "lend", "want"))
]


def test_the_fit_finds_the_weights_that_made_the_data() -> None:
    """Labels drawn from a logistic model give its weights back, whatever the prior says."""
    rng = np.random.default_rng(0)
    x = np.column_stack([np.ones(20_000), rng.normal(size=20_000)])
    y = rng.random(20_000) < 1 / (1 + np.exp(-(x @ [-1.0, 2.0])))
    fitted = fit_logistic(x, y, np.ones(len(x)), (5.0, -5.0))
    assert fitted == pytest.approx((-1, 2), abs=0.1)


def test_the_optimum_has_no_slope() -> None:
    """At the fit, the gradient of likelihood and prior is zero."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(50, 2)), rng.random(50) < 0.3
    weights = np.array(fit_logistic(x, y, np.ones(50), (1.0, 1.0)))
    slope = x.T @ (y - 1 / (1 + np.exp(-(x @ weights)))) - PRIOR_PRECISION * (weights - 1)
    np.testing.assert_allclose(slope, 0, atol=1e-8)


def test_separable_data_stays_finite() -> None:
    """The prior keeps weights finite where a line parts right from wrong."""
    x = np.column_stack([np.ones(40), np.linspace(-1, 1, 40)])
    fitted = fit_logistic(x, x[:, 1] > 0, np.ones(40), (0.0, 0.0))
    assert np.all(np.isfinite(fitted))
    assert fitted[1] > 1


def test_a_pack_of_few_examples_keeps_the_prior(encoder: WordEncoder) -> None:
    """Below FEWEST labelled rows a pack says nothing of itself."""
    pack = learn(SPANS, encoder, name="few")
    assert pack.meta["calibration"]["sample"] < FEWEST
    assert Calibration.from_meta(pack.meta).known == PRIOR_KNOWN
    assert Calibration.from_meta(pack.meta).contest == PRIOR_RIGHT


def test_a_pack_of_many_examples_calibrates_itself(encoder: WordEncoder) -> None:
    """With shared outcomes, weights move off the prior and survive the file."""
    pack = learn(SHARED, encoder, name="many")
    calibration = Calibration.from_meta(pack.meta)
    assert calibration.sample == len(SHARED)
    assert calibration.known != PRIOR_KNOWN
    assert Calibration.from_meta(read_pack(write_pack(pack)).meta) == calibration


def test_known_and_right_are_judged_apart(arena: Arena) -> None:
    """A stranger is not known; a known question is; only the likely one is answered."""
    known = arena.calibration.judge(arena.predict(arena.encode("Can I get a refund?")))
    stranger = arena.calibration.judge(arena.predict(arena.encode("zebras sleep upright")))
    assert known.known
    assert known.answers
    assert not stranger.known
    assert stranger.word == "unknown"
    assert stranger.probability < 0.1 < known.probability


@pytest.mark.parametrize(("agreeing", "kind"), [(1, "clarify"), (3, "answer"), (9, "answer")])
def test_no_more_sure_than_those_who_answered_agree(
    encoder: WordEncoder, agreeing: int, kind: str
) -> None:
    """The share of the very question's answers that says the best one bounds how sure it gets."""
    asked = "Does the moon have an owner?"
    said = [*(["Nobody owns the moon at all."] * agreeing), "Yes, the moon has one owner."]
    spans = [Span(id=f"moon{i}", this=asked, if_ok=text) for i, text in enumerate(said)]
    arena = Arena(learn([*SPANS, *spans], encoder, name="moon"), encoder, lambda: 0.0)
    for words in (asked, "So does the moon have an owner?"):
        answer = arena.answer(words)
        assert answer.confidence <= (agreeing + 1) / (agreeing + 2)
    answer = arena.answer(asked)
    assert answer.kind == kind
    if answer.kind == "answer":
        assert answer.text == said[0]


def test_a_failure_of_the_very_question_counts_against_its_answer(encoder: WordEncoder) -> None:
    """Where one says that it worked and another that it did not, neither is certain."""
    asked = "How do I open the hatch?"
    worked = Span(id="ok", this=asked, if_ok="Turn the wheel twice.")
    failed = Span(id="no", this=asked, if_not="Turn the wheel twice.", status="failed")
    sure, torn = (
        Arena(learn([*SPANS, *spans], encoder, name="hatch"), encoder, lambda: 0.0).answer(asked)
        for spans in ([worked], [worked, failed])
    )
    assert torn.confidence <= 2 / 3 < sure.confidence


def test_an_older_packs_calibration_is_read_as_it_was() -> None:
    """A pack of before the lead was a feature judges as it did; odd numbers are refused."""
    stored = {"known": [-5.0, 9.0, 12.0], "contest": [-0.5, 8.0]}
    assert Calibration.from_meta({"calibration": stored}).contest == (-0.5, 8.0, 0.0)
    with pytest.raises(DamagedFileError, match="build the pack again"):
        Calibration.from_meta({"calibration": {**stored, "contest": [1.0]}})


def test_an_outcome_made_whole_gets_back_what_a_phrasing_is_worth(arena: Arena) -> None:
    """One phrasing of n left out is an n-th of the score; the order is that of the new scores."""
    prediction = arena.predict(arena.encode("Can I get a refund?"))
    second = int(prediction.outcomes[1])
    again = whole(prediction, second, 1)
    place = int(np.flatnonzero(again.outcomes == second)[0])
    assert again.scores[place] == pytest.approx(2 * prediction.scores[1])
    assert np.all(np.diff(again.scores) <= 0)
    others = prediction.outcomes != second
    np.testing.assert_allclose(
        np.sort(again.scores[again.outcomes != second]), np.sort(prediction.scores[others])
    )


def test_outcomes_shared_by_chance_are_no_examples(encoder: WordEncoder) -> None:
    """Two unlike questions with one answer tell nothing of how a question like either fares."""
    alone = [Span(id=f"q{i}", this=f"quiz{i} riddle{i}", if_ok=f"answer{i}") for i in range(400)]
    pairs = [
        Span(id=f"{side}{i}", this=f"{side}{i} other{side}{i}", if_ok=f"both{i}")
        for side in ("left", "right")
        for i in range(FEWEST)
    ]
    pack = learn([*alone, *pairs], encoder, name="quiz")
    assert Calibration.from_meta(pack.meta).sample < FEWEST
    assert Calibration.from_meta(pack.meta).known == PRIOR_KNOWN


def test_what_few_rows_show_is_drawn_towards_other_packs(encoder: WordEncoder) -> None:
    """The same examples move the weights less where they are a smaller part of the pack."""
    alone = [Span(id=f"q{i}", this=f"quiz{i} riddle{i}", if_ok=f"answer{i}") for i in range(100)]
    moved = [
        abs(Calibration.from_meta(pack.meta).contest[0] - PRIOR_RIGHT[0])
        for pack in (learn(SHARED, encoder, name="s"), learn([*SHARED, *alone], encoder, name="m"))
    ]
    assert moved[1] < moved[0] / 2
