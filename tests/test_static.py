"""encode.static*: a table resembles the transformer it was fitted to, and adapts to a pack."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from arenalab import container
from arenalab.arena import Arena, learn
from arenalab.encode import load_encoder, load_static
from arenalab.encode.encoder import TransformerEncoder
from arenalab.encode.static import Correction, StaticEncoder
from arenalab.encode.static_build import Shape, fit_static
from arenalab.encode.static_fit import Bags, adapt, solve
from arenalab.encode.static_table import Table
from arenalab.errors import DamagedFileError, InputError
from arenalab.pack import read_pack, write_pack
from tiny_encoder import VOCABULARY, WIDTH, tiny_file
from world import SPANS, WordEncoder

SHAPE = Shape(width=8, limits=(12, 10))
TEXTS = [
    f"{a} {b}{c} {d}?"[: 3 + len(a + c) % 7]
    for a in "abcdefgh"
    for b in "ijk"
    for c in "ab"
    for d in "lmh"
]


@pytest.fixture(scope="module")
def teacher() -> TransformerEncoder:
    """Return the tiny transformer."""
    encoder = load_encoder(tiny_file())
    assert isinstance(encoder, TransformerEncoder)
    return encoder


@pytest.fixture(scope="module")
def data(teacher: TransformerEncoder) -> bytes:
    """Return the file of the static encoder that imitates it."""
    return fit_static(teacher, TEXTS, meta={"id": "tiny-static"}, shape=SHAPE)


@pytest.fixture(scope="module")
def static(data: bytes) -> StaticEncoder:
    """Return that static encoder."""
    encoder = load_encoder(data)
    assert isinstance(encoder, StaticEncoder)
    return encoder


def likeness(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Return the mean cosine of rows of unit length."""
    return float((a * b).sum(axis=1).mean())


def normal(*shape: int) -> NDArray[np.float32]:
    """Return seeded normal values."""
    return np.random.default_rng(3).standard_normal(shape).astype(np.float32)


def decoded(table: Table) -> NDArray[np.float32]:
    """Return the vectors of all tokens of a table."""
    return table.coordinates(np.arange(len(table.rows))) @ table.basis


def test_more_signs_are_closer() -> None:
    """Each further sign of a coordinate halves what is lost, or better."""
    vectors = normal(200, 16)
    lost = [
        np.square(decoded(Table.fit(vectors, np.ones(200), 16, limits)) - vectors).mean()
        for limits in ((), (200,), (200, 200))
    ]
    assert lost[0] < 0.45
    assert lost[1] < lost[0] / 2
    assert lost[2] < lost[1] / 2


def test_common_tokens_are_kept_more_exactly() -> None:
    """The tokens below the limit have the second sign, the others not."""
    vectors = normal(200, 16)
    lost = np.square(decoded(Table.fit(vectors, np.ones(200), 16, (50,))) - vectors).mean(axis=1)
    assert lost[:50].mean() < lost[50:].mean() / 2


def test_tokens_without_a_row() -> None:
    """A vector of zeros takes no room and stays zero; its neighbours keep their own rows."""
    vectors = normal(20, 8)
    vectors[[3, 7]] = 0
    table = Table.fit(vectors, np.ones(20), 8, (10, 5))
    assert [len(plane) for plane in table.planes] == [18, 8, 4]
    found = decoded(table)
    assert not found[[3, 7]].any()
    kept = np.delete(np.arange(20), [3, 7])
    assert (found[kept] * vectors[kept]).sum(axis=1).min() > 0


def test_coordinates_do_not_depend_on_neighbours() -> None:
    """Looking tokens up together or alone gives the same."""
    table = Table.fit(normal(40, 8), np.ones(40), 8, (20,))
    tokens = np.array([5, 39, 5, 0])
    together = table.coordinates(tokens)
    alone = [table.coordinates(tokens[i : i + 1])[0] for i in range(4)]
    np.testing.assert_array_equal(together, alone)


def dense(bags: Bags, size: int) -> NDArray[np.float64]:
    """Return bags as the matrix they stand for."""
    matrix = np.zeros((len(bags), size))
    ends = [*bags.starts[1:], len(bags.tokens)]
    for text, (start, end) in enumerate(zip(bags.starts, ends, strict=True)):
        for token, value in zip(bags.tokens[start:end], bags.values[start:end], strict=True):
            matrix[text, token] += value
    return matrix


def test_bags_are_a_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sums by text and by token equal the products with the matrix, however they are cut up."""
    bags = Bags.of([[0, 3, 3], [1], [4, 0, 2, 1, 1]], np.linspace(0.1, 1, 5, dtype=np.float32))
    matrix = dense(bags, 5)
    np.testing.assert_allclose(np.square(bags.values[:3]).sum(), 1, rtol=1e-6)
    for at_once in (1, 4, 100):
        monkeypatch.setattr("arenalab.encode.static_fit.PAIRS_AT_ONCE", at_once)
        np.testing.assert_allclose(bags.sums(normal(5, 2)), matrix @ normal(5, 2), atol=1e-6)
        tokens, columns = bags.by_token()
        assert tokens.tolist() == [0, 1, 2, 3, 4]
        np.testing.assert_allclose(columns.sums(normal(3, 2)), matrix.T @ normal(3, 2), atol=1e-6)


def test_solve_is_ridge_regression() -> None:
    """The vectors found are those of the normal equations; tokens that never occur get none."""
    random = np.random.default_rng(1)
    texts = [random.choice([0, 1, 2, 4, 5], 4).tolist() for _ in range(30)]
    bags = Bags.of(texts, np.ones(6, np.float32))
    tokens, vectors = solve(bags, normal(30, 3), ridge=0.5)
    assert tokens.tolist() == [0, 1, 2, 4, 5]
    matrix = dense(bags, 6)[:, tokens]
    exact = np.linalg.solve(matrix.T @ matrix + 0.5 * np.eye(5), matrix.T @ normal(30, 3))
    np.testing.assert_allclose(vectors, exact, atol=0.02)


def test_static_resembles_its_teacher(teacher: TransformerEncoder, static: StaticEncoder) -> None:
    """Vectors are near the teacher's, on texts it was not fitted to as well."""
    assert likeness(static.encode(TEXTS), teacher.encode(TEXTS)) > 0.75
    new = ["h ja?", "b kb m", "c ia", "g ib l"]
    assert likeness(static.encode(new), teacher.encode(new)) > 0.5


def test_what_a_static_encoder_says_of_itself(
    teacher: TransformerEncoder, static: StaticEncoder, data: bytes
) -> None:
    """Id and digest are its file's; its space is its teacher's; it has the teacher's tokens."""
    assert (static.id, static.digest) == ("tiny-static", sha256(data).hexdigest())
    assert static.space == teacher.digest
    assert static.dimensions == WIDTH
    assert static.tokenizer.vocabulary == VOCABULARY


def test_same_texts_same_bytes(teacher: TransformerEncoder, data: bytes) -> None:
    """Fitting again gives the same file."""
    assert fit_static(teacher, TEXTS, meta={"id": "tiny-static"}, shape=SHAPE) == data


def test_encoding(static: StaticEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Vectors are unit float32 rows in the order of the texts, whatever is encoded together."""
    texts = ["", "a b", "ab?", "z", "m " * 400]
    vectors = static.encode(texts)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-6)
    seen: list[tuple[int, int]] = []
    monkeypatch.setattr("arenalab.encode.static.AT_ONCE", 2)
    again = static.encode(texts, progress=lambda done, total: seen.append((done, total)))
    np.testing.assert_allclose(again, vectors, atol=1e-6)
    assert seen == [(2, 5), (4, 5), (5, 5)]
    assert static.encode([]).shape == (0, WIDTH)


def test_same_vector_everywhere() -> None:
    """CPython and Pyodide give the vector written here, to 1e-5."""
    table = Table(
        rows=np.array([-1, -1, 0, 1, 2, 3]),
        planes=(
            np.array([[0b10110010], [0b01011100], [0b11100001], [0b00010111]], np.uint8),
            np.array([[0b01010101], [0b11110000]], np.uint8),
        ),
        scales=np.array([0.5, 0.25, 1.0, 1.5], np.float32),
        basis=np.cos(np.arange(64, dtype=np.float32)).reshape(8, 8),
    )
    tokenizer = load_encoder(tiny_file()).tokenizer
    encoder = StaticEncoder("fixed", "0" * 64, "1" * 64, tokenizer, table)
    expected = [
        [0.199413, -0.315736, -0.540598, -0.268438, 0.250523, 0.539154, 0.332089, -0.180297]
    ]
    np.testing.assert_allclose(encoder.encode(["a b"]), expected, atol=1e-5)


def test_adapting(teacher: TransformerEncoder, static: StaticEncoder) -> None:
    """A correction brings the pack's texts closer to their vectors, and may be taken back."""
    texts = ["a h", "b g m", "c?", "ab d"]
    vectors = teacher.encode(texts)
    before = static.encode(texts)
    adapted = static.adapted(adapt(static, texts, vectors))
    assert likeness(adapted.encode(texts), vectors) > likeness(before, vectors) + 0.01
    # The same texts again: nothing builds up, since a correction replaces the one before.
    again = static.adapted(adapt(adapted, texts, vectors))
    np.testing.assert_array_equal(again.encode(texts), adapted.encode(texts))
    np.testing.assert_array_equal(static.encode(texts), before)


def test_adapting_to_many_texts(
    teacher: TransformerEncoder, static: StaticEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of more texts than the sample an even choice is taken: memory and time stay bounded."""
    monkeypatch.setattr("arenalab.encode.static_fit.SAMPLE", 2)
    texts = ["a h", "b g", "c d", "e f"]
    vectors = teacher.encode(texts)
    some = adapt(static, texts, vectors)
    chosen = adapt(static, texts[::2], vectors[::2])
    np.testing.assert_array_equal(some.keys, chosen.keys)
    np.testing.assert_array_equal(some.codes, chosen.codes)


def test_a_correction_stays_small(
    teacher: TransformerEncoder, static: StaticEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No more tokens are kept than the limit: those that do most."""
    vectors = teacher.encode(TEXTS)
    whole = adapt(static, TEXTS, vectors)
    monkeypatch.setattr("arenalab.encode.static_fit.MOST_KEPT", 3)
    few = adapt(static, TEXTS, vectors)
    assert len(few.keys) == 3
    assert set(few.keys.tolist()) < set(whole.keys.tolist())


def test_correction_of_other_tokens() -> None:
    """Tokens that a correction does not name get nothing, those it names what was kept."""
    rows = normal(3, 8)
    correction = Correction.of(np.array([2, 5, 9]), rows)
    found = correction.rows(np.array([9, 0, 2, 12, 5, 6]))
    assert not found[[1, 3, 5]].any()
    np.testing.assert_allclose(found[[2, 4, 0]], rows, atol=0.4)


@pytest.fixture(scope="module")
def world() -> StaticEncoder:
    """Return a static encoder fitted to the encoder of hashed words."""
    words = WordEncoder()
    texts = [text for span in SPANS for text in (*span.phrasings, span.if_ok)]
    bags = Bags.of([words.tokenizer.ids(text, 99) for text in texts], np.ones(997, np.float32))
    tokens, solved = solve(bags, words.encode(texts), ridge=0.01)
    vectors = np.zeros((997, words.dimensions), np.float32)
    vectors[tokens] = solved
    table = Table.fit(vectors, np.ones(997), 128, (997, 997))
    tokenizer: Any = words.tokenizer
    return StaticEncoder("static-words", "2" * 64, words.digest, tokenizer, table)


def test_one_pack_for_both(world: StaticEncoder) -> None:
    """A pack made with both carries the correction, in its file too, and either may ask it."""
    pack = learn(SPANS, WordEncoder(), static=world, name="both")
    again = read_pack(write_pack(pack))
    assert again.correction is not None
    assert write_pack(again) == write_pack(pack)
    for encoder in (WordEncoder(), world):
        arena = Arena(again, encoder, lambda: 0.0)
        assert arena.answer("Lost my password").receipts[0].span_id == "password"
    asked = Arena(again, world, lambda: 0.0).encoder
    assert isinstance(asked, StaticEncoder)
    assert asked.correction is not None


def test_another_table_is_not_corrected(world: StaticEncoder) -> None:
    """A correction is for one table; another of the same space asks without it."""
    pack = learn(SPANS, WordEncoder(), static=world, name="both")
    other = Arena(pack, replace(world, digest="3" * 64), lambda: 0.0).encoder
    assert isinstance(other, StaticEncoder)
    assert other.correction is None


def test_another_space_is_refused(world: StaticEncoder) -> None:
    """A static encoder cannot ask a pack whose vectors it does not resemble."""
    pack = learn(SPANS, WordEncoder(), name="words")
    with pytest.raises(InputError, match="build the pack again"):
        Arena(pack, replace(world, space="4" * 64), lambda: 0.0)


@pytest.mark.parametrize("name", ["keys", "codes", "scales"])
def test_corrections_that_do_not_fit(world: StaticEncoder, name: str) -> None:
    """A pack whose correction has parts of different sizes is refused."""
    pack = learn(SPANS, WordEncoder(), static=world, name="both")
    assert pack.correction is not None
    cut = replace(pack.correction, **{name: getattr(pack.correction, name)[:1]})
    with pytest.raises(DamagedFileError, match="contradicts itself"):
        read_pack(write_pack(replace(pack, correction=cut)))


def test_only_a_static_encoder_is_one(data: bytes) -> None:
    """Asked for a static encoder, a transformer's file is named and refused."""
    assert load_static(data).id == "tiny-static"
    with pytest.raises(InputError, match="is not a static encoder"):
        load_static(tiny_file())


def changed(data: bytes, **sections: Any) -> bytes:  # noqa: ANN401 - arrays or bytes
    """Return the file with some sections replaced, or left out where they are None."""
    file = container.Container.open(data, kind="encoder", newest_format=2)
    kept = {
        name: bytes(file.raw(name)) if section.dtype == "bytes" else file.array(name)
        for name, section in file.sections.items()
    }
    named = {name.replace("_", "."): value for name, value in sections.items()}
    new = {name: value for name, value in {**kept, **named}.items() if value is not None}
    return container.write("encoder", 2, file.meta, new)


@pytest.mark.parametrize(
    "sections",
    [
        {"scales": None},
        {"planes_0": None},
        {"basis_codes": None},
        {"scales": np.ones(3, np.float16)},
        {"rows": np.zeros(3, np.uint8)},
        {"planes_1": np.zeros((99, 1), np.uint8)},
        {"basis_scales": np.zeros((3, 1), np.float16)},
        {"vocabulary": b"not compressed"},
    ],
)
def test_contradictions_are_refused(data: bytes, sections: dict[str, Any]) -> None:
    """A file whose sections do not fit each other is refused as damaged, with what to do."""
    with pytest.raises(DamagedFileError, match="Build or download it again"):
        load_encoder(changed(data, **sections))


def test_flipped_bit_is_refused(data: bytes) -> None:
    """A file with one changed bit is refused."""
    flipped = bytearray(data)
    flipped[-100] ^= 1
    with pytest.raises(DamagedFileError):
        load_encoder(bytes(flipped))


def test_a_pack_answers_both(teacher: TransformerEncoder, static: StaticEncoder) -> None:
    """The same rows are nearest whether the teacher or the adapted table asks."""
    rows = teacher.encode(TEXTS)
    adapted = static.adapted(adapt(static, TEXTS, rows))
    asked = TEXTS[::7]
    nearest = (adapted.encode(asked) @ rows.T).argmax(axis=1)
    truth = (teacher.encode(asked) @ rows.T).max(axis=1)
    reached = (rows[nearest] * teacher.encode(asked)).sum(axis=1)
    assert float((truth - reached).mean()) < 0.2
