"""Spans and their vectors → a pack: int8 rows, sign codes, postings, outcomes."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arenalab.pack.facets import Facets
from arenalab.pack.model import FloatArray, Pack, sign_codes, unit_rows
from arenalab.pack.postings import build_postings
from arenalab.pack.texts import Texts
from arenalab.span import Span

AT_ONCE = 8192  # rows taken out of their 8 bits together: bounds the memory


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
    int8 = quantise_rows(vectors)
    mean = mean_row(int8)
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
        codes=codes_of(int8, mean),
        vectors=int8,
        row_starts=row_starts,
        answers=answers,
        outcomes=outcomes,
        signs=signs,
        grades=np.rint(quality.mean(axis=1) * 255).astype(np.uint8),
        quality=np.rint(quality * 255).astype(np.uint8),
        postings=build_postings(tokens, vocabulary_size),
        texts=Texts.pack(spans),
        chosen_by=Facets.of(spans).pack(),
    )


def quantise_rows(vectors: FloatArray) -> NDArray[np.int8]:
    """Return (N, D) int8 rows that point where (N, D) `vectors` do."""
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    scaled: FloatArray = np.rint(vectors * (127 / np.maximum(largest, 1e-12)))
    return scaled.astype(np.int8)


def mean_row(int8: NDArray[np.int8]) -> FloatArray:
    """Return the (D,) mean of (N, D) stored rows, made unit length."""
    total = np.zeros(int8.shape[1])
    for start in range(0, len(int8), AT_ONCE):
        total += unit_rows(int8[start : start + AT_ONCE]).sum(axis=0, dtype=np.float64)
    return (total / max(len(int8), 1)).astype(np.float32)


def codes_of(int8: NDArray[np.int8], mean: FloatArray) -> NDArray[np.uint64]:
    """Return the (D / 64, N) sign codes of (N, D) stored rows."""
    codes = np.empty((int8.shape[1] // 64, len(int8)), np.uint64)
    for start in range(0, len(int8), AT_ONCE):
        block = slice(start, start + AT_ONCE)
        codes[:, block] = sign_codes(unit_rows(int8[block]), mean)
    return codes


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


def _licenses(spans: Sequence[Span]) -> dict[str, int]:
    """How many spans carry each licence; the empty name stands for none stated."""
    names = [span.metadata.license or "" for span in spans]
    return {name: names.count(name) for name in sorted(set(names))}
