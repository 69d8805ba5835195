"""facets: what diamonds can be chosen by, and the bytes it is kept in."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arenalab.errors import DamagedFileError
from arenalab.pack import Pack, read_pack, write_pack
from arenalab.pack.facets import UNDATED, Facets, host, seconds
from arenalab.span import Context, Metadata, Source, Span

ids = st.sampled_from("abcdefgh")
spans = st.lists(
    st.builds(
        Span,
        id=ids,
        this=st.just("?"),
        when=st.sampled_from(
            [None, "2026-11-24", "soon", "1969-01-01T00:00:00Z", "2026-11-24T10:00+02:00"]
        ),
        context=st.builds(Context, previous_spans=st.lists(ids, max_size=2).map(tuple)),
        metadata=st.builds(
            Metadata,
            lang=st.sampled_from([None, "en", "en-GB"]),
            tags=st.lists(st.text(max_size=3), max_size=3).map(tuple),
            source=st.sampled_from([None, Source("https://Docs.example.org/x"), Source("x:[")]),
        ),
    ),
    max_size=8,
    unique_by=lambda span: span.id,
)


@given(spans)
def test_bytes_keep_every_facet(spans: list[Span]) -> None:
    """What is packed and unpacked is the same."""
    facets = Facets.of(spans)
    again = Facets.unpack(facets.pack())
    assert again.marks == facets.marks
    for name in ("starts", "spans", "times", "previous"):
        assert np.array_equal(getattr(again, name), getattr(facets, name)), name


@given(spans)
def test_marks_are_those_of_the_spans(spans: list[Span]) -> None:
    """A mark's list is every span that bears it, and no other."""
    facets = Facets.of(spans)
    for number, mark in enumerate(facets.marks):
        kind, name = mark.split(" ", 1)
        for place, span in enumerate(spans):
            borne = {
                "tag": {tag.casefold() for tag in span.metadata.tags},
                "lang": {(span.metadata.lang or "").casefold()},
                "host": {host(span.metadata.source.url or "") if span.metadata.source else ""},
            }[kind]
            assert (place in facets.bearing(number)) == (name in borne)


def test_previous_is_the_first_predecessor_that_is_there() -> None:
    """A chain leads to the first known span named; unknown names lead nowhere."""
    chain = [
        Span("a", "?"),
        Span("b", "?", context=Context(previous_spans=("gone", "a"))),
        Span("c", "?", context=Context(previous_spans=("gone",))),
    ]
    assert Facets.of(chain).previous.tolist() == [-1, 0, -1]


@pytest.mark.parametrize(
    ("when", "found"),
    [
        ("1970-01-02", 86400),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1970-01-01T00:00:07Z", 7),
        ("yesterday", UNDATED),
        ("", UNDATED),
        (None, UNDATED),
    ],
)
def test_times_are_read_as_utc(when: str | None, found: int) -> None:
    """ISO 8601 is read; a time without zone is UTC; anything else is no time."""
    assert seconds(when) == found


def test_a_file_keeps_them_and_an_older_one_is_read_from_its_texts(pack: Pack) -> None:
    """With or without the section, the same facets."""
    kept = read_pack(write_pack(pack))
    bare = read_pack(write_pack(replace(pack, chosen_by=b"")))
    assert kept.chosen_by
    assert not bare.chosen_by
    assert kept.facets.marks == bare.facets.marks == ("host example.org",)
    assert np.array_equal(kept.facets.previous, bare.facets.previous)
    assert kept.facets.previous.max() == 2  # the business goes on from the price


@pytest.mark.parametrize("data", [b"", b"junk", Facets.of([Span("a", "?")]).pack()[:-6]])
def test_damaged_bytes_are_refused(data: bytes) -> None:
    """Bytes that are no facets raise DamagedFileError."""
    with pytest.raises(DamagedFileError, match="facets"):
        Facets.unpack(data)
