"""encoder: texts of any length and number become unit vectors that do not know each other."""

import dataclasses

import numpy as np
import pytest
from numpy.typing import NDArray

from arenalab.encode import load_encoder
from arenalab.encode.encoder import PASS, TransformerEncoder
from tiny_encoder import POSITIONS, WIDTH, tiny_file

TEXTS = ["a b", "", "c d e f g?", "ab", "zzz", "a b", "m " * 40, "c d e f h?"]


@pytest.fixture(scope="module")
def tiny() -> TransformerEncoder:
    """Return the tiny encoder."""
    return load_encoder(tiny_file())


def test_vectors_are_unit_rows(tiny: TransformerEncoder) -> None:
    """Every text, the empty one too, has a float32 vector of length one."""
    vectors = tiny.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), WIDTH)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_no_texts(tiny: TransformerEncoder) -> None:
    """No texts give no vectors, and no progress."""
    assert tiny.encode([], progress=lambda _done, _all: pytest.fail("called")).shape == (0, WIDTH)


def test_neighbours_do_not_matter(tiny: TransformerEncoder) -> None:
    """A text has the same vector alone, among others, and in any order."""
    together = tiny.encode(TEXTS)
    alone = np.concatenate([tiny.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-6)
    np.testing.assert_allclose(tiny.encode(TEXTS[::-1])[::-1], together, atol=1e-6)


def test_the_same_text_has_the_same_vector(tiny: TransformerEncoder) -> None:
    """Encoding twice gives the same bytes."""
    assert tiny.encode(TEXTS).tobytes() == tiny.encode(TEXTS).tobytes()


def test_texts_with_the_same_tokens_go_once(tiny: TransformerEncoder) -> None:
    """However often a text occurs, and in capitals, the network reads it once."""
    read: list[int] = []

    def counting(ids: NDArray[np.intp], weights: NDArray[np.float32]) -> NDArray[np.float32]:
        read.append(len(ids))
        return tiny.network(ids, weights)

    counting.positions = tiny.network.positions  # type: ignore[attr-defined]
    encoder = dataclasses.replace(tiny, network=counting)
    vectors = encoder.encode(["a b", "d", "A  B", "a b"])
    assert sum(read) == 2
    np.testing.assert_array_equal(vectors, tiny.encode(["a b", "d", "a b", "a b"]))


def test_long_text_is_cut(tiny: TransformerEncoder) -> None:
    """What comes after as many tokens as there are positions is not read."""
    seen = "a " * (POSITIONS - 2)
    np.testing.assert_array_equal(*tiny.encode([seen + "b c d", seen + "e"]))


def test_progress(tiny: TransformerEncoder) -> None:
    """Progress is told after every pass, never backwards, up to all."""
    words = tiny.tokenizer.vocabulary[4:12]
    texts = [f"{a} {b} {c}" for a in words for b in words for c in words] + TEXTS
    assert len(texts) > PASS
    told: list[tuple[int, int]] = []
    tiny.encode(texts, progress=lambda done, total: told.append((done, total)))
    assert {total for _, total in told} == {len(texts)}
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert told[-1][0] == len(texts)
    assert len(told) > len(TEXTS) / 2


def test_pooling_decides_what_counts(tiny: TransformerEncoder) -> None:
    """With all the weight on one token, a text's vector moves towards that token's."""
    only_b = np.zeros_like(tiny.pooling)
    only_b[tiny.tokenizer.vocabulary.index("b")] = 1
    plain = dataclasses.replace(tiny, pooling=np.ones_like(only_b))
    weighted = dataclasses.replace(tiny, pooling=only_b)
    assert np.abs(plain.encode(["a b"]) - weighted.encode(["a b"])).max() > 0.01
    np.testing.assert_allclose(plain.encode(["a c"]), weighted.encode(["a c"]), atol=1e-4)
