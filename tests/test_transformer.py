"""transformer: the network equals its definition, written out slowly in float64."""

import math
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from arenalab.encode.transformer import Transformer, gelu, product
from tiny_encoder import HEADS, LAYERS, WIDTH, tiny_arrays


@pytest.fixture(scope="module")
def network() -> Transformer:
    """Return the tiny network in float32."""
    arrays = tiny_arrays()
    return Transformer.assemble(lambda ids: arrays["tokens"][ids], arrays, HEADS)


def slowly(ids: list[int], weights: list[float]) -> NDArray[np.float64]:
    """Return the vector of one text, following the papers one token and one head at a time."""
    a = {name: array.astype(np.float64) for name, array in tiny_arrays().items()}

    def norm(x: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        centred = x - x.mean()
        return centred / math.sqrt((centred**2).mean()) * a[f"{name}.gain"] + a[f"{name}.bias"]

    def linear(x: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        return a[f"{name}.weight"] @ x + a[f"{name}.bias"]

    xs = [norm(a["tokens"][t] + a["positions"][p], "norm") for p, t in enumerate(ids)]
    head = WIDTH // HEADS
    for i in range(LAYERS):
        qkv = [np.split(linear(x, f"{i}.qkv"), 3) for x in xs]
        after = []
        for place, x in enumerate(xs):
            mixed = []
            for h in range(0, WIDTH, head):
                query = qkv[place][0][h : h + head]
                scores = np.exp([query @ key[h : h + head] for _, key, _ in qkv])
                values = [value[h : h + head] for _, _, value in qkv]
                mixed.append(sum(s * v for s, v in zip(scores / scores.sum(), values, strict=True)))
            x = norm(x + linear(np.concatenate(mixed), f"{i}.out"), f"{i}.attention_norm")
            inner = [0.5 * u * (1 + math.erf(u / math.sqrt(2))) for u in linear(x, f"{i}.up")]
            after.append(norm(x + linear(np.array(inner), f"{i}.down"), f"{i}.output_norm"))
        xs = after
    total = sum(w * x for w, x in zip(weights, xs, strict=True))
    return total / np.linalg.norm(total)


def test_equals_the_slow_network(network: Transformer) -> None:
    """The vectors of two texts at once are those of the definition."""
    ids = [[2, 5, 9, 14, 3], [2, 7, 7, 1, 3]]
    weights = [[0.5, 1, 2, 3, 0.5], [1, 0, 1, 0, 1]]
    vectors = network(np.array(ids), np.array(weights, np.float32))
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, list(map(slowly, ids, weights)), atol=2e-5)


def test_weights_of_nothing_count_alike(network: Transformer) -> None:
    """Where every token of a text counts nothing, all count the same."""
    ids = np.array([[2, 5, 3]])
    alike = network(ids, np.ones((1, 3), np.float32))
    np.testing.assert_allclose(network(ids, np.zeros((1, 3), np.float32)), alike, atol=1e-5)


def test_a_missing_array_is_named() -> None:
    """A network without one of its arrays is not assembled."""
    arrays = tiny_arrays()
    del arrays["1.down.bias"]
    with pytest.raises(KeyError, match=r"1\.down\.bias"):
        Transformer.assemble(lambda ids: arrays["tokens"][ids], arrays, HEADS)


def test_gelu_is_exact() -> None:
    """GELU is within 1e-6 of x Φ(x) everywhere, far tails included."""
    x = np.concatenate([np.linspace(-8, 8, 4001), [-1e4, -30, 30, 1e4]]).astype(np.float32)
    expected = [0.5 * u * (1 + math.erf(u / math.sqrt(2))) for u in map(float, x)]
    gelu(x)
    np.testing.assert_allclose(x, expected, rtol=1e-6, atol=1e-6)


def test_both_products_are_equal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser's way to multiply and the other give the same, to rounding."""
    random = np.random.default_rng(1)
    x = random.standard_normal((5, 33), np.float32)
    weight = random.standard_normal((7, 33), np.float32)
    results = []
    for platform in ("emscripten", "linux"):
        monkeypatch.setattr(sys, "platform", platform)
        results.append(product(x, weight))
    np.testing.assert_allclose(*results, atol=1e-5)
