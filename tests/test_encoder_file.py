"""encode.file and encode.build: an encoder file is whole, or refused; MiniLM stays MiniLM."""

import dataclasses
import json
import zlib
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import minilm
from arenalab import container
from arenalab.encode import load_encoder
from arenalab.encode.build import HEADS, LONGEST, build_encoder, network_arrays, read_safetensors
from arenalab.encode.encoder import TransformerEncoder
from arenalab.encode.quantise import LEVELS, to_4_bits, to_8_bits
from arenalab.encode.transformer import Transformer
from arenalab.encode.wordpiece import WordPiece
from arenalab.errors import DamagedFileError, NewerFormatError, SourceError
from tiny_encoder import HEADS as TINY_HEADS
from tiny_encoder import META, VOCABULARY, tiny_arrays, tiny_file

CASES = json.loads(
    (Path(__file__).parent / "vectors" / "encoder_reference.json").read_text(encoding="utf-8")
)["cases"]


def sections(data: bytes) -> dict[str, Any]:
    """Return all sections of an encoder file, to write it changed."""
    file = container.Container.open(data, kind="encoder", newest_format=2)
    return {
        name: bytes(file.raw(name)) if section.dtype == "bytes" else file.array(name)
        for name, section in file.sections.items()
    }


def cosines(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the cosine of each vector to its reference."""
    expected = np.array([case["vector"] for case in CASES])
    return (vectors * expected).sum(axis=1) / np.linalg.norm(expected, axis=1)


def test_round_trip() -> None:
    """A loaded encoder has the file's id and digest, and vectors close to the float32 weights'."""
    data = tiny_file()
    encoder = load_encoder(memoryview(data))
    assert (encoder.id, encoder.digest) == ("tiny", sha256(data).hexdigest())
    assert encoder.tokenizer.vocabulary == VOCABULARY
    arrays = tiny_arrays()
    exact = dataclasses.replace(
        encoder,
        network=Transformer.assemble(lambda ids: arrays["tokens"][ids], arrays, TINY_HEADS),
    )
    texts = ["a b c", "d?", "ab", "k l m a"]
    assert (encoder.encode(texts) * exact.encode(texts)).sum(axis=1).min() > 0.9


def test_the_file_may_go() -> None:
    """An opened encoder keeps nothing of the file's bytes: their memory can be given back."""
    data = bytearray(tiny_file())
    encoder = load_encoder(data)
    data.clear()  # BufferError, were any part of it still looked at
    assert encoder.encode(["a b"]).shape == (1, encoder.dimensions)


def test_same_weights_same_bytes() -> None:
    """Writing twice gives the same file."""
    assert tiny_file() == tiny_file()


def test_format_1_is_read() -> None:
    """A file of format 1 gives vectors as close to the weights' as it ever did."""
    encoder = load_encoder(format_1())
    assert encoder.tokenizer.vocabulary == VOCABULARY
    texts = ["a b c", "d?", "ab", "k l m a"]
    assert (encoder.encode(texts) * load_encoder(tiny_file()).encode(texts)).sum(axis=1).min() > 0.9


def format_1() -> bytes:
    """Return the tiny encoder as `FORMAT.md` describes format 1."""
    arrays = tiny_arrays()
    codes, scales = to_4_bits(arrays["tokens"], 4)
    parts: dict[str, Any] = {
        "vocabulary": "\n".join(VOCABULARY).encode(),
        "tokens.levels": np.array(LEVELS, np.float32),
        "tokens.codes": codes,
        "tokens.scales": scales,
        "pooling": arrays.pop("pooling").astype(np.float16),
    }
    for name, array in arrays.items():
        if array.ndim == 1:
            parts[name] = array
        elif name != "tokens":
            parts[f"{name}.codes"], parts[f"{name}.scales"] = to_8_bits(array, 8)
    return container.write("encoder", 1, META, parts)


def test_damage_is_refused() -> None:
    """Bytes changed anywhere, or missing, are found when the file is loaded."""
    data = tiny_file()
    for place in range(0, len(data), 97):
        changed = bytearray(data)
        changed[place] ^= 1
        with pytest.raises((DamagedFileError, NewerFormatError)):
            load_encoder(bytes(changed))
    with pytest.raises(DamagedFileError, match="cut short"):
        load_encoder(data[:-1])


def test_newer_format_is_refused() -> None:
    """A newer encoder format is refused with both numbers and the cure."""
    data = container.write("encoder", 3, META, {})
    with pytest.raises(NewerFormatError, match=r"encoder format 3.*reads up to 2\. Update"):
        load_encoder(data)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("vocabulary", b"\xff"),
        ("vocabulary", zlib.compress(b"\xff")),
        ("vocabulary", zlib.compress(b"a\nb")),
        ("vocabulary", zlib.compress("\n".join((*VOCABULARY, "more")).encode())),
        ("vocabulary", zlib.compress("\n".join(VOCABULARY).encode())[:-1]),
        ("tokens.codes", np.zeros((20, 8), np.int8)),
        ("tokens.codes", zlib.compress(bytes(20 * 8 - 1))),
        ("tokens.scales", np.ones((20, 3), np.float16)),
        ("positions", np.zeros((12, 9), np.float16)),
        ("norm.gain", np.zeros(9, np.float32)),
        ("0.qkv.weight.codes", b"no zlib"),
        ("0.qkv.weight.codes", zlib.compress(bytes(1 << 20))),
        ("1.up.bias", np.zeros(5, np.float32)),
        ("pooling", np.zeros(3, np.float16)),
        ("1.down.bias", None),
        ("pooling", None),
        ("0.up.weight.scales", None),
    ],
)
def test_parts_that_do_not_fit_are_refused(name: str, content: Any) -> None:  # noqa: ANN401
    """A file whose digests are right but whose parts do not fit is damage, not a crash."""
    parts = {**sections(tiny_file()), name: content}
    data = container.write(
        "encoder", 2, META, {name: part for name, part in parts.items() if part is not None}
    )
    with pytest.raises(DamagedFileError):
        load_encoder(data)


@pytest.mark.parametrize(
    "meta", [{}, {"id": "x"}, {"id": "x", "heads": "2"}, {"id": "x", "heads": 0}]
)
def test_meta_that_does_not_fit_is_refused(meta: dict[str, Any]) -> None:
    """A file that does not say its id, or an impossible number of heads, is damage."""
    with pytest.raises(DamagedFileError):
        load_encoder(container.write("encoder", 2, meta, sections(tiny_file())))


def test_other_weights_are_refused() -> None:
    """Weights other than the published ones are named with both digests and the cure."""
    with pytest.raises(SourceError, match=r"model\.safetensors is not that.*53aa5117.*again"):
        build_encoder(b"other", b"", [])


def test_safetensors() -> None:
    """Float32 tensors are read by name and shape; metadata and other types are left out."""
    header = {
        "__metadata__": {"format": "pt"},
        "a": {"dtype": "F32", "shape": [2, 1], "data_offsets": [8, 16]},
        "ids": {"dtype": "I64", "shape": [1], "data_offsets": [0, 8]},
    }
    text = json.dumps(header).encode()
    body = bytes(8) + np.array([1.5, -2], "<f4").tobytes()
    tensors = read_safetensors(len(text).to_bytes(8, "little") + text + body)
    assert list(tensors) == ["a"]
    np.testing.assert_array_equal(tensors["a"], [[1.5], [-2]])


@pytest.mark.data
def test_minilm_in_float32() -> None:
    """Unquantised and averaged plainly, every reference vector is met to a cosine of 0.9999."""
    arrays = network_arrays(read_safetensors(minilm.member("model.safetensors")), HEADS, LONGEST)
    network = Transformer.assemble(lambda ids: arrays["tokens"][ids], arrays, HEADS)
    tokenizer = WordPiece(minilm.vocabulary())
    plain = np.ones(len(tokenizer.vocabulary), np.float32)
    encoder = TransformerEncoder("float32", "", tokenizer, network, plain)
    assert [tokenizer.ids(case["text"], LONGEST) for case in CASES] == [c["ids"] for c in CASES]
    assert cosines(encoder.encode([case["text"] for case in CASES])).min() > 0.9999


@pytest.mark.data
def test_minilm_in_few_bits() -> None:
    """The file is at most 15 MB, and its network meets the reference to 0.998 on average."""
    data = minilm.encoder_file()
    assert len(data) <= 15_000_000
    encoder = load_encoder(data)
    plain = dataclasses.replace(encoder, pooling=np.ones_like(encoder.pooling))
    found = cosines(plain.encode([case["text"] for case in CASES]))
    assert found.mean() > 0.998
    assert found.min() > 0.99
