"""What the place where the endpoint runs has to give it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

T = TypeVar("T")


class Run(Protocol):
    """Does work that takes a while, where it holds up nobody (a thread), and waits for it."""

    async def __call__(self, work: Callable[[], T]) -> T:
        """Return what `work` returns. Cancelled before it began, the work is not done."""


async def inline(work: Callable[[], T]) -> T:
    """Do the work here, after whatever else was waiting: for places without threads."""
    await asyncio.sleep(0)
    return work()


@dataclass(frozen=True, slots=True)
class Platform:
    """`now` returns Unix seconds, `unique` a fresh text of letters and digits."""

    now: Callable[[], float]
    unique: Callable[[], str]
    run: Run = inline


@dataclass(frozen=True, slots=True)
class Settings:
    """`longest_body` is the most bytes that a request may hold."""

    longest_body: int = 1 << 20
