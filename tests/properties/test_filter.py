"""Filtered search against its naive twin: filter span by span, then brute force."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from arenalab.filter import Filter
from arenalab.pack import Pack, build_pack
from arenalab.pack.facets import seconds
from arenalab.plan import plan
from arenalab.search import Query, candidates, nearest_codes
from arenalab.span import Metadata, Source, Span

LANGS, HOSTS = (None, "en", "en-GB", "de"), (None, "a.org", "b.a.org", "ba.org")
DAYS = ("2025-01-01", "2026-01-01", "2027-01-01")

spans = st.lists(
    st.builds(
        lambda tags, lang, host, when: Span(
            "", "?", "!", when=when,
            metadata=Metadata(source=Source(f"https://{host}/") if host else None, lang=lang,
                              tags=tuple(tags)),
        ),
        st.sets(st.sampled_from("xyz")),
        st.sampled_from(LANGS),
        st.sampled_from(HOSTS),
        st.sampled_from((None, *DAYS)),
    ),
    min_size=1,
    max_size=60,
)  # fmt: skip
filters = st.builds(
    lambda tags, lang, domain, days, quality: Filter(
        tuple(sorted(tags)), lang, domain, *(str(day or "") for day in days), quality
    ),
    st.sets(st.sampled_from("xyz"), max_size=2),
    st.sampled_from(("", "en", "de")),
    st.sampled_from(("", "a.org", "b.a.org")),
    st.sampled_from(((None, None), (DAYS[1], None), (None, DAYS[1]), (DAYS[0], DAYS[1]))),
    st.sampled_from((0.0, 0.3, 0.9)),
)


def build(known: list[Span], rng: np.random.Generator) -> Pack:
    """Return a pack of random rows and grades."""
    rows = rng.standard_normal((len(known), 128)).astype(np.float32)
    return build_pack(
        [replace(span, id=str(i)) for i, span in enumerate(known)],
        rows / np.linalg.norm(rows, axis=1, keepdims=True),
        np.zeros(len(known), np.bool_),
        [[1 + i % 3] for i in range(len(known))],
        rng.random((len(known), 5)),
        vocabulary_size=9,
        meta={"name": "x", "encoder": {"id": "none", "digest": "0" * 64}},
    )


def meets(span: Span, grade: int, wanted: Filter) -> bool:
    """Whether a span is wanted, said the plain way."""
    host = span.metadata.source.url.split("/")[2] if span.metadata.source else ""
    lang = (span.metadata.lang or "").casefold()
    return (
        set(wanted.tags) <= set(span.metadata.tags)
        and (not wanted.lang or lang == wanted.lang or lang.startswith(f"{wanted.lang}-"))
        and (not wanted.domain or host == wanted.domain or host.endswith(f".{wanted.domain}"))
        and (not wanted.since or (bool(span.when) and span.when >= wanted.since))
        and (not wanted.until or (bool(span.when) and span.when <= wanted.until))
        and grade >= round(wanted.min_quality * 255)
    )


@settings(deadline=None, max_examples=150)
@given(spans, filters, st.integers(0, 9999))
def test_candidates_are_those_of_brute_force(known: list[Span], wanted: Filter, seed: int) -> None:
    """What is wanted comes in the order of the exact cosines, and nothing else comes."""
    rng = np.random.default_rng(seed)
    pack = build(known, rng)
    vector = rng.standard_normal(128).astype(np.float32)
    vector /= np.linalg.norm(vector)
    allowed = [i for i, s in enumerate(known) if meets(s, int(pack.grades[i]), wanted)]
    exact = pack.rows(np.arange(len(known))) @ vector
    expected = sorted(allowed, key=lambda row: -exact[row])
    found = candidates(pack, Query("", vector, (1,)), plan(pack, wanted, 200))
    assert found.rows.tolist() == expected


@settings(deadline=None, max_examples=100)
@given(spans, filters, st.integers(0, 9999), st.integers(1, 8))
def test_a_filtered_scan_equals_brute_force(
    known: list[Span], wanted: Filter, seed: int, count: int
) -> None:
    """Whether rows are picked out or put out of reach, the nearest wanted ones are found."""
    rng = np.random.default_rng(seed)
    pack = build(known, rng)
    vector = rng.standard_normal(128).astype(np.float32)
    allowed = [i for i, s in enumerate(known) if meets(s, int(pack.grades[i]), wanted)]
    stored = np.unpackbits(np.ascontiguousarray(pack.codes.T).view(np.uint8), axis=1)
    asked = np.unpackbits(np.packbits(vector > pack.mean, bitorder="little"))
    distance = (stored != asked).sum(axis=1)
    within = sorted(distance[allowed])[:count][-1:] or [-1]
    expected = [row for row in allowed if distance[row] <= within[0]]
    found = nearest_codes(pack, vector, count, plan(pack, wanted, 200))
    assert set(expected) <= set(found.tolist()) <= set(allowed)
    if len(found) > len(expected):  # so few were there that nothing needed to be compared
        assert len(known) <= count or len(allowed) <= count


def test_days_sort_as_they_are_read() -> None:
    """The twin compares days as texts: that is their order in time."""
    assert sorted(DAYS, key=seconds) == list(DAYS)
