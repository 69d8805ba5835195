"""Token ids of many texts → batches of one length, so that no time is spent on padding."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar

Ids = TypeVar("Ids", bound=Sequence[int])


def batches(texts: Iterable[Ids], tokens: int) -> Iterator[list[Ids]]:
    """Yield texts of one length together, short ones first, of about so many `tokens` in all."""
    for length, group in groupby(sorted(texts, key=len), key=len):
        members = list(group)
        step = max(1, tokens // length)
        for start in range(0, len(members), step):
            yield members[start : start + step]
