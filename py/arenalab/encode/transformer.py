"""A BERT encoder as NumPy arithmetic: token ids → one unit vector a text.

Boundary: knows arrays, not text or files. The network is BERT (Devlin et al. 2019,
arXiv:1810.04805) with the pooling of Sentence-BERT (Reimers & Gurevych 2019, arXiv:1908.10084):
a weighted mean over the tokens of the last layer, made unit length. All texts of a call have the
same number of tokens, so nothing is padded or masked; BERT's pooler, which this pooling does not
use, is left out.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]

TINY = np.float32(1e-6)  # added to every pooling weight, so that they never sum to nothing
EPSILON = np.float32(1e-12)  # layer_norm_eps in the model's config.json

# erf(x) = x P(x²) / Q(x²) for |x| <= 4 and ±1 beyond, within 5e-7 in float32. The coefficients
# are the minimax fit of Eigen and XLA (Eigen, `MathFunctionsImpl.h`), highest power first.
ERF_P = (
    -2.72614225801306e-10,
    2.77068142495902e-08,
    -2.10102402082508e-06,
    -5.69250639462346e-05,
    -7.34990630326855e-04,
    -2.95459980854025e-03,
    -1.60960333262415e-02,
)
ERF_Q = (
    -1.45660718464996e-05,
    -2.13374055278905e-04,
    -1.68282697438203e-03,
    -7.37332916720468e-03,
    -1.42647390514189e-02,
)


@dataclass(frozen=True, slots=True)
class Linear:
    """y = x weightᵀ + bias: weight (out, in), bias (out,)."""

    weight: Floats
    bias: Floats

    def __call__(self, x: Floats) -> Floats:
        """Map (N, in) to a new array (N, out)."""
        y = product(x, self.weight)
        y += self.bias
        return y


@dataclass(frozen=True, slots=True)
class Norm:
    """Layer normalisation (Ba et al. 2016, arXiv:1607.06450): gain and bias (width,)."""

    gain: Floats
    bias: Floats

    def __call__(self, x: Floats) -> Floats:
        """Normalise the rows of (N, width) in place and return it."""
        width = np.float32(x.shape[1])
        x -= np.add.reduce(x, axis=1, keepdims=True) / width
        variance = np.add.reduce(np.square(x), axis=1, keepdims=True) / width
        variance += EPSILON
        x /= np.sqrt(variance)
        x *= self.gain
        x += self.bias
        return x


@dataclass(frozen=True, slots=True)
class Layer:
    """One transformer layer; `qkv` makes queries, keys and values in one product."""

    qkv: Linear
    out: Linear
    attention_norm: Norm
    up: Linear
    down: Linear
    output_norm: Norm

    def __call__(self, x: Floats, texts: int, heads: int) -> Floats:
        """Map (texts * length, width) to a new array of that shape."""
        attended = self.out(attention(self.qkv(x), texts, heads))
        attended += x
        attended = self.attention_norm(attended)
        inner = self.up(attended)
        gelu(inner)
        y = self.down(inner)
        y += attended
        return self.output_norm(y)


@dataclass(frozen=True, slots=True)
class Transformer:
    """The network. `tokens` looks rows of the embedding table up: ids (N,) → (N, width)."""

    tokens: Callable[[NDArray[np.intp]], Floats]
    positions: Floats
    norm: Norm
    layers: tuple[Layer, ...]
    heads: int

    @classmethod
    def assemble(
        cls,
        tokens: Callable[[NDArray[np.intp]], Floats],
        arrays: Mapping[str, Floats],
        heads: int,
    ) -> Self:
        """Build the network from named float32 arrays.

        Names: ``positions`` (longest, width), ``norm.gain``, ``norm.bias``, and for layers 0, 1, …
        ``0.qkv.weight``, ``0.qkv.bias``, likewise ``out``, ``up``, ``down``, and
        ``0.attention_norm.gain``, ``0.output_norm.gain`` with their biases.
        Raises KeyError where one is missing.
        """

        def linear(name: str) -> Linear:
            return Linear(arrays[name + ".weight"], arrays[name + ".bias"])

        def norm(name: str) -> Norm:
            return Norm(arrays[name + ".gain"], arrays[name + ".bias"])

        depth = sum(name.endswith(".qkv.weight") for name in arrays)
        layers = tuple(
            Layer(
                linear(f"{i}.qkv"),
                linear(f"{i}.out"),
                norm(f"{i}.attention_norm"),
                linear(f"{i}.up"),
                linear(f"{i}.down"),
                norm(f"{i}.output_norm"),
            )
            for i in range(depth)
        )
        return cls(tokens, arrays["positions"], norm("norm"), layers, heads)

    def __call__(self, ids: NDArray[np.intp], weights: Floats) -> Floats:
        """Map ids (texts, length) to unit vectors (texts, width) float32.

        `weights` (texts, length) say how much each token counts; where all are 0, all count alike.
        """
        texts, length = ids.shape
        x = self.tokens(ids.ravel())
        x.reshape(texts, length, -1)[:] += self.positions[:length]
        x = self.norm(x)
        for layer in self.layers:
            x = layer(x, texts, self.heads)
        x.reshape(texts, length, -1)[:] *= (weights + TINY)[:, :, None]
        pooled: Floats = np.add.reduce(x.reshape(texts, length, -1), axis=1)
        pooled /= np.sqrt(np.add.reduce(np.square(pooled), axis=1, keepdims=True))
        return pooled


def product(x: Floats, weight: Floats) -> Floats:
    """Return x (N, K) times weight (M, K) transposed: (N, M)."""
    if sys.platform == "emscripten":
        # The browser's NumPy has no BLAS; there einsum's inner loop is 2 to 4 times as fast.
        y: Floats = np.einsum("nk,mk->nm", x, weight)
    else:
        y = x @ weight.T
    return y


def attention(qkv: Floats, texts: int, heads: int) -> Floats:
    """Scaled dot-product attention within each text: (N, 3 * width) → (N, width).

    The factor 1/√(width of a head) is expected to be part of the queries' weights.
    """
    count, triple = qkv.shape
    split = qkv.reshape(texts, count // texts, 3, heads, -1).transpose(2, 0, 3, 1, 4)
    scores = split[0] @ split[1].swapaxes(-1, -2)
    scores -= np.maximum.reduce(scores, axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= np.add.reduce(scores, axis=-1, keepdims=True)
    mixed: Floats = scores @ split[2]
    return mixed.transpose(0, 2, 1, 3).reshape(count, triple // 3)


def gelu(x: Floats) -> None:
    """Replace x by x Φ(x), in the exact form (Hendrycks & Gimpel 2016, arXiv:1606.08415)."""
    z = x * np.float32(np.sqrt(0.5))
    np.clip(z, -4, 4, out=z)
    square = np.square(z)
    z *= _polynomial(square, ERF_P)
    z /= _polynomial(square, ERF_Q)
    z += 1
    z *= 0.5
    x *= z


def _polynomial(x: Floats, coefficients: tuple[float, ...]) -> Floats:
    """Evaluate by Horner's rule, highest power first."""
    value = x * np.float32(coefficients[0])
    for coefficient in coefficients[1:-1]:
        value += np.float32(coefficient)
        value *= x
    value += np.float32(coefficients[-1])
    return value
