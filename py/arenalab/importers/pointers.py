"""Answers that only point to another, as "See the next question." does.

The one who wrote it held two questions for one, so the first becomes another way to ask the second.
"""

import dataclasses
import re
from collections.abc import Iterator, Sequence

from arenalab.importers.page import Part

_POINTER = re.compile(
    r"(?:please )?(?:see|read|refer to)(?: also)? the (next|following|previous|preceding) "
    r"(?:question|entry|section|answer|item)(?: (?:above|below))?[.!]?",
    re.IGNORECASE,
)


def resolve(parts: Sequence[Part]) -> Iterator[Part]:
    """Yield the parts without those that only point to the one before or after them.

    Their headings go to the `also` of that one. One that points nowhere stays as it is.
    """
    also: dict[int, tuple[str, ...]] = {}
    pointing: set[int] = set()
    forward = [_target(parts, i, ("next", "following"), 1) for i in range(len(parts))]
    backward = [_target(parts, i, ("previous", "preceding"), -1) for i in range(len(parts))]
    # Forwards from the front and backwards from the back, so that chains arrive at their end.
    order = [(i, forward[i]) for i in range(len(parts))]
    order += [(i, backward[i]) for i in reversed(range(len(parts)))]
    for i, target in order:
        if target is not None:
            pointing.add(i)
            also[target] = (*also.get(target, ()), *also.pop(i, ()), parts[i].heading)
    for i, part in enumerate(parts):
        if i not in pointing:
            yield dataclasses.replace(part, also=also[i]) if i in also else part


def _target(parts: Sequence[Part], i: int, words: tuple[str, ...], step: int) -> int | None:
    """Return the index of the part that `parts[i]` points to by one of `words`, if there is one."""
    found = _POINTER.fullmatch(parts[i].body.strip())
    target = i + step
    if found and found[1].lower() in words and 0 < target < len(parts):
        return target if parts[target].level == parts[i].level else None
    return None
