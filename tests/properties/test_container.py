"""container: any content survives; any damage is refused or changes nothing."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from arenalab.container import Container, write
from arenalab.errors import FileFormatError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(),
    lambda values: st.lists(values, max_size=4) | st.dictionaries(st.text(), values, max_size=4),
    max_leaves=12,
)
DTYPES = st.sampled_from(["|b1", "|i1", "|u1", "<i2", ">u2", "<i4", "<u8", "<f2", ">f4", "<f8"])
ARRAYS = DTYPES.flatmap(
    lambda dtype: arrays.arrays(dtype, arrays.array_shapes(min_dims=0, min_side=0, max_side=5))
)
FILES = st.tuples(
    st.dictionaries(st.text(max_size=9), JSON, max_size=4),
    st.dictionaries(st.text(max_size=9), ARRAYS | st.binary(max_size=99), max_size=5),
)
SMALL = write("pack", 1, {"name": "small"}, {"a": np.arange(40.0), "b": b"bytes", "c": b""})


@settings(deadline=None)
@given(file=FILES)
def test_round_trip(file: tuple[dict[str, object], dict[str, np.ndarray | bytes]]) -> None:
    """Whatever is written comes back with the same bytes, and is written the same again."""
    meta, sections = file
    data = write("any", 3, meta, sections)
    container = Container.open(data, kind="any", newest_format=3)
    container.verify_all()
    again: dict[str, np.ndarray | bytes] = {}
    for name, section in container.sections.items():
        content = sections[name]
        if section.dtype == "bytes":
            again[name] = bytes(container.raw(name))
            assert again[name] == content
        else:
            array = container.array(name)
            again[name] = array
            assert array.shape == content.shape
            assert array.tobytes() == content.astype(array.dtype).tobytes()
    assert write("any", 3, dict(container.meta), again) == data


@settings(deadline=None, max_examples=300)
@given(
    flips=st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.integers(0, 255)), max_size=4),
    start=st.integers(0, 80) | st.just(0),
    stop=st.integers(0, len(SMALL)) | st.just(len(SMALL)),
    extra=st.binary(max_size=3),
)
def test_damage(flips: list[tuple[int, int]], start: int, stop: int, extra: bytes) -> None:
    """Bytes changed, lost or added: a file error, or the very same file."""
    changed = bytearray(SMALL)
    for place, value in flips:
        changed[place] = value
    damaged = bytes(changed[start:stop]) + extra
    try:
        Container.open(damaged, kind="pack", newest_format=1).verify_all()
    except FileFormatError:
        assert damaged != SMALL
    else:
        assert damaged == SMALL


@given(data=st.binary(max_size=200))
def test_noise(data: bytes) -> None:
    """Random bytes, with and without our magic, give a file error and nothing else."""
    for candidate in (data, SMALL[:8] + data, SMALL[:48] + data):
        try:
            Container.open(candidate, kind="pack", newest_format=1).verify_all()
        except FileFormatError:
            continue
        assert candidate == SMALL
