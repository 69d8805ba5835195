"""pooling: rare tokens count more, marks and special tokens nothing."""

import numpy as np

from arenalab.encode.pooling import FIRST_WORD, rarity


def test_rarity() -> None:
    """Weights grow with the rank of a word; a letter counts little, marks and special tokens 0."""
    characters = ["[PAD]", "[CLS]", "!", "é", "a", "##a", "##!", "7"]
    filler = ["[unused]"] * (FIRST_WORD - len(characters))
    weights = rarity([*characters, *filler, "the", "of", "##s", *["word"] * 5000, "rare"])
    assert weights.dtype == np.float32
    assert not weights[[0, 1, 2, 6]].any()
    assert weights[4] == weights[5] == weights[7]
    assert 0 < weights[4] < weights[3]
    words = weights[FIRST_WORD:]
    assert (np.diff(words) > 0).all()
    assert words[0] > 1
    assert words[-1] < 2.5 * words[0]
