"""A pack ↔ its bytes. `FORMAT.md`, beside this file, is the description for other programs."""

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arenalab import container
from arenalab.encode.static import Correction
from arenalab.errors import DamagedFileError
from arenalab.pack.far import FarBytes, FarRows
from arenalab.pack.model import Pack
from arenalab.pack.older import read_first
from arenalab.pack.postings import BITS, NARROW, WIDE, Postings
from arenalab.pack.texts import BLOCK, DIGEST, Texts

KIND = "pack"
FORMAT = 2
DENIALS = "denials"
CORRECTION = ("static_keys", "static_codes", "static_scales")
CONSTITUTION = "constitution"
FACETS = "facets"
# Sections that answering reads in small parts; all others are the index, which stands before them.
LEFT = ("quality", "vectors", "texts")


def write_pack(pack: Pack) -> bytes:
    """Return the `.diamonds` file of a pack in memory; the same pack gives the same bytes."""
    return container.write(KIND, FORMAT, header_meta(pack), sections(pack))


def save_pack(pack: Pack, file: Path) -> int:
    """Put the `.diamonds` file of a pack in the place of `file`; return its size in bytes.

    A file that is there stays whole until the new one is: whoever has it open or mapped keeps it.
    """
    new = file.with_name(f".{file.name}.new")
    try:
        with new.open("wb") as out:
            for piece in container.pieces(KIND, FORMAT, header_meta(pack), sections(pack)):
                out.write(piece)
            size = out.tell()
            out.flush()
            os.fsync(out.fileno())
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)
    return size


def header_meta(pack: Pack) -> dict[str, Any]:
    """Return what the header of `pack` says besides its sections."""
    terms = {"vocabulary": pack.postings.vocabulary, "average": pack.postings.average}
    return {**pack.meta, "terms": terms}


def sections(pack: Pack) -> dict[str, Any]:
    """Return the sections of `pack` in the order of the file."""
    words = pack.postings
    new = first_said(pack.outcomes)
    return {
        "mean": pack.mean,
        "codes": pack.codes,
        "row_counts": smallest(np.diff(pack.row_starts)),
        "answers": _bits(pack.answers),
        "outcomes_new": _bits(new),
        "outcomes_again": smallest(pack.outcomes[~new]),
        "failed": _bits(pack.signs < 0),
        "grades": pack.grades,
        "terms": _bits(np.isin(np.arange(words.vocabulary), words.tokens)),
        "term_forms": smallest(words.forms),
        "term_wide": words.wide,
        "term_narrow": words.narrow,
        "term_bits": words.bits,
        "term_lengths": words.lengths,
        "text_sizes": smallest(np.diff(pack.texts.ends, prepend=np.uint64(0))),
        "text_digests": pack.texts.digests,
        **_correction_sections(pack.correction),
        **({DENIALS: pack.denials} if len(pack.denials) else {}),
        **({FACETS: pack.chosen_by} if pack.chosen_by else {}),
        **({CONSTITUTION: pack.constitution} if pack.constitution else {}),
        "quality": pack.quality,
        "vectors": pack.vectors,
        "texts": pack.texts.data[:],
    }


def first_said(outcomes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Return (S,) bool: which spans say an outcome that none before them says.

    Outcomes are numbered in the order they are first said, so these have the numbers 0, 1, 2, …
    """
    new = np.ones(len(outcomes), np.bool_)
    if len(outcomes):
        highest = np.maximum.accumulate(outcomes)
        new[1:] = highest[1:] > highest[:-1]
    return new


def smallest(numbers: NDArray[Any]) -> NDArray[np.unsignedinteger[Any]]:
    """Return `numbers` in the narrowest unsigned type that holds the largest."""
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))


def _bits(flags: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return np.packbits(flags, bitorder="little")


def _correction_sections(correction: Correction | None) -> dict[str, NDArray[Any]]:
    if correction is None:
        return {}
    parts = (correction.keys, correction.codes, correction.scales)
    return dict(zip(CORRECTION, parts, strict=True))


def read_pack(data: bytes | memoryview, *, whole: bool = True) -> Pack:
    """Open a `.diamonds` file; arrays are read-only views of `data`.

    Every byte is checked. Where `whole` is false, only the index is, as in `opening`: a mapped
    file is open before its vectors and texts have been read.

    Raises DamagedFileError (cut short, changed, not a pack, sizes that contradict each other) or
    NewerFormatError.
    """
    file = container.Container.open(data, kind=KIND, newest_format=FORMAT)
    if file.header.format == 1:
        file.verify_all()
        return checked(read_first(file), file)
    if whole:
        file.verify_all()
    left = {name: file.array(name, check=whole) for name in LEFT}
    return checked(
        assembled(file, left["vectors"], left["quality"], left["texts"].data, whole), file
    )


def assembled(
    file: container.Container,
    vectors: NDArray[np.int8] | FarRows,
    quality: NDArray[np.uint8] | FarRows,
    texts: memoryview | FarBytes,
    checked: bool,
) -> Pack:
    """Return the pack of what `file` holds, but for what is left in it, which is given."""
    array = file.array
    try:
        spans = int(file.meta["counts"]["spans"])
        vocabulary, average = (file.meta["terms"][name] for name in ("vocabulary", "average"))
        vocabulary, average = int(vocabulary), float(average)
    except (KeyError, TypeError, ValueError) as error:
        raise _garbled(error) from error
    if spans < 0 or vocabulary < 0:
        raise _contradiction(f"it counts {spans} spans and {vocabulary} tokens")

    def bits(name: str, count: int) -> NDArray[np.bool_]:
        if array(name).shape != (-(-count // 8),):
            raise _contradiction(f"section {name} is not for {count} flags")
        return np.unpackbits(array(name), count=count, bitorder="little").view(np.bool_)

    new = bits("outcomes_new", spans)
    outcomes = np.cumsum(new, dtype=np.uint32) - np.uint32(1)
    if array("outcomes_again").shape != (spans - int(new.sum()),):
        raise _contradiction("its outcomes are not those of its spans")
    outcomes[~new] = array("outcomes_again")
    return Pack(
        meta={key: value for key, value in file.meta.items() if key != "terms"},
        mean=array("mean"),
        codes=array("codes"),
        vectors=vectors,
        row_starts=np.append(0, np.cumsum(array("row_counts"), dtype=np.uint32)).astype(np.uint32),
        answers=bits("answers", spans),
        outcomes=outcomes,
        signs=np.where(bits("failed", spans), np.int8(-1), np.int8(1)),
        grades=array("grades"),
        quality=quality,
        postings=Postings(
            vocabulary=vocabulary,
            tokens=np.flatnonzero(bits("terms", vocabulary)).astype(np.int32),
            forms=array("term_forms").astype(np.uint32),
            wide=array("term_wide"),
            narrow=array("term_narrow"),
            bits=array("term_bits"),
            lengths=array("term_lengths"),
            average=average,
        ),
        texts=Texts(
            texts, np.cumsum(array("text_sizes"), dtype=np.uint64), spans, array("text_digests")
        ),
        correction=Correction(*map(array, CORRECTION)) if CORRECTION[0] in file.sections else None,
        denials=array(DENIALS) if DENIALS in file.sections else np.empty((0, 2), np.uint32),
        chosen_by=bytes(file.raw(FACETS)) if FACETS in file.sections else b"",
        constitution=bytes(file.raw(CONSTITUTION)) if CONSTITUTION in file.sections else b"",
        checked=checked,
    )


def checked(pack: Pack, file: container.Container) -> Pack:
    """Digests prove that bytes are as written; this proves that what was written fits together."""
    try:
        spans, rows = (int(file.meta["counts"][name]) for name in ("spans", "rows"))
        str(file.meta["name"]), str(file.meta["encoder"]["id"])
    except (KeyError, TypeError, ValueError) as error:
        raise _garbled(error) from error
    dimensions = len(pack.mean)
    words, blocks = pack.postings, -(-spans // BLOCK)
    expected: dict[str, tuple[Any, tuple[int, ...], type[np.generic]]] = {
        "mean": (pack.mean, (dimensions,), np.float32),
        "codes": (pack.codes, (dimensions // 64, rows), np.uint64),
        "vectors": (pack.vectors, (rows, dimensions), np.int8),
        "row_counts": (pack.row_starts, (spans + 1,), np.uint32),
        "outcomes_new": (pack.outcomes, (spans,), np.uint32),
        "grades": (pack.grades, (spans,), np.uint8),
        "quality": (pack.quality, (spans, 5), np.uint8),
        "term_forms": (words.forms, words.tokens.shape, np.uint32),
        "term_wide": (words.wide, (words.symbols(WIDE),), np.uint16),
        "term_narrow": (words.narrow, (words.symbols(NARROW),), np.uint8),
        "term_bits": (words.bits, (len(words.bits), -(-spans // 8)), np.uint8),
        "term_lengths": (words.lengths, (spans,), np.uint8),
        "text_sizes": (pack.texts.ends, (blocks,), np.uint64),
        "text_digests": (pack.texts.digests, (blocks, DIGEST), np.uint8),
    }
    expected[DENIALS] = (pack.denials, (len(pack.denials), 2), np.uint32)
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
    checks: dict[str, bool] = {
        "rows": int(pack.row_starts[-1]) == rows,
        "outcomes": int(pack.outcomes.max(initial=0)) < max(spans, 1),
        DENIALS: int(pack.denials.max(initial=0)) < max(spans, 1),
        "words": words.symbols(BITS) == words.bits.size,
        "texts": int(pack.texts.ends[-1] if blocks else 0) == len(pack.texts.data),
    }
    for name, holds in checks.items():
        if not holds:
            raise _contradiction(f"the places of its {name} do not add up")
    return pack


def _garbled(error: Exception) -> DamagedFileError:
    return DamagedFileError(
        f"the pack's header lacks or garbles {error}; build or download it again"
    )


def _contradiction(what: str) -> DamagedFileError:
    return DamagedFileError(f"the pack contradicts itself: {what}; build or download it again")
