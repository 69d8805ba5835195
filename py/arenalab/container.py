r"""The one file container: what packs and encoder files share.

    0   8  magic 89 41 52 45 4E 41 0D 0A ("\x89ARENA\r\n"; like PNG, shows text-mode transfers)
    8   4  container number, uint32 little-endian
    12  4  header length H, uint32 little-endian
    16  32 SHA-256 of bytes 0..16 followed by the header
    48  H  header: one msgpack map {kind, format, meta, sections}
        zero bytes up to a multiple of 64: here the section area starts
        sections in header order, each followed by zero bytes up to a multiple of 64

A section is {name, dtype, shape, offset, length, sha256}; its offset counts from the start of the
section area, so that the header's own length does not depend on it. Every byte of a file is
therefore covered: by the header digest, by a section digest, or by the rule that padding is zero.
The header alone can be read from the first bytes of a file, and any section (or a range of its
rows) fetched later by its place.

Boundary: knows bytes, not what they mean; the only importer of msgpack. Opening trusts nothing:
what is damaged, cut short or newer is refused with an error of `arenalab.errors`.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from math import prod
from typing import Any, Final, Protocol, Self

import msgpack  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray

from arenalab.errors import DamagedFileError, NewerFormatError, shorten

MAGIC: Final = b"\x89ARENA\r\n"
CONTAINER: Final = 1
ALIGNMENT: Final = 64
PRELUDE: Final = 48
LARGEST_HEADER: Final = 1 << 24
DTYPES: Final = frozenset(
    ["|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8"]
)


@dataclass(frozen=True, slots=True)
class Section:
    """Where one array or byte string lies: `offset` from the section area, `length` in bytes.

    `dtype` is a little-endian NumPy string such as ``"<f4"``, or ``"bytes"``; `sha256` is hex.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    offset: int
    length: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Header:
    """All that a file says about itself. `start` is where its section area begins."""

    kind: str
    format: int
    meta: Mapping[str, Any]
    sections: Mapping[str, Section]
    start: int

    def place(self, name: str) -> slice:
        """Return the bytes of the file that hold section `name` (an HTTP Range, say)."""
        section = self.section(name)
        begin = self.start + section.offset
        return slice(begin, begin + section.length)

    def section(self, name: str) -> Section:
        """Return the section called `name`; raise DamagedFileError where there is none."""
        if name not in self.sections:
            raise DamagedFileError(
                f"The {self.kind} file has no section {name!r}, only "
                f"{', '.join(self.sections) or 'none at all'}. Build or download it again."
            )
        return self.sections[name]

    @property
    def file_length(self) -> int:
        """Bytes in the whole file."""
        ends = [section.offset + section.length for section in self.sections.values()]
        return self.start + _aligned(max(ends, default=0))


def write(
    kind: str,
    format: int,  # noqa: A002 - the word the format documents use
    meta: Mapping[str, Any],
    sections: Mapping[str, NDArray[Any] | bytes | memoryview],
) -> bytes:
    """Return a file of `kind`; the same input gives the same bytes on every platform.

    `meta` holds msgpack values (its keys are sorted); `sections` keep their order. Raises
    TypeError for a value or array type that the format does not have.
    """
    return b"".join(pieces(kind, format, meta, sections))


def pieces(
    kind: str,
    format: int,  # noqa: A002 - as in `write`
    meta: Mapping[str, Any],
    sections: Mapping[str, NDArray[Any] | bytes | memoryview],
) -> Iterator[bytes | memoryview]:
    """Yield the file that `write` returns in pieces, no section copied."""
    described: list[dict[str, Any]] = []
    flat = {name: _flat(name, content) for name, content in sections.items()}
    offset = 0
    for name, (dtype, shape, data) in flat.items():
        described.append(
            {
                "dtype": dtype,
                "length": len(data),
                "name": name,
                "offset": offset,
                "sha256": sha256(data).digest(),
                "shape": list(shape),
            }
        )
        offset += _aligned(len(data))
    header = msgpack.packb(
        _sorted({"kind": kind, "format": format, "meta": meta, "sections": described})
    )
    front = MAGIC + struct.pack("<II", CONTAINER, len(header))
    yield b"".join([front, sha256(front + header).digest(), header])
    yield _padding(PRELUDE + len(header))
    for _, _, data in flat.values():
        yield data
        yield _padding(len(data))


def header_size(prefix: bytes | memoryview) -> int:
    """Return how many bytes from the beginning of a file `read_header` needs.

    The first 48 bytes tell; given fewer, the answer is 48. Raises DamagedFileError when this is
    not an ArenaLab file, NewerFormatError when its container is newer.
    """
    start = bytes(prefix[: len(MAGIC)])
    if start != MAGIC[: len(start)]:
        raise DamagedFileError(
            f"Not an ArenaLab file: it begins with {shorten(start)}, not {MAGIC!r}. "
            "Choose a .diamonds or .encoder file.",
            key="not_pack",
        )
    if len(prefix) < PRELUDE:
        return PRELUDE
    number, length = struct.unpack_from("<II", prefix, len(MAGIC))
    if number > CONTAINER:
        raise _newer("container", number, CONTAINER)
    if number < 1 or length > LARGEST_HEADER:
        raise DamagedFileError(
            f"The file is damaged: container number {number}, header of {length} bytes. "
            "Build or download it again."
        )
    return PRELUDE + int(length)


def read_header(prefix: bytes | memoryview) -> Header:
    """Read the header from the beginning of a file; `header_size` says how much that takes.

    Raises DamagedFileError (cut short, changed, not our file) or NewerFormatError.
    """
    size = header_size(prefix)
    if len(prefix) < size:
        raise _cut_short(size, len(prefix))
    packed = bytes(prefix[PRELUDE:size])
    if sha256(bytes(prefix[:16]) + packed).digest() != bytes(prefix[16:PRELUDE]):
        raise DamagedFileError(
            "The file is damaged: its header does not match its digest. Build or download it again."
        )
    try:
        header = msgpack.unpackb(packed)
        sections = [_section(entry) for entry in header["sections"]]
        kind, number, meta = header["kind"], header["format"], header["meta"]
    except (ValueError, TypeError, KeyError, RecursionError, msgpack.UnpackException) as error:
        raise DamagedFileError(
            f"The file is damaged: its header cannot be read ({shorten(str(error))}). "
            "Build or download it again."
        ) from error
    by_name = {section.name: section for section in sections}
    ends = [0, *(_aligned(section.offset + section.length) for section in sections)]
    fits = (
        isinstance(kind, str)
        and type(number) is int
        and number > 0
        and isinstance(meta, dict)
        and len(by_name) == len(sections)
        and [section.offset for section in sections] == ends[:-1]
    )
    if not fits:
        raise DamagedFileError(
            "The file is damaged: its header contradicts itself. Build or download it again."
        )
    return Header(kind, number, meta, by_name, _aligned(size))


class Sliced(Protocol):
    """Bytes of a file, all of them or as they are asked for."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: slice, /) -> bytes | memoryview: ...


class Container:
    """A file, in memory or near. Arrays are read-only views; sections are checked at first use."""

    __slots__ = ("_data", "_verified", "header")

    def __init__(self, header: Header, data: Sliced) -> None:
        self.header = header
        self._data = data
        self._verified: set[str] = set()

    @classmethod
    def open(cls, data: bytes | memoryview, *, kind: str, newest_format: int) -> Self:
        """Open a file of `kind` whose format number is at most `newest_format`.

        Raises DamagedFileError (not such a file, changed header, wrong length) or
        NewerFormatError. Section contents are checked when they are first used.
        """
        view = memoryview(data).cast("B").toreadonly()
        return cls.of(read_header(view), view, kind=kind, newest_format=newest_format)

    @classmethod
    def of(cls, header: Header, data: Sliced, *, kind: str, newest_format: int) -> Self:
        """Open a file by its header; slices of `data`, all of the file, are taken when needed.

        Raises as `open` does.
        """
        if header.kind != kind:
            raise DamagedFileError(
                f"This is a file of kind {shorten(header.kind)}, not {kind!r}. "
                f"Choose a file of kind {kind!r}.",
                key="not_pack",
            )
        if header.format > newest_format:
            raise _newer(kind, header.format, newest_format)
        if len(data) != header.file_length:
            raise _cut_short(header.file_length, len(data))
        return cls(header, data)

    @property
    def meta(self) -> Mapping[str, Any]:
        """What the header says besides the sections."""
        return self.header.meta

    @property
    def sections(self) -> Mapping[str, Section]:
        """The sections by name, in file order."""
        return self.header.sections

    def raw(self, name: str, *, check: bool = True) -> memoryview:
        """Return the bytes of a section. Raises DamagedFileError (absent, or digest mismatch).

        Where `check` is false, the digest is left to somebody else.
        """
        content = memoryview(self._data[self.header.place(name)])
        if check and name not in self._verified:
            if sha256(content).hexdigest() != self.sections[name].sha256:
                raise DamagedFileError(
                    f"The {self.header.kind} file is damaged: section {name!r} does not match "
                    "its digest. Build or download it again."
                )
            self._verified.add(name)
        return content

    def array(self, name: str, *, check: bool = True) -> NDArray[Any]:
        """Return a section as a read-only array: a view where memory is aligned, else a copy.

        A ``bytes`` section comes as uint8. Checks and raises as `raw` does.
        """
        section = self.header.section(name)
        dtype = np.dtype("|u1" if section.dtype == "bytes" else section.dtype)
        array = np.frombuffer(self.raw(name, check=check), dtype).reshape(section.shape)
        if not array.flags.aligned:
            array = array.copy()
            array.flags.writeable = False
        return array

    def verify_all(self) -> None:
        """Check every byte of the file, padding included. Raises DamagedFileError."""
        places = [self.header.place(name) for name in self.sections]
        for name in self.sections:
            self.raw(name)
        header_end = header_size(self._data[:PRELUDE])
        ends = [header_end, *(place.stop for place in places)]
        begins = [*(place.start for place in places), len(self._data)]
        for end, begin in zip(ends, begins, strict=True):
            if any(self._data[end:begin]):
                raise DamagedFileError(
                    f"The {self.header.kind} file is damaged: bytes {end} to {begin} should be "
                    "zero. Build or download it again."
                )


def _section(entry: Mapping[str, Any]) -> Section:
    """Check one section entry. Raises ValueError, TypeError or KeyError."""
    name, dtype, digest = entry["name"], entry["dtype"], entry["sha256"]
    offset, length, shape = entry["offset"], entry["length"], entry["shape"]
    if not isinstance(name, str) or not isinstance(digest, bytes) or not isinstance(shape, list):
        raise TypeError(f"section {name!r} is not described")
    if dtype != "bytes" and dtype not in DTYPES:
        raise ValueError(f"section {name!r} has unknown type {dtype!r}")
    if any(type(n) is not int or n < 0 for n in (offset, length, *shape)) or len(shape) > 8:
        raise ValueError(f"section {name!r} has an impossible size")
    width = 1 if dtype == "bytes" else np.dtype(dtype).itemsize
    # Without its zeros too, a shape must stay within what NumPy can index.
    extent = width * prod(n or 1 for n in shape)
    if width * prod(shape) != length or extent > max(length, 2**31 - 1):
        raise ValueError(f"section {name!r} has {length} bytes for shape {shape}")
    return Section(name, dtype, tuple(shape), offset, length, digest.hex())


def _flat(
    name: str, content: NDArray[Any] | bytes | memoryview
) -> tuple[str, tuple[int, ...], memoryview]:
    """Return dtype, shape and little-endian C-order bytes of what a section will hold."""
    if not isinstance(content, np.ndarray):
        return "bytes", (len(content),), memoryview(content)
    array = content.astype(content.dtype.newbyteorder("<"), copy=False)
    if array.dtype.str not in DTYPES:
        raise TypeError(f"section {name!r}: arrays of {content.dtype} cannot be stored")
    whole = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    return array.dtype.str, array.shape, whole.data


def _sorted(value: Any) -> Any:  # noqa: ANN401 - any msgpack value
    """Return `value` with the keys of every map in it sorted."""
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [_sorted(item) for item in value]
    return value


def _aligned(length: int) -> int:
    return length + -length % ALIGNMENT


def _padding(length: int) -> bytes:
    return bytes(-length % ALIGNMENT)


def _newer(what: str, number: int, newest: int) -> NewerFormatError:
    return NewerFormatError(
        f"The file has {what} format {number}; this ArenaLab reads up to {newest}. "
        "Update ArenaLab, or build the file again with this version.",
        key="newer",
        number=number,
        newest=newest,
    )


def _cut_short(expected: int, actual: int) -> DamagedFileError:
    what = "cut short" if actual < expected else "too long"
    return DamagedFileError(
        f"The file is {what}: {expected} bytes expected, {actual} found. Download it again."
    )
