"""Spans and their vectors → a pack: sign codes, int8 rows, postings, outcomes."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arenalab.pack.model import FloatArray, Pack, Postings
from arenalab.pack.texts import Texts
from arenalab.span import Span

# BM25 term saturation and length normalisation, the values Robertson and Zaragoza (2009,
# "The Probabilistic Relevance Framework", section 3.5) recommend where nothing is tuned.
K1, B = 1.2, 0.75
_MAX_IMPACT = 255


def build_pack(
    spans: Sequence[Span],
    vectors: FloatArray,
    answers: NDArray[np.bool_],
    tokens: Sequence[Sequence[int]],
    quality: NDArray[np.float64],
    *,
    vocabulary_size: int,
    meta: Mapping[str, Any],
) -> Pack:
    """Return the pack of `spans`.

    vectors  (R, D) float32 unit rows: every phrasing of every span, in order, and after those of
             a span for which `answers` is true, one of its situation and outcome together
    answers  (S,) bool
    tokens   S lists of token ids below `vocabulary_size`: all that a span says
    quality  (S, 5) float64 in [0, 1]
    """
    mean = (vectors.sum(axis=0, dtype=np.float64) / max(len(vectors), 1)).astype(np.float32)
    int8, scales = quantise_rows(vectors)
    outcomes, signs = pool_outcomes(spans)
    counted = [len(span.phrasings) + bool(told) for span, told in zip(spans, answers, strict=True)]
    row_starts = np.cumsum([0, *counted]).astype(np.uint32)
    counts = {
        "spans": len(spans),
        "rows": len(vectors),
        "outcomes": len(np.unique(outcomes)),
    }
    return Pack(
        meta={**meta, "counts": counts, "licenses": _licenses(spans)},
        mean=mean,
        codes=sign_codes(vectors, mean),
        vectors=int8,
        scales=scales,
        row_starts=row_starts,
        answers=answers.astype(np.uint8),
        outcomes=outcomes,
        signs=signs,
        quality=np.rint(quality * 255).astype(np.uint8),
        postings=build_postings(tokens, vocabulary_size),
        texts=Texts.pack(spans),
    )


def sign_codes(vectors: FloatArray, mean: FloatArray) -> NDArray[np.uint64]:
    """Return (D / 64, N) uint64: one bit a dimension, set where the centred value is positive."""
    bits = np.packbits(vectors > mean, axis=1, bitorder="little")
    return np.ascontiguousarray(bits.view("<u8").T)


def quantise_rows(vectors: FloatArray) -> tuple[NDArray[np.int8], FloatArray]:
    """Return (N, D) int8 and (N,) float32 scales with `vectors ≈ int8 * scales[:, None]`.

    The scale also makes each stored row exactly as long as the row it stands for, so that a dot
    product with a unit vector is a cosine.
    """
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    int8 = np.rint(vectors * (127 / np.maximum(largest, 1e-12))).astype(np.int8)
    stored = np.linalg.norm(int8.astype(np.float32), axis=1)
    scales = np.linalg.norm(vectors, axis=1) / np.maximum(stored, 1e-12)
    return int8, scales.astype(np.float32)


def pool_outcomes(spans: Sequence[Span]) -> tuple[NDArray[np.uint32], NDArray[np.int8]]:
    """Number the outcomes: spans that say the same, but for spacing and case, share a number.

    A failed span speaks of what did not work (`if_not`, else `if_ok`), with sign -1.
    """
    numbers: dict[str, int] = {}
    outcomes = np.empty(len(spans), np.uint32)
    signs = np.empty(len(spans), np.int8)
    for index, span in enumerate(spans):
        failed = span.status == "failed"
        text = (span.if_not or span.if_ok) if failed else span.if_ok
        key = " ".join(text.split()).casefold()
        outcomes[index] = numbers.setdefault(key, len(numbers))
        signs[index] = -1 if failed else 1
    return outcomes, signs


def build_postings(tokens: Sequence[Sequence[int]], vocabulary_size: int) -> Postings:
    """Return BM25 postings; a term's score in a span is known now, so it is stored, in 8 bits."""
    lengths = np.fromiter(map(len, tokens), np.intp, len(tokens))
    flat = np.fromiter((token for span in tokens for token in span), np.int64, lengths.sum())
    owners = np.repeat(np.arange(len(tokens)), lengths)
    pairs, frequency = np.unique(flat * max(len(tokens), 1) + owners, return_counts=True)
    token, span = np.divmod(pairs, max(len(tokens), 1))
    spread = np.bincount(token.astype(np.intp), minlength=vocabulary_size)
    idf = np.log1p((len(tokens) - spread + 0.5) / (spread + 0.5))
    norm = K1 * (1 - B + B * lengths[span] / max(lengths.mean() if len(tokens) else 0, 1))
    impact = idf[token] * frequency * (K1 + 1) / (frequency + norm)
    unit = float(impact.max(initial=1e-9)) / _MAX_IMPACT
    return Postings(
        starts=np.concatenate([[0], np.cumsum(spread)]).astype(np.uint32),
        spans=span.astype(np.uint32),
        impacts=np.maximum(np.rint(impact / unit), 1).astype(np.uint8),
        unit=unit,
    )


def _licenses(spans: Sequence[Span]) -> dict[str, int]:
    """How many spans carry each licence; the empty name stands for none stated."""
    names = [span.metadata.license or "" for span in spans]
    return {name: names.count(name) for name in sorted(set(names))}
