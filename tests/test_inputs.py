"""encode.inputs: the Gram matrices are those of what goes into each matrix, and nothing else."""

import numpy as np
import pytest

from arenalab.encode.inputs import grams
from arenalab.encode.pooling import FIRST_WORD
from arenalab.encode.transformer import Transformer
from arenalab.encode.wordpiece import WordPiece
from tiny_encoder import HEADS, LAYERS, VOCABULARY, WIDTH, tiny_arrays

# As in BERT's vocabulary: what is special, then single characters, then words.
MANY = (*VOCABULARY, *(f"[unused{i}]" for i in range(FIRST_WORD - len(VOCABULARY))), "word", "##s")


@pytest.fixture(scope="module")
def network() -> Transformer:
    """Return the tiny network with a vocabulary of two thousand."""
    arrays = tiny_arrays()
    tokens = np.resize(arrays["tokens"], (len(MANY), WIDTH))
    # Runs without meaning are longer than the tiny network's positions.
    arrays["positions"] = np.resize(arrays["positions"], (80, WIDTH))
    return Transformer.assemble(lambda ids: tokens[ids], arrays, HEADS)


def test_each_matrix_has_its_inputs(network: Transformer) -> None:
    """There is one symmetric Gram matrix a linear map, as wide as its inputs, none of it empty."""
    found = grams(network, WordPiece(MANY), ["a b c", "words"])
    names = ("qkv", "out", "up", "down")
    assert set(found) == {f"{i}.{name}.weight" for i in range(LAYERS) for name in names}
    for name, gram in found.items():
        width = 4 * WIDTH if "down" in name else WIDTH
        assert gram.shape == (width, width)
        np.testing.assert_allclose(gram, gram.T, rtol=1e-4, atol=1e-3 * gram.max())
        assert (np.diag(gram) > 0).all()


def test_texts_count(network: Transformer) -> None:
    """More texts add to the Gram matrices; what is read without them stays."""
    tokenizer = WordPiece(MANY)
    few, many = (grams(network, tokenizer, ["a b"] * count) for count in (1, 500))
    assert all(np.trace(many[name]) > np.trace(few[name]) for name in few)


def test_the_same_every_time(network: Transformer) -> None:
    """The runs without meaning are seeded, and the network itself is left as it was."""
    ids, weights = np.array([[0, 1, 2]]), np.ones((1, 3), np.float32)
    before = network(ids, weights)
    first, again = (grams(network, WordPiece(MANY), ["a b c"]) for _ in range(2))
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert np.array_equal(network(ids, weights), before)
