"""Spans → a calibrated pack: what of a span is encoded and counted, and how a pack is finished.

`prepare` looks at spans alone, so that parts of them can be prepared apart; `finish` looks at a
pack alone, at as many of its rows as its measures need, however large it is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, overload

import numpy as np

from arenalab.confidence import calibrate
from arenalab.encode import Encoder
from arenalab.encode.static import StaticEncoder
from arenalab.encode.static_fit import SAMPLE, adapt
from arenalab.errors import InputError
from arenalab.pack import Pack
from arenalab.pack.build import join
from arenalab.pack.part import Part
from arenalab.quality import Survey, grade
from arenalab.span import Span, check_unique
from arenalab.wording import row_texts, wordings

LONGEST_QUESTION = 20_000  # characters; the encoder reads the first 256 tokens of them

DIGITS = 6  # of a number in the header

Progress = Callable[[str, int, int], None]


def silent(stage: str, done: int, total: int) -> None:
    """Report nothing."""


def learn(
    spans: Sequence[Span],
    encoder: Encoder,
    *,
    name: str,
    static: StaticEncoder | None = None,
    progress: Progress | None = None,
) -> Pack:
    """Return the calibrated pack of `spans`.

    With `static`, a table fitted to `encoder`, the pack carries what adapts it to these spans, so
    that both encoders can ask the pack.

    Spans that are pending or say nothing are left out. `progress(stage, done, total)` is called
    as the work goes on. Raises SpanError for two spans of one id, InputError when none is left.
    """
    report = progress or silent
    known = [span for span in check_unique(spans) if says_something(span)]
    if not known:
        raise nothing_to_say(len(spans))
    part = prepare(known, encoder, report)
    pack = join(
        [part],
        vocabulary_size=len(encoder.tokenizer.vocabulary),
        meta={"name": name, "encoder": named(encoder)},
    )
    return finish(pack, encoder, static, report)


def prepare(
    spans: Sequence[Span],
    encoder: Encoder,
    report: Progress = silent,
    among: Survey | None = None,
) -> Part:
    """Return what `spans`, which all say something, bring to a pack.

    `among` is the survey of the set they are part of, if they are not all of it.
    """
    worded = wordings(spans)
    rows = [text for wording in worded for text in wording.texts]
    return Part.of(
        spans,
        encoder.encode(rows, progress=lambda done, total: report("encode", done, total)),
        np.array([wording.answer for wording in worded], np.bool_),
        [terms(encoder, "\n".join((*span.phrasings, span.if_ok))) for span in spans],
        grade(spans, among),
        np.array([wording.label for wording in worded], np.bool_),
    )


def finish(
    pack: Pack,
    encoder: Encoder,
    static: StaticEncoder | None = None,
    report: Progress = silent,
) -> Pack:
    """Return `pack` with what adapts `static` to it, if given, and with its calibration."""
    rows = Rows(pack, encoder)
    if static is not None:
        count = min(pack.row_count, SAMPLE)
        asked = np.arange(count) * pack.row_count // max(count, 1)
        correction = adapt(static, [rows.text(int(row)) for row in asked], pack.rows(asked))
        its = {"id": static.id, "digest": static.digest}
        pack = replace(pack, meta={**pack.meta, "static": its}, correction=correction)
    pack = calibrate(pack, rows, lambda done, total: report("calibrate", done, total))
    return replace(pack, meta=rounded(pack.meta))


def rounded(value: Any) -> Any:  # noqa: ANN401 - any value of a header
    """Return `value` with its floats to DIGITS digits.

    Beyond those, sums depend on how many threads added them up, and files would.
    """
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, Mapping):
        return {name: rounded(one) for name, one in value.items()}
    return [rounded(one) for one in value] if isinstance(value, list) else value


def named(encoder: Encoder) -> Mapping[str, Any]:
    """Return how a pack names the encoder it was made with."""
    return {"id": encoder.id, "digest": encoder.digest, "dimensions": encoder.dimensions}


def terms(encoder: Encoder, text: str) -> tuple[int, ...]:
    """Return the token ids of `text` that BM25 counts: all but the marks of beginning and end."""
    return tuple(encoder.tokenizer.ids(text, LONGEST_QUESTION)[1:-1])


def says_something(span: Span) -> bool:
    """Return whether `span` has a situation and an outcome to answer with."""
    if not span.this.strip():
        return False
    if span.status == "failed":
        return bool((span.if_not or span.if_ok).strip())
    return span.status == "completed" and bool(span.if_ok.strip())


def nothing_to_say(count: int) -> InputError:
    """Return the error that none of `count` spans says something."""
    return InputError(
        f"none of the {count} spans has an outcome to answer with; "
        "fill in if_ok and set status to completed"
    )


class Rows(Sequence[tuple[int, ...]]):
    """The BM25 terms of each row's text, read from the pack when asked for."""

    def __init__(self, pack: Pack, encoder: Encoder) -> None:
        self._pack = pack
        self._encoder = encoder

    def __len__(self) -> int:
        return self._pack.row_count

    @overload
    def __getitem__(self, row: int) -> tuple[int, ...]: ...

    @overload
    def __getitem__(self, row: slice) -> list[tuple[int, ...]]: ...

    def __getitem__(self, row: int | slice) -> tuple[int, ...] | list[tuple[int, ...]]:
        if isinstance(row, slice):
            return [self[one] for one in range(*row.indices(len(self)))]
        return terms(self._encoder, self.text(row))

    def text(self, row: int) -> str:
        """Return the text that was encoded for `row`."""
        number = int(self._pack.spans_of(np.array([row]))[0])
        start, end = map(int, self._pack.row_starts[number : number + 2])
        answer = bool(self._pack.answers[number])
        return row_texts(self._pack.texts[number], end - start, answer=answer)[row - start]
