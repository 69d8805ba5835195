"""Spans as they come in → parts of one size, ids unique, what says nothing left out."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from hashlib import blake2b

from arenalab.batch.folder import Folder
from arenalab.importers import Import
from arenalab.learning import nothing_to_say, says_something
from arenalab.span import Span


def cut(
    batches: Iterable[Import], folder: Folder, size: int, heard: Callable[[Import], None]
) -> None:
    """Cut the spans of `batches` into parts of `size` and keep them in `folder`.

    An id that an earlier batch has taken is given a number. Raises InputError where nothing says
    something.
    """
    taken = _Ids()
    waiting: list[Span] = []
    counts: list[int] = []
    came = 0
    for batch in batches:
        heard(batch)
        came += len(batch.spans)
        waiting += [taken.unique(span) for span in batch.spans if says_something(span)]
        while len(waiting) >= size:
            folder.put_spans(len(counts), waiting[:size])
            counts.append(size)
            waiting = waiting[size:]
    if waiting:
        folder.put_spans(len(counts), waiting)
        counts.append(len(waiting))
    if not counts:
        raise nothing_to_say(came)
    folder.put("cut.json", json.dumps(counts).encode())


class _Ids:
    """The ids that are taken, by digests of eight bytes: a million take little room."""

    def __init__(self) -> None:
        self._taken: set[bytes] = set()

    def unique(self, span: Span) -> Span:
        """Return `span`, its id numbered where it is taken, and take its id."""
        number, name = 1, span.id
        while (key := blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()) in (
            self._taken
        ):
            number += 1
            name = f"{span.id}-{number}"
        self._taken.add(key)
        return span if name == span.id else replace(span, id=name)
