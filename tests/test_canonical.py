"""canonical: one byte form for each JSON value, RFC 8785."""

import json
from pathlib import Path

import pytest

from arenalab import canonical
from arenalab.errors import InputError

pytest.importorskip("rfc8785", reason="rfc8785 is an extra, and no part of the browser's packages")

VECTORS = Path(__file__).parents[2] / "shared" / "data" / "vectors" / "jcs"


def test_keys_are_sorted_and_space_is_gone() -> None:
    """The same object written twice in other orders has one byte form."""
    assert canonical.dumps({"b": [1, 2.50], "a": "é"}) == '{"a":"é","b":[1,2.5]}'.encode()
    assert canonical.dumps({"a": "é", "b": [1.0, 2.5]}) == '{"a":"é","b":[1,2.5]}'.encode()


def test_digest_is_sha256_of_the_bytes() -> None:
    """The digest of an empty object is the SHA-256 of its two bytes."""
    assert canonical.digest({}) == (
        "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, {1: 2}, {"a": object()}])
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    """A value outside JSON raises InputError, never the library's own error."""
    with pytest.raises(InputError):
        canonical.dumps(value)


def test_lone_surrogate_is_refused() -> None:
    """Half a character has no UTF-8 form and is refused with a typed error."""
    with pytest.raises(InputError):
        canonical.dumps("\ud800")


def test_deep_nesting_is_refused() -> None:
    """Nesting beyond the interpreter's stack is a typed error."""
    value: list[object] = []
    for _ in range(200_000):
        value = [value]
    with pytest.raises(InputError):
        canonical.dumps(value)


@pytest.mark.data
@pytest.mark.skipif(not VECTORS.is_dir(), reason="no data folder beside the checkout")
@pytest.mark.parametrize("name", ["arrays", "french", "structures", "unicode", "values", "weird"])
def test_official_vectors(name: str) -> None:
    """RFC 8785's own inputs give its own outputs, byte for byte."""
    value = json.loads((VECTORS / "input" / f"{name}.json").read_text("utf-8"))
    assert canonical.dumps(value) == (VECTORS / "output" / f"{name}.json").read_bytes().strip()
