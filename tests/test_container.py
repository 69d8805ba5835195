"""container: what is written comes back; what is not right is refused with a cure."""

import struct
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import msgpack
import numpy as np
import pytest

from arenalab.container import ALIGNMENT, PRELUDE, Container, header_size, read_header, write
from arenalab.errors import DamagedFileError, NewerFormatError

SECTIONS = {
    "numbers": np.arange(6, dtype="<i4").reshape(2, 3),
    "words": b"hello",
    "nothing": np.zeros((0, 3), np.float32),
}


@pytest.fixture(scope="module")
def data() -> bytes:
    """Return a small file with one section of each sort."""
    return write("pack", 2, {"b": [1.5, None], "a": {"z": "ü", "y": True}}, SECTIONS)


def opened(data: bytes) -> Container:
    """Open `data` as the reader under test does."""
    return Container.open(data, kind="pack", newest_format=2)


def with_header(change: Callable[[dict[str, Any]], None], body: bytes = b"") -> bytes:
    """Return a file whose header is changed and whose header digest is right all the same."""
    header = {
        "kind": "pack",
        "format": 1,
        "meta": {},
        "sections": [
            {
                "name": "s",
                "dtype": "<u2",
                "shape": [0],
                "offset": 0,
                "length": 0,
                "sha256": sha256(b"").digest(),
            }
        ],
    }
    change(header)
    return around(msgpack.packb(header)) + body


def around(packed: bytes, number: int = 1) -> bytes:
    """Return the front of a file with these bytes as its header, and a right digest."""
    front = b"\x89ARENA\r\n" + struct.pack("<II", number, len(packed))
    front += sha256(front + packed).digest() + packed
    return front + bytes(-len(front) % ALIGNMENT)


def test_round_trip(data: bytes) -> None:
    """Meta and every sort of section come back equal, in order, with shape and type."""
    file = opened(data)
    file.verify_all()
    assert file.meta == {"a": {"y": True, "z": "ü"}, "b": [1.5, None]}
    assert list(file.sections) == list(SECTIONS)
    assert file.array("numbers").dtype == np.dtype("<i4")
    np.testing.assert_array_equal(file.array("numbers"), SECTIONS["numbers"])
    assert bytes(file.raw("words")) == b"hello"
    assert file.array("words").tobytes() == b"hello"
    assert file.array("nothing").shape == (0, 3)


def test_bytes_do_not_change() -> None:
    """A fixed input gives these very bytes, on every platform and in every release."""
    data = write("pack", 1, {"b": 1, "a": 2.5}, {"x": np.array([1, -2], "<i2"), "y": b"z"})
    assert sha256(data).hexdigest() == (
        "5d6b41a810a94db0c0f566907617493193867f9a0baa6da6c273b1586c131dfd"
    )


def test_key_order_and_byte_order_do_not_matter() -> None:
    """The order of meta keys and the byte order of an array leave no trace."""
    one = write("pack", 1, {"a": 1, "b": {"c": 2, "d": 3}}, {"x": np.array([1, 2], ">f4")})
    two = write("pack", 1, {"b": {"d": 3, "c": 2}, "a": 1}, {"x": np.array([1, 2], "<f4")})
    assert one == two


def test_sections_are_aligned(data: bytes) -> None:
    """Every section begins at a multiple of 64 bytes, where its header says."""
    file = opened(data)
    for name in file.sections:
        place = file.header.place(name)
        assert place.start % ALIGNMENT == 0
        assert data[place] == bytes(file.raw(name))


def test_arrays_are_read_only_views(data: bytes) -> None:
    """An array shares the file's memory and cannot be written, even if the memory could."""
    memory = bytearray(data)
    array = Container.open(memoryview(memory), kind="pack", newest_format=2).array("numbers")
    assert np.shares_memory(array, np.frombuffer(memory, np.uint8))
    with pytest.raises(ValueError, match="read-only"):
        array[0, 0] = 1


def test_unaligned_memory_is_copied(data: bytes) -> None:
    """A file at an odd address gives aligned arrays with the same numbers, still read-only."""
    view = memoryview(b"x" + data)[1:]
    array = Container.open(view, kind="pack", newest_format=2).array("numbers")
    assert array.flags.aligned
    assert not array.flags.writeable
    np.testing.assert_array_equal(array, SECTIONS["numbers"])


def test_header_from_a_prefix(data: bytes) -> None:
    """The first 48 bytes say how many more the header takes, and those are enough to read it."""
    assert header_size(b"") == header_size(data[:47]) == PRELUDE
    size = header_size(data[:PRELUDE])
    assert size < len(data)
    header = read_header(data[:size])
    assert header.file_length == len(data)
    assert header.section("words").length == 5
    with pytest.raises(DamagedFileError, match=f"{size} bytes expected, {size - 1} found"):
        read_header(data[: size - 1])


def test_every_flipped_byte_is_found(data: bytes) -> None:
    """A change of any one byte, padding included, is refused with a file error."""
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 0x40
        with pytest.raises((DamagedFileError, NewerFormatError)):
            opened(bytes(changed)).verify_all()


def test_every_cut_is_found(data: bytes) -> None:
    """A file cut short anywhere is refused when it is opened."""
    for length in range(len(data)):
        with pytest.raises(DamagedFileError):
            opened(data[:length])


def test_damage_is_found_at_first_use(data: bytes) -> None:
    """A damaged section is named when it is used; the others stay usable."""
    changed = bytearray(data)
    changed[read_header(data).place("words").start] ^= 1
    file = opened(bytes(changed))
    np.testing.assert_array_equal(file.array("numbers"), SECTIONS["numbers"])
    with pytest.raises(DamagedFileError, match="section 'words' does not match its digest"):
        file.raw("words")


def test_too_long_is_refused(data: bytes) -> None:
    """Bytes after the last section are not ours."""
    with pytest.raises(DamagedFileError, match="too long"):
        opened(data + b"\0")


def test_other_files_are_refused() -> None:
    """A file that is not ours is refused with its first bytes."""
    with pytest.raises(DamagedFileError, match=r"Not an ArenaLab file.*PK"):
        opened(b"PK\x03\x04" + bytes(100))


def test_other_kind_is_refused(data: bytes) -> None:
    """A pack given where an encoder is needed is refused with both kinds."""
    with pytest.raises(DamagedFileError, match=r"kind 'pack', not 'encoder'"):
        Container.open(data, kind="encoder", newest_format=1)


def test_newer_format_is_refused(data: bytes) -> None:
    """A newer format number is refused with both numbers and the cure."""
    with pytest.raises(NewerFormatError, match=r"pack format 2.*reads up to 1\. Update ArenaLab"):
        Container.open(data, kind="pack", newest_format=1)


def test_newer_container_is_refused() -> None:
    """A newer container number is refused with both numbers and the cure."""
    with pytest.raises(NewerFormatError, match=r"container format 7.*reads up to 1\. Update"):
        opened(around(b"", number=7))


def test_damaged_length_allocates_nothing() -> None:
    """A header length of gigabytes is damage, not a wish."""
    with pytest.raises(DamagedFileError, match="header of 4294967295 bytes"):
        opened(b"\x89ARENA\r\n" + struct.pack("<II", 1, 0xFFFFFFFF) + bytes(32))


def test_absent_section_is_named(data: bytes) -> None:
    """Asking for a section that is not there says which there are."""
    with pytest.raises(DamagedFileError, match=r"no section 'x', only numbers, words, nothing"):
        opened(data).array("x")


def test_unknown_fields_are_ignored() -> None:
    """A header with fields of a later writer is read."""
    data = with_header(lambda header: header.update(later=1))
    assert opened(data).array("s").shape == (0,)


@pytest.mark.parametrize(
    "change",
    [
        lambda h: h.pop("kind"),
        lambda h: h.update(kind=3),
        lambda h: h.update(format="1"),
        lambda h: h.update(format=True),
        lambda h: h.update(format=0),
        lambda h: h.update(meta=[]),
        lambda h: h.update(sections=None),
        lambda h: h.update(sections=[1]),
        lambda h: h.update(sections=h["sections"] * 2),
        lambda h: h["sections"][0].update(name=1),
        lambda h: h["sections"][0].update(dtype="<c8"),
        lambda h: h["sections"][0].update(dtype="O"),
        lambda h: h["sections"][0].update(dtype=[1]),
        lambda h: h["sections"][0].update(shape=[-1]),
        lambda h: h["sections"][0].update(shape=[1]),
        lambda h: h["sections"][0].update(shape=[1.0]),
        lambda h: h["sections"][0].update(shape=[0] * 99),
        lambda h: h["sections"][0].update(shape=[0, 2**40]),
        lambda h: h["sections"][0].update(shape={}),
        lambda h: h["sections"][0].update(offset=64),
        lambda h: h["sections"][0].update(length=2**63),
        lambda h: h["sections"][0].update(shape=[2**62], length=2**63),
        lambda h: h["sections"][0].update(sha256="text"),
        lambda h: h["sections"][0].pop("sha256"),
    ],
)
def test_a_header_that_makes_no_sense_is_refused(change: Callable[[dict[str, Any]], None]) -> None:
    """A header with a right digest but impossible contents is damage, never a raw exception."""
    with pytest.raises(DamagedFileError):
        opened(with_header(change))


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"\xc1",
        b"\x80",
        b"\x90",
        b"\x01",
        b"\x80\x80",
        b"\x81\x01\x02",
        b"\xa2\xff\xff",
        b"\xc7\x00\x05",
        b"\xdf\xff\xff\xff\xff",
        b"\x91" * 3000,
    ],
)
def test_a_header_that_is_not_msgpack_is_refused(packed: bytes) -> None:
    """Bytes that msgpack, UTF-8 or recursion would choke on are damage."""
    with pytest.raises(DamagedFileError):
        opened(around(packed))


def test_unknown_array_types_are_not_written() -> None:
    """Complex numbers and objects have no place in the format."""
    for array in (np.zeros(1, np.complex64), np.array([object()])):
        with pytest.raises(TypeError, match="cannot be stored"):
            write("pack", 1, {}, {"x": array})
