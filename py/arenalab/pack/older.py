"""Packs of format 1, read as they would be written today.

Format 1 stored what a posting adds to a score, in 8 bits, and not what that was made of. Since it
is `idf · f (k1 + 1) / (f + norm)`, and most words stand once in a span, the length that a span's
best known words agree with gives its norm, and that the times f of each of its words.
"""

from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arenalab.container import Container
from arenalab.encode.static import Correction
from arenalab.errors import DamagedFileError
from arenalab.pack.model import Pack
from arenalab.pack.postings import K1, MOST, B, Postings, postings
from arenalab.pack.texts import DIGEST, Texts

CLEAR = 64  # an impact of so many units is known to within one in a hundred
NOMINAL = 64  # tokens that a span of mean length is said to have; only lengths' ratios count


def read_first(file: Container) -> Pack:
    """Return the pack in a file of format 1. Raises DamagedFileError."""
    array = file.array
    try:
        spans, unit = int(file.meta["counts"]["spans"]), float(file.meta["postings_unit"])
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedFileError(
            f"the pack's header lacks or garbles {error}; build or download it again"
        ) from error
    corrected = "static_keys" in file.sections
    names = ("static_keys", "static_codes", "static_scales")
    texts, ends = file.raw("texts"), array("text_ends")
    begins = np.append(0, ends[:-1]).astype(np.int64)
    digests = [sha256(texts[b:e]).digest()[:DIGEST] for b, e in zip(begins, ends, strict=False)]
    quality = array("quality")
    return Pack(
        meta={key: value for key, value in file.meta.items() if key != "postings_unit"},
        mean=array("mean"),
        codes=array("codes"),
        vectors=array("vectors"),
        row_starts=array("row_starts"),
        answers=array("answers") > 0,
        outcomes=array("outcomes"),
        signs=array("signs"),
        grades=np.rint(quality.mean(axis=1)).astype(np.uint8),
        quality=quality,
        postings=_postings(
            array("postings_starts"),
            array("postings_spans"),
            array("postings_impacts"),
            unit,
            spans,
        ),
        texts=Texts(
            texts, ends, spans, np.frombuffer(b"".join(digests), np.uint8).reshape(-1, DIGEST)
        ),
        correction=Correction(*map(array, names)) if corrected else None,
    )


def _postings(
    starts: NDArray[Any], spans: NDArray[Any], impacts: NDArray[Any], unit: float, count: int
) -> Postings:
    spread = starts[1:].astype(np.int64) - starts[:-1].astype(np.int64)
    if len(spread) and (spread.min() < 0 or starts[0] != 0 or starts[-1] != len(spans)):
        raise DamagedFileError("the places of its words do not add up; build the pack again")
    if len(spans) != len(impacts) or int(spans.max(initial=0)) >= max(count, 1):
        raise DamagedFileError("its words are not those of its spans; build the pack again")
    token = np.repeat(np.arange(len(spread)), spread.astype(np.intp))
    idf = np.log1p((count - spread + 0.5) / (spread + 0.5))[token]
    share = np.clip(impacts * unit / (idf * (K1 + 1)), 1e-3, 0.95)  # f / (f + norm)
    norm = np.full(count, K1)  # where nothing is clear: a span of mean length
    clear = impacts >= CLEAR
    once = 1 / share[clear] - 1  # the norm, if the word stands once: then it is the largest
    largest = np.zeros(count)
    np.maximum.at(largest, spans[clear], once)
    norm[largest > 0] = largest[largest > 0]
    times = np.clip(np.rint(norm[spans] * share / (1 - share)), 1, MOST).astype(np.int64)
    ratio = np.maximum((norm / K1 - 1 + B) / B, 1 / NOMINAL)
    return postings([(token, spans.astype(np.int64), times)], ratio * NOMINAL, len(spread))
