"""Embeddings, in every place."""

import base64
import json
import math
import struct

import pytest

from endpoint import tiny
from endpoint.place import Place, Reply


def embed(place: Place, given: object, **fields: object) -> Reply:
    """Send an embeddings request."""
    body = {"model": tiny.NAME, "input": given, **fields}
    return place.send("POST", "/v1/embeddings", json.dumps(body).encode())


def test_texts_become_unit_vectors_in_their_order(place: Place) -> None:
    """One vector a text, of length one; the same text has the same vector."""
    texts = [*("the app", "a refund") * 10, "the app"]  # more than are encoded at once
    document = embed(place, texts).json()
    assert document["object"] == "list"
    assert document["model"] == "tiny"
    assert [one["index"] for one in document["data"]] == list(range(21))
    vectors = [one["embedding"] for one in document["data"]]
    assert vectors[0] == pytest.approx(vectors[20], abs=1e-6)
    assert vectors[0] != pytest.approx(vectors[1], abs=1e-3)
    for vector in vectors:
        assert len(vector) == tiny.WIDTH
        assert math.hypot(*vector) == pytest.approx(1, abs=1e-4)
    assert document["usage"] == {"prompt_tokens": 42, "total_tokens": 42}


def test_base64_holds_the_same_numbers(place: Place) -> None:
    """Little-endian float32, as OpenAI's clients ask for by default."""
    [one] = embed(place, "the app", encoding_format="base64", dimensions=64).json()["data"]
    [same] = embed(place, "the app", encoding_format="float").json()["data"]
    numbers = struct.unpack("<64f", base64.b64decode(one["embedding"]))
    assert numbers == pytest.approx(same["embedding"], abs=1e-6)


@pytest.mark.parametrize(
    ("given", "fields", "param"),
    [
        ("", {}, "input"),
        ([], {}, "input"),
        (["a", ""], {}, "input[1]"),
        (["a", None], {}, "input[1]"),
        ([1, 2, 3], {}, "input[0]"),
        ([[1, 2]], {}, "input[0]"),
        (7, {}, "input"),
        (["a"] * 2049, {}, "input"),
        ("a", {"dimensions": 32}, "dimensions"),
        ("a", {"encoding_format": "int8"}, "encoding_format"),
        ("a", {"user": 1}, "user"),
        ("a", {"truncate": True}, "truncate"),
        ("a", {"model": ""}, "model"),
    ],
)
def test_what_cannot_be_embedded_is_named(
    place: Place, given: object, fields: dict[str, object], param: str
) -> None:
    """Wrong types, empty texts, token numbers, other sizes: an error that names the field."""
    reply = embed(place, given, **fields)
    assert reply.status == 400
    assert reply.json()["error"]["param"] == param
