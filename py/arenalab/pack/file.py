"""A pack ↔ its bytes. `FORMAT.md`, beside this file, is the description for other programs."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arenalab import container
from arenalab.encode.static import Correction
from arenalab.errors import DamagedFileError
from arenalab.pack.model import Pack, Postings
from arenalab.pack.texts import BLOCK, Texts

KIND = "pack"
FORMAT = 1
CORRECTION = ("static_keys", "static_codes", "static_scales")


def write_pack(pack: Pack) -> bytes:
    """Return the `.diamonds` file of `pack`; the same pack gives the same bytes everywhere."""
    return container.write(
        KIND,
        FORMAT,
        {**pack.meta, "postings_unit": pack.postings.unit},
        {
            "mean": pack.mean,
            "codes": pack.codes,
            "row_starts": pack.row_starts,
            "answers": pack.answers,
            "outcomes": pack.outcomes,
            "signs": pack.signs,
            "quality": pack.quality,
            "postings_starts": pack.postings.starts,
            "postings_spans": pack.postings.spans,
            "postings_impacts": pack.postings.impacts,
            "scales": pack.scales,
            "vectors": pack.vectors,
            "text_ends": pack.texts.ends,
            "texts": bytes(pack.texts.data),
            **_correction_sections(pack.correction),
        },
    )


def _correction_sections(correction: Correction | None) -> dict[str, NDArray[Any]]:
    if correction is None:
        return {}
    parts = (correction.keys, correction.codes, correction.scales)
    return dict(zip(CORRECTION, parts, strict=True))


def read_pack(data: bytes | memoryview) -> Pack:
    """Open a `.diamonds` file; arrays are read-only views of `data`.

    Raises DamagedFileError (cut short, changed, not a pack, sizes that contradict each other) or
    NewerFormatError.
    """
    file = container.Container.open(data, kind=KIND, newest_format=FORMAT)
    file.verify_all()
    array = file.array
    try:
        counts = file.meta["counts"]
        spans, rows = int(counts["spans"]), int(counts["rows"])
        unit = float(file.meta["postings_unit"])
        str(file.meta["name"]), str(file.meta["encoder"]["id"])
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedFileError(
            f"the pack's header lacks or garbles {error}; build or download it again"
        ) from error
    pack = Pack(
        meta={key: value for key, value in file.meta.items() if key != "postings_unit"},
        mean=array("mean"),
        codes=array("codes"),
        vectors=array("vectors"),
        scales=array("scales"),
        row_starts=array("row_starts"),
        answers=array("answers"),
        outcomes=array("outcomes"),
        signs=array("signs"),
        quality=array("quality"),
        postings=Postings(
            array("postings_starts"), array("postings_spans"), array("postings_impacts"), unit
        ),
        texts=Texts(file.raw("texts"), array("text_ends"), spans),
        correction=Correction(*map(array, CORRECTION)) if CORRECTION[0] in file.sections else None,
    )
    _check(pack, spans, rows)
    return pack


def _check(pack: Pack, spans: int, rows: int) -> None:
    """Digests prove that bytes are as written; this proves that what was written fits together."""
    dimensions = len(pack.mean)
    posted = len(pack.postings.spans)
    expected: dict[str, tuple[Any, tuple[int, ...], type[np.generic]]] = {
        "mean": (pack.mean, (dimensions,), np.float32),
        "codes": (pack.codes, (dimensions // 64, rows), np.uint64),
        "vectors": (pack.vectors, (rows, dimensions), np.int8),
        "scales": (pack.scales, (rows,), np.float32),
        "row_starts": (pack.row_starts, (spans + 1,), np.uint32),
        "answers": (pack.answers, (spans,), np.uint8),
        "outcomes": (pack.outcomes, (spans,), np.uint32),
        "signs": (pack.signs, (spans,), np.int8),
        "quality": (pack.quality, (spans, 5), np.uint8),
        "postings_impacts": (pack.postings.impacts, (posted,), np.uint8),
        "text_ends": (pack.texts.ends, (-(-spans // BLOCK),), np.uint64),
    }
    if pack.correction is not None:
        fix = pack.correction
        kept, groups = len(fix.keys), max(1, fix.scales.shape[-1])
        expected |= {
            CORRECTION[0]: (fix.keys, (kept,), np.uint32),
            CORRECTION[1]: (fix.codes, (kept, dimensions // 2), np.uint8),
            CORRECTION[2]: (fix.scales, (kept, groups), np.float16),
        }
        if not kept or dimensions % groups:
            raise _contradiction(f"{kept} corrections in {groups} groups")
    for name, (array, shape, dtype) in expected.items():
        if array.shape != shape or array.dtype != dtype:
            raise _contradiction(f"section {name} is {array.dtype} {array.shape}")
    checks: dict[str, Callable[[], bool]] = {
        "rows": lambda: _covers(pack.row_starts, rows),
        "postings": lambda: (
            _covers(pack.postings.starts, posted)
            and int(pack.postings.spans.max(initial=0)) < max(spans, 1)
        ),
        "texts": lambda: _covers(np.append(np.uint64(0), pack.texts.ends), len(pack.texts.data)),
    }
    for name, holds in checks.items():
        if not holds():
            raise _contradiction(f"the places of its {name} do not add up")


def _covers(starts: np.ndarray[Any, Any], total: int) -> bool:
    """Whether `starts` divides `0..total` into consecutive ranges."""
    rising = bool(np.all(starts[1:] >= starts[:-1]))
    return len(starts) > 0 and int(starts[0]) == 0 and int(starts[-1]) == total and rising


def _contradiction(what: str) -> DamagedFileError:
    return DamagedFileError(f"the pack contradicts itself: {what}; build or download it again")
