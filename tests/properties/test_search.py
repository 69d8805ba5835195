"""search against its naive twin: brute force over every row."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from arenalab.search import Query, candidates, nearest_codes
from world import pack_of_vectors


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10_000), rows=st.integers(1, 400), count=st.integers(1, 50))
def test_code_scan_equals_brute_force(seed: int, rows: int, count: int) -> None:
    """The scan returns exactly the rows within the count-th smallest Hamming distance."""
    rng = np.random.default_rng(seed)
    pack = pack_of_vectors(rng.normal(size=(rows, 128)).astype(np.float32))
    query = rng.normal(size=128).astype(np.float32)
    stored = np.unpackbits(np.ascontiguousarray(pack.codes.T).view(np.uint8), axis=1)
    asked = np.packbits(query > pack.mean, bitorder="little")
    distance = (stored != np.unpackbits(asked)).sum(axis=1)
    expected = np.flatnonzero(distance <= np.sort(distance)[min(count, rows) - 1])
    found = nearest_codes(pack, query, count)
    np.testing.assert_array_equal(found, expected if rows > count else np.arange(rows))


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10_000), rows=st.integers(1, 300))
def test_small_packs_are_searched_exactly(seed: int, rows: int) -> None:
    """Where every row is rescored, the order is that of the exact cosines of the stored rows."""
    rng = np.random.default_rng(seed)
    pack = pack_of_vectors(rng.normal(size=(rows, 128)).astype(np.float32))
    query = rng.normal(size=128).astype(np.float32)
    query /= np.linalg.norm(query)
    # In the engine's own arithmetic: summed in another order, near-equal rows rank otherwise.
    exact = pack.cosines(np.arange(rows), query)
    np.testing.assert_allclose(exact, pack.rows(np.arange(rows)) @ query, rtol=0, atol=1e-6)
    found = candidates(pack, Query("", query, ()))
    np.testing.assert_array_equal(found.rows, np.argsort(-exact, kind="stable"))
