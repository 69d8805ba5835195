"""encode.batching: texts of one length together, none lost, none twice."""

from arenalab.encode.batching import batches


def test_every_text_comes_once_among_its_equals() -> None:
    """Batches are of one length each, short ones first, texts in the order given."""
    texts = [(1, 2), (3,), (4, 5), (6,), (7, 8)]
    assert list(batches(texts, 4)) == [[(3,), (6,)], [(1, 2), (4, 5)], [(7, 8)]]


def test_a_text_longer_than_a_batch_goes_alone() -> None:
    """There is always at least one text in a batch, and none without texts."""
    assert list(batches([(1, 2, 3), (4, 5, 6)], 2)) == [[(1, 2, 3)], [(4, 5, 6)]]
    assert list(batches([], 2)) == []
