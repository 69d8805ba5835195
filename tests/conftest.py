"""Fixtures every test may use: the tiny world as a pack and as an arena with a still clock."""

import pytest

from arenalab.arena import Arena, learn
from arenalab.pack import Pack
from world import SPANS, WordEncoder


@pytest.fixture(scope="session")
def encoder() -> WordEncoder:
    """Return the encoder of hashed words."""
    return WordEncoder()


@pytest.fixture(scope="session")
def pack(encoder: WordEncoder) -> Pack:
    """Return the tiny world as a pack."""
    return learn(SPANS, encoder, name="tiny")


@pytest.fixture
def arena(pack: Pack, encoder: WordEncoder) -> Arena:
    """Return an arena over the tiny world whose clock stands still."""
    return Arena(pack, encoder, lambda: 0.0)
