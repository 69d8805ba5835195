"""A provider on this very machine, and the names of all there are."""

from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING, cast

import pytest

from arenalab.fallback.provider import PROVIDERS, Name

if TYPE_CHECKING:  # it is a server, which a browser cannot import
    from fallback.loopback import Loopback


@pytest.fixture(scope="session")
def running() -> Iterator["Loopback"]:
    """Return a provider for all tests."""
    from fallback.loopback import running

    with running() as provider:
        yield provider


@pytest.fixture
def loopback(running: "Loopback") -> "Loopback":
    """Return the provider as if nobody had asked it yet."""
    fresh = type(running)(running.base)
    for field in fields(fresh):
        setattr(running, field.name, getattr(fresh, field.name))
    return running


@pytest.fixture(params=PROVIDERS)
def name(request: pytest.FixtureRequest) -> Name:
    """Return one provider's name after the other."""
    return cast(Name, request.param)
