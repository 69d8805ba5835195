"""What a part of the spans brings to a pack, made without knowing the others.

A part is made where its spans are encoded, in any process, and kept as a file until all are there.
`join` then needs no span and no encoder.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from arenalab import container
from arenalab.errors import DamagedFileError
from arenalab.pack.model import FloatArray
from arenalab.pack.postings import counted
from arenalab.pack.texts import Texts
from arenalab.span import Span

KIND = "part"
FORMAT = 1
SAME = 16  # bytes of an outcome's digest: spans whose outcomes agree in them say the same


@dataclass(frozen=True, slots=True)
class Part:
    """S spans with R rows, P postings and B text blocks.

    vectors       (R, D) int8 rows, see `Pack.vectors`
    row_counts    (S,) uint32: how many rows each span has
    answers       (S,) bool: whether the last of them is situation and outcome together
    outcomes      (S, SAME) uint8: digests of what the spans say
    failed        (S,) bool: whether that did not work
    deniers       (Q,) uint32: spans that worked and tell of an outcome that did not
    denied        (Q, SAME) uint8: digests of those outcomes
    quality       (S, 5) uint8: the five grades, in units of 1 / 255
    lengths       (S,) uint32: tokens of each span
    tokens        (P,) uint32, ascending, with
    spans         (P,) uint32, ascending within a token, and
    times         (P,) uint8: the postings
    texts         the text blocks, one after another, uint8
    text_ends     (B,) uint64 and
    text_digests  (B, DIGEST) uint8: see `Texts`
    licenses      how many spans carry each licence
    """

    vectors: NDArray[np.int8]
    row_counts: NDArray[np.uint32]
    answers: NDArray[np.bool_]
    outcomes: NDArray[np.uint8]
    failed: NDArray[np.bool_]
    deniers: NDArray[np.uint32]
    denied: NDArray[np.uint8]
    quality: NDArray[np.uint8]
    lengths: NDArray[np.uint32]
    tokens: NDArray[np.uint32]
    spans: NDArray[np.uint32]
    times: NDArray[np.uint8]
    texts: NDArray[np.uint8]
    text_ends: NDArray[np.uint64]
    text_digests: NDArray[np.uint8]
    licenses: Mapping[str, int]

    @classmethod
    def of(
        cls,
        spans: Sequence[Span],
        vectors: FloatArray,
        answers: NDArray[np.bool_],
        tokens: Sequence[Sequence[int]],
        quality: NDArray[np.float64],
        labels: NDArray[np.bool_] | None = None,
    ) -> Self:
        """Return the part of `spans`; the arguments are those of `build_pack`."""
        lengths = np.fromiter(map(len, tokens), np.int64, len(tokens))
        flat = np.fromiter((token for own in tokens for token in own), np.int64, lengths.sum())
        token, span, times = counted(flat, lengths)
        texts = Texts.pack(spans)
        more = answers if labels is None else answers | labels
        said = b"".join(_said(span) for span in spans)
        telling = [span.status == "completed" and bool(span.if_not.strip()) for span in spans]
        deniers = np.flatnonzero(telling)
        denied = b"".join(_digest(spans[int(number)].if_not) for number in deniers)
        return cls(
            vectors=quantise_rows(vectors),
            row_counts=np.array(
                [len(s.phrasings) + bool(one) for s, one in zip(spans, more, strict=True)],
                np.uint32,
            ),
            answers=np.asarray(answers, np.bool_),
            outcomes=np.frombuffer(said, np.uint8).reshape(-1, SAME),
            failed=np.array([span.status == "failed" for span in spans], np.bool_),
            deniers=deniers.astype(np.uint32),
            denied=np.frombuffer(denied, np.uint8).reshape(-1, SAME),
            quality=np.rint(quality * 255).astype(np.uint8),
            lengths=lengths.astype(np.uint32),
            tokens=token.astype(np.uint32),
            spans=span.astype(np.uint32),
            times=times.astype(np.uint8),
            texts=np.frombuffer(texts.data[:], np.uint8),
            text_ends=texts.ends,
            text_digests=texts.digests,
            licenses=dict(sorted(Counter(s.metadata.license or "" for s in spans).items())),
        )

    def write(self) -> bytes:
        """Return the part as a file."""
        arrays = {name: getattr(self, name) for name in ARRAYS}
        return container.write(KIND, FORMAT, {"licenses": self.licenses}, arrays)

    @classmethod
    def read(cls, data: bytes | memoryview, *, check: bool = True) -> Self:
        """Read what `write` wrote; arrays are views. Raises DamagedFileError."""
        file = container.Container.open(data, kind=KIND, newest_format=FORMAT)
        arrays: dict[str, Any] = {name: file.array(name, check=check) for name in ARRAYS}
        licenses = file.meta.get("licenses")
        if not isinstance(licenses, dict):
            raise DamagedFileError("the part counts no licences; delete it and build again")
        return cls(**arrays, licenses=licenses)


ARRAYS = tuple(field.name for field in fields(Part) if field.name != "licenses")


def quantise_rows(vectors: FloatArray) -> NDArray[np.int8]:
    """Return (N, D) int8 rows that point where (N, D) `vectors` do."""
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    scaled: FloatArray = np.rint(vectors * (127 / np.maximum(largest, 1e-12)))
    return scaled.astype(np.int8)


def _said(span: Span) -> bytes:
    """Return a digest of what `span` says: spacing and case do not count.

    A failed span speaks of what did not work (`if_not`, else `if_ok`).
    """
    return _digest((span.if_not or span.if_ok) if span.status == "failed" else span.if_ok)


def _digest(text: str) -> bytes:
    plain = " ".join(text.split()).casefold()
    return sha256(plain.encode("utf-8", "surrogatepass")).digest()[:SAME]
