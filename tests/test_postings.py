"""postings and gaps: BM25 over compact lists gives what the formula gives."""

from collections import Counter

import numpy as np
import pytest

from arenalab.errors import DamagedFileError
from arenalab.pack.gaps import read_gaps, write_gaps
from arenalab.pack.postings import BITS, K1, MOST, NARROW, WIDE, B, Postings, build_postings

VOCABULARY = 300
SIZES = [1, 3, 50, 700, 3000]


def spans_of(size: int) -> list[list[int]]:
    """Return the tokens of `size` spans, some frequent, most rare, some spans empty."""
    rng = np.random.default_rng(size)
    return [(rng.zipf(1.3, rng.integers(0, 30)) % VOCABULARY).tolist() for _ in range(size)]


@pytest.mark.parametrize("width", [np.uint8, np.uint16])
def test_gaps_come_back(width: type) -> None:
    """Lists of any gaps, near and far, and of any times are read as they were written."""
    lists = [[0], [5, 6, 7], [0, 253, 254, 508, 509, 70_000], [400_000]]
    times = [[1], [1, 3, 1], [2, 1, 1, 1, 5, 1], [8]]
    firsts = np.array([i == 0 for one in lists for i in range(len(one))])
    symbols, taken = write_gaps(
        np.array([n for one in lists for n in one]),
        np.array([n for one in times for n in one]),
        firsts,
        width,
    )
    assert len(symbols) == taken.sum()
    begin = 0
    for numbers, counts, size in zip(
        lists, times, np.add.reduceat(taken, np.flatnonzero(firsts)), strict=True
    ):
        read, often = read_gaps(symbols[begin : begin + size])
        assert read.tolist() == numbers
        assert ([1] * len(read) if often is None else often.tolist()) == counts
        begin += size


@pytest.mark.parametrize("size", SIZES)
def test_postings_hold_what_spans_say(size: int) -> None:
    """Each token leads to its spans, and to how often each holds it where that is kept."""
    said = spans_of(size)
    made = build_postings(said, VOCABULARY)
    counts = [Counter(tokens) for tokens in said]
    assert made.tokens.tolist() == sorted({token for tokens in said for token in tokens})
    for place, token in enumerate(made.tokens.tolist()):
        spans, times = made.spans_with(place)
        assert spans.tolist() == [s for s, own in enumerate(counts) if token in own]
        if made.forms[place] % 4 != BITS:
            expected = [min(counts[s][token], MOST) for s in spans.tolist()]
            assert ([1] * len(spans) if times is None else times.tolist()) == expected


def test_scores_follow_the_formula() -> None:
    """A score is that of the BM25 formula, to the precision of a stored length."""
    said = [[1, 2, 2], [1], [3, 3, 1, 1], *[[9]] * 20]
    made = build_postings(said, VOCABULARY)
    mean = sum(map(len, said)) / len(said)
    idf = np.log1p((len(said) - 1 + 0.5) / 1.5)
    expected = idf * 2 * (K1 + 1) / (2 + K1 * (1 - B + B * 3 / mean))
    assert made.everywhere([2])[0] == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize("size", SIZES)
def test_walking_the_rare_and_scoring_the_rest_is_the_whole(size: int) -> None:
    """What rare tokens add everywhere and the others where asked is the full score."""
    made = build_postings(spans_of(size), VOCABULARY)
    query = [1, 2, 3, 3, 77, 123, 299, VOCABULARY + 5]
    full = made.everywhere(query)
    walked = made.walk(query)
    everywhere = np.arange(size)
    np.testing.assert_allclose(walked.scores + made.score(walked.left, everywhere), full, atol=1e-5)
    assert set(walked.found.tolist()) == set(np.flatnonzero(walked.scores).tolist())
    np.testing.assert_allclose(made.score(made.known(query), everywhere), full, atol=1e-5)
    assert full.max() <= made.reachable(query) + 1e-4


def test_every_form_is_used() -> None:
    """Rare tokens take two bytes, common ones one, frequent ones a bit of each span."""
    said = [[0] + [1] * (i % 20 == 0) + [2] * (i == 2500) for i in range(3000)]
    made = build_postings(said, VOCABULARY)
    assert (made.forms % 4).tolist() == [BITS, NARROW, WIDE]
    assert made.reachable([]) == 0


def test_a_list_that_leads_out_of_the_pack_is_refused() -> None:
    """Gaps that go beyond the last span are named as damage."""
    whole = build_postings([[1] * (i % 20 == 0) for i in range(3000)], VOCABULARY)
    cut = Postings(**{**vars(whole), "lengths": whole.lengths[:100], "_facts": {}})
    with pytest.raises(DamagedFileError, match="token 1"):
        cut.everywhere([1])
