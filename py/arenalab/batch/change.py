"""A pack and what is to change in it → the changed pack; nothing is encoded twice.

What a pack says of its rows is encoded already: a stored row, made unit length, is stored as the
same bytes again. Grades, words and calibration depend on all diamonds, so those are made anew.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from arenalab.encode import Encoder
from arenalab.encode.static import StaticEncoder
from arenalab.errors import InputError, shorten
from arenalab.learning import Progress, learn, silent
from arenalab.pack import Pack
from arenalab.span import Span
from arenalab.wording import row_texts


def add(
    pack: Pack,
    spans: Iterable[Span],
    encoder: Encoder,
    *,
    static: StaticEncoder | None = None,
    report: Progress = silent,
) -> Pack:
    """Return `pack` with `spans`; one whose id the pack has takes the place of that.

    Raises InputError where the pack was made with another encoder, SpanError.
    """
    known = {span.id: span for span in pack.texts}
    known.update((span.id, span) for span in spans)
    return _made_of(tuple(known.values()), pack, encoder, static, report)


def remove(
    pack: Pack,
    ids: Sequence[str],
    encoder: Encoder,
    *,
    static: StaticEncoder | None = None,
    report: Progress = silent,
) -> Pack:
    """Return `pack` without the spans of `ids`. Raises InputError for an id it does not have."""
    known = {span.id: span for span in pack.texts}
    for name in ids:
        if name not in known:
            near = get_close_matches(name, known, 3, 0.6)
            said = f"; near is {', '.join(near)}" if near else "; arenalab ask --json shows ids"
            raise InputError(f"pack {shorten(pack.name)} has no diamond {shorten(name)}{said}")
    kept = tuple(span for name, span in known.items() if name not in set(ids))
    if not kept:
        raise InputError(f"nothing of pack {shorten(pack.name)} would be left; delete its file")
    return _made_of(kept, pack, encoder, static, report)


def _made_of(
    spans: Sequence[Span],
    pack: Pack,
    encoder: Encoder,
    static: StaticEncoder | None,
    report: Progress,
) -> Pack:
    if pack.meta["encoder"]["digest"] != encoder.digest:
        raise InputError(
            f"pack {shorten(pack.name)} was made with encoder {pack.meta['encoder']['id']}, "
            f"not with {encoder.id}; name that with --encoder, or build the pack again"
        )
    new = learn(spans, Remembering(pack, encoder), name=pack.name, static=static, progress=report)
    if static is None and pack.correction is not None:
        # Made for the rows there were, of which most are still there.
        meta = {**new.meta, "static": pack.meta["static"]}
        new = replace(new, meta=meta, correction=pack.correction)
    return replace(new, constitution=pack.constitution)


class Remembering:
    """An encoder that takes from a pack what that has encoded."""

    def __init__(self, pack: Pack, encoder: Encoder) -> None:
        self._pack = pack
        self._encoder = encoder
        self._rows = {
            text: int(pack.row_starts[number]) + place
            for number, span in enumerate(pack.texts)
            for place, text in enumerate(
                row_texts(
                    span,
                    int(pack.row_starts[number + 1]) - int(pack.row_starts[number]),
                    answer=bool(pack.answers[number]),
                )
            )
        }
        self.id = encoder.id
        self.digest = encoder.digest
        self.dimensions = encoder.dimensions
        self.tokenizer = encoder.tokenizer

    def encode(
        self, texts: Sequence[str], *, progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return the (N, dimensions) float32 unit vectors of N texts."""
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        known = np.array([text in self._rows for text in texts], np.bool_)
        rows = [self._rows[text] for text in texts if text in self._rows]
        vectors[known] = self._pack.rows(np.array(rows, np.intp))
        new = [text for text in texts if text not in self._rows]
        if new:
            vectors[~known] = self._encoder.encode(new, progress=progress)
        return vectors
