"""pack: what is written is read back whole, and what is damaged is refused."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from arenalab.arena import Arena, learn, terms
from arenalab.errors import DamagedFileError, NewerFormatError
from arenalab.pack import Pack, build_pack, read_pack, write_pack
from arenalab.pack.build import join, number
from arenalab.pack.model import unit_rows
from arenalab.pack.part import Part, quantise_rows
from arenalab.pack.texts import BLOCK, Texts
from arenalab.span import Span
from world import SPANS, VOCABULARY, WordEncoder

VECTORS = Path(__file__).resolve().parent / "vectors"


@pytest.fixture(scope="module")
def pack() -> Pack:
    """Return the tiny world as a pack."""
    encoder = WordEncoder()
    return build_pack(
        SPANS,
        encoder.encode([text for span in SPANS for text in span.phrasings]),
        np.zeros(len(SPANS), np.bool_),
        [encoder.tokenizer.ids(f"{span.this} {span.if_ok}", 99) for span in SPANS],
        np.full((len(SPANS), 5), 0.5),
        vocabulary_size=VOCABULARY,
        meta={"name": "tiny", "encoder": {"id": encoder.id, "digest": encoder.digest}},
    )


def part_of(spans: Sequence[Span]) -> Part:
    """Return the part of `spans`, of no quality and with no row for their outcomes."""
    encoder = WordEncoder()
    return Part.of(
        spans,
        encoder.encode([text for span in spans for text in span.phrasings]),
        np.zeros(len(spans), np.bool_),
        [encoder.tokenizer.ids(f"{span.this} {span.if_ok}", 99) for span in spans],
        np.zeros((len(spans), 5)),
    )


def test_round_trip(pack: Pack) -> None:
    """Every array, every span and the header come back as they were written."""
    again = read_pack(write_pack(pack))
    for name in ("mean", "codes", "vectors", "row_starts", "outcomes", "signs", "grades"):
        np.testing.assert_array_equal(getattr(again, name), getattr(pack, name))
    everything = pack.postings.tokens.tolist()
    np.testing.assert_array_equal(
        again.postings.everywhere(everything), pack.postings.everywhere(everything)
    )
    assert again.meta == pack.meta
    assert list(again.texts) == list(SPANS)


def test_same_pack_same_bytes(pack: Pack) -> None:
    """Writing twice, and writing what was read, gives identical bytes."""
    data = write_pack(pack)
    assert write_pack(pack) == data
    assert write_pack(read_pack(data)) == data


def test_header_counts_what_is_inside(pack: Pack) -> None:
    """Counts and licences in the header are those of the spans."""
    assert pack.meta["counts"] == {"spans": 12, "rows": 16, "outcomes": 12}
    assert pack.meta["licenses"] == {"CC0-1.0": 12}


def test_rows_know_their_phrasing(pack: Pack) -> None:
    """Row numbers lead back to the phrasing they were made from."""
    assert [pack.phrasing(row) for row in range(3)] == [
        "How do I reset my password?",
        "Lost my password",
        "How do I delete my account?",
    ]


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_cut_short_is_refused(pack: Pack, share: float) -> None:
    """A pack that lacks its end is named as cut short."""
    data = write_pack(pack)
    with pytest.raises(DamagedFileError):
        read_pack(data[: int(len(data) * share)])


def test_any_flipped_byte_is_refused(pack: Pack) -> None:
    """A change of one byte, wherever it is, never gives a pack."""
    data = bytearray(write_pack(pack))
    for place in range(0, len(data), max(len(data) // 97, 1)):
        data[place] ^= 0xFF
        with pytest.raises((DamagedFileError, NewerFormatError)):
            read_pack(bytes(data))
        data[place] ^= 0xFF


def test_newer_format_is_refused(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pack of a later format number is refused with both numbers."""
    monkeypatch.setattr("arenalab.pack.file.FORMAT", 9)
    data = write_pack(pack)
    monkeypatch.undo()
    with pytest.raises(NewerFormatError, match="9"):
        read_pack(data)


def test_contradictions_are_refused(pack: Pack) -> None:
    """A pack whose sections do not fit together is refused though its digests hold."""
    from dataclasses import replace

    for damaged in (
        replace(pack, row_starts=pack.row_starts[::-1].copy()),
        replace(pack, grades=pack.grades[:-1]),
        replace(pack, postings=replace(pack.postings, wide=np.zeros(9, np.uint16))),
        replace(pack, meta={"name": "x"}),
    ):
        with pytest.raises(DamagedFileError):
            read_pack(write_pack(damaged))


def test_same_outcome_is_pooled() -> None:
    """Spans whose outcomes differ in spacing and case alone share one; failed ones count -1."""
    spans = [
        Span(id="a", this="1", if_ok="Yes  indeed"),
        Span(id="b", this="2", if_ok="no"),
        Span(id="c", this="3", if_ok="yes indeed"),
        Span(id="d", this="4", if_not="No", status="failed"),
    ]
    part = part_of(spans)
    assert number(part.outcomes).tolist() == [0, 1, 0, 1]
    assert part.failed.tolist() == [False, False, False, True]


def test_parts_put_together_are_the_pack_of_all() -> None:
    """Parts made apart, written and read, join to the bytes of a pack made of all at once."""
    spans = [
        Span(id=str(i), this=f"question {i % 90} {i % 7}", if_ok=f"answer {i % 40}")
        for i in range(3 * BLOCK + 5)
    ]
    parts = [part_of(spans[i : i + BLOCK]) for i in range(0, len(spans), BLOCK)]
    again = [Part.read(part.write()) for part in parts]
    meta = {"name": "x", "encoder": {"id": "x", "digest": "0" * 64}}
    whole, apart = (
        join(some, vocabulary_size=VOCABULARY, meta=meta) for some in ([part_of(spans)], again)
    )
    assert write_pack(apart) == write_pack(whole)
    assert list(apart.texts) == spans


def test_int8_rows_keep_their_cosines() -> None:
    """Stored rows come back of unit length, and with their cosines to within 0.01."""
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(50, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    again = unit_rows(quantise_rows(vectors))
    np.testing.assert_allclose(np.linalg.norm(again, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(again @ vectors.T, vectors @ vectors.T, atol=0.01)


@pytest.mark.parametrize("whole", [True, False])
def test_a_pack_of_the_first_format_is_read(encoder: WordEncoder, whole: bool) -> None:
    """A pack written by the first version answers as one written now, words counted alike."""
    old = read_pack((VECTORS / "format-1.diamonds").read_bytes(), whole=whole)
    new = learn(SPANS, encoder, name="tiny")
    assert list(old.texts) == list(new.texts)
    np.testing.assert_array_equal(old.row_starts, new.row_starts)
    for span in SPANS:
        tokens = terms(encoder, f"{span.this} {span.if_ok}")
        was, now = old.postings.everywhere(tokens), new.postings.everywhere(tokens)
        assert was.argmax() == now.argmax()
        np.testing.assert_allclose(was, now, atol=0.06 * now.max())
    assert Arena(old, encoder, lambda: 0.0).answer(SPANS[0].this).text == SPANS[0].if_ok
    assert read_pack(write_pack(old)).postings.forms.tolist() == old.postings.forms.tolist()


def test_texts_unpack_any_place() -> None:
    """A span is found by place, by negative place and by slice, across blocks."""
    spans = [Span(id=str(i), this=f"question {i} ✯") for i in range(2 * BLOCK + 3)]
    texts = Texts.pack(spans)
    assert texts[BLOCK] == spans[BLOCK]
    assert texts[-1] == spans[-1]
    assert texts[BLOCK - 1 : BLOCK + 2] == spans[BLOCK - 1 : BLOCK + 2]
    with pytest.raises(IndexError):
        texts[len(spans)]
