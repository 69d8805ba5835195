"""Parts → a pack: rows put together, signs taken, outcomes numbered, postings compressed."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arenalab.pack.facets import Facets
from arenalab.pack.model import FloatArray, Pack, sign_codes, unit_rows
from arenalab.pack.part import SAME, Part
from arenalab.pack.postings import Postings, postings
from arenalab.pack.texts import DIGEST, Texts
from arenalab.span import Span

AT_ONCE = 8192  # rows taken out of their 8 bits together: bounds the memory
SORTED = 1 << 22  # postings compressed together, likewise

Room = Callable[[str, tuple[int, ...], type[np.generic]], NDArray[Any]]
"""Returns an empty array for what is too large to hold twice: its name, shape and type."""


def in_memory(_name: str, shape: tuple[int, ...], dtype: type[np.generic]) -> NDArray[Any]:
    """Return an array in memory."""
    return np.empty(shape, dtype)


def build_pack(
    spans: Sequence[Span],
    vectors: FloatArray,
    answers: NDArray[np.bool_],
    tokens: Sequence[Sequence[int]],
    quality: NDArray[np.float64],
    *,
    labels: NDArray[np.bool_] | None = None,
    vocabulary_size: int,
    meta: Mapping[str, Any],
) -> Pack:
    """Return the pack of `spans`.

    vectors  (R, D) float32 unit rows: every phrasing of every span, in order, and after those of
             a span for which `answers` is true, one of its situation and outcome together
    answers  (S,) bool
    tokens   S lists of token ids below `vocabulary_size`: all that a span says
    quality  (S, 5) float64 in [0, 1]
    labels   (S,) bool: spans that have such a row of their outcome alone; none where not given
    """
    part = Part.of(spans, vectors, answers, tokens, quality, labels)
    return join([part], vocabulary_size=vocabulary_size, meta=meta)


def join(
    parts: Sequence[Part],
    *,
    vocabulary_size: int,
    meta: Mapping[str, Any],
    room: Room = in_memory,
) -> Pack:
    """Return the pack of all spans of `parts`, in their order.

    All parts but the last must hold a multiple of BLOCK spans. What is large is put where `room`
    says, so that the parts may lie in files and the pack too.
    """
    vectors = _stack("vectors", [part.vectors for part in parts], room)
    texts = _stack("texts", [part.texts for part in parts], room)
    mean = mean_row(vectors)
    said = np.concatenate([part.outcomes for part in parts])
    outcomes = number(said)
    quality = np.concatenate([part.quality for part in parts])
    sizes = [np.diff(part.text_ends, prepend=np.uint64(0)) for part in parts]
    row_counts = np.concatenate([part.row_counts for part in parts])
    failed = np.concatenate([part.failed for part in parts])
    licenses: Counter[str] = Counter()
    for part in parts:
        licenses.update(part.licenses)
    stored = Texts(
        texts.data,
        np.cumsum(np.concatenate(sizes), dtype=np.uint64),
        len(outcomes),
        np.concatenate([part.text_digests for part in parts]).reshape(-1, DIGEST),
    )
    counts = {
        "spans": len(outcomes),
        "rows": len(vectors),
        "outcomes": int(outcomes.max()) + 1 if len(outcomes) else 0,
    }
    return Pack(
        meta={**meta, "counts": counts, "licenses": dict(sorted(licenses.items()))},
        mean=mean,
        codes=codes_of(vectors, mean),
        vectors=vectors,
        row_starts=np.append(0, np.cumsum(row_counts)).astype(np.uint32),
        answers=np.concatenate([part.answers for part in parts]),
        outcomes=outcomes,
        signs=np.where(failed, np.int8(-1), np.int8(1)),
        denials=_denials(parts, said, outcomes),
        grades=np.rint(quality.mean(axis=1)).astype(np.uint8),
        quality=quality,
        postings=_postings(parts, vocabulary_size),
        texts=stored,
        chosen_by=Facets.of(stored).pack(),
    )


def _stack(name: str, arrays: Sequence[NDArray[Any]], room: Room) -> NDArray[Any]:
    """Return `arrays`, one after another."""
    if len(arrays) == 1:
        return arrays[0]
    shape = (sum(map(len, arrays)), *arrays[0].shape[1:])
    whole = room(name, shape, arrays[0].dtype.type)
    begin = 0
    for array in arrays:
        whole[begin : begin + len(array)] = array
        begin += len(array)
    return whole


def number(digests: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Number (S, SAME) outcomes in the order they are first said; equal ones share a number."""
    keys = np.ascontiguousarray(digests).view(f"S{SAME}")[:, 0]
    _, first, which = np.unique(keys, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.uint32)
    rank[np.argsort(first)] = np.arange(len(first), dtype=np.uint32)
    return rank[which]


def _denials(
    parts: Sequence[Part], said: NDArray[np.uint8], outcomes: NDArray[np.uint32]
) -> NDArray[np.uint32]:
    """Return (Q, 2) spans and the outcomes they deny: of those that some span says."""
    befores = np.cumsum([0, *(len(part.outcomes) for part in parts)])
    told = [
        (int(span) + int(before), digest.tobytes())
        for part, before in zip(parts, befores, strict=False)
        for span, digest in zip(part.deniers, part.denied, strict=True)
    ]
    wanted = {digest for _, digest in told}
    known = (
        {
            key: int(outcome)
            for key, outcome in zip(map(bytes, said), outcomes, strict=True)
            if key in wanted
        }
        if wanted
        else {}
    )
    pairs = [(span, known[digest]) for span, digest in told if digest in known]
    return np.array(pairs, np.uint32).reshape(-1, 2)


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


def _postings(parts: Sequence[Part], vocabulary: int) -> Postings:
    spread = sum(np.bincount(part.tokens.astype(np.intp), minlength=vocabulary) for part in parts)
    before = np.cumsum(spread) - spread
    bounds = [*np.flatnonzero(np.diff(before // SORTED, prepend=-1)), vocabulary]

    def chunks() -> Iterator[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]]:
        for ends in pairwise(bounds):
            some: list[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]] = []
            offset = 0
            for part in parts:
                place = slice(*np.searchsorted(part.tokens, np.array(ends, np.uint32)))
                spans = part.spans[place].astype(np.int64) + offset
                some.append((part.tokens[place], spans, part.times[place]))
                offset += len(part.lengths)
            token, span, times = (np.concatenate(arrays) for arrays in zip(*some, strict=True))
            order = np.argsort(token, kind="stable")
            yield token[order], span[order], times[order]

    lengths = np.concatenate([part.lengths for part in parts])
    return postings(chunks(), lengths, vocabulary)
