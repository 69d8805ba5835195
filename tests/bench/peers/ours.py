"""ArenaLab's index in the page: build it from float32 rows, open its file, ask it."""

import json
import struct
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from arenalab.browser.nearby import Nearby, supply
from arenalab.container import read_header
from arenalab.filter import Filter
from arenalab.pack import NotHereError, Pack, Texts, read_pack, write_pack
from arenalab.pack.build import codes_of, mean_row
from arenalab.pack.facets import Facets
from arenalab.pack.file import LEFT
from arenalab.pack.part import quantise_rows
from arenalab.pack.postings import counted, postings
from arenalab.pack.texts import BLOCK
from arenalab.plan import plan
from arenalab.search import Query, candidates
from arenalab.span import Span

DIMENSIONS = 384
VOCABULARY = 30_522
STEP = 20_000
CHECKED = 64 << 20  # bytes of a file that the page checks as a whole

held: dict[str, Any] = {}
asked: list[tuple[int, ...]] = []


def build(rows: Any, tokens: Any, lengths: Any, n: int) -> None:
    """Build the pack of n rows, given as bytes in the page, and their tokens."""
    held.clear()
    vectors = np.empty((n, DIMENSIONS), np.int8)
    block = np.empty((min(STEP, n), DIMENSIONS), np.float32)
    for start in range(0, n, STEP):
        end = min(start + STEP, n)
        part = block[: end - start]
        rows.subarray(start * DIMENSIONS * 4, end * DIMENSIONS * 4).assign_to(
            part.reshape(-1).view(np.uint8)
        )
        vectors[start:end] = quantise_rows(part)
    mean = mean_row(vectors)
    sizes = np.asarray(lengths.to_py()).astype(np.intp)
    flat = np.asarray(tokens.to_py())
    held["pack"] = Pack(
        meta={
            "name": "bench",
            "encoder": {"id": "bench", "digest": "0" * 64},
            "counts": {"spans": n, "rows": n, "outcomes": n},
        },
        mean=mean,
        codes=codes_of(vectors, mean),
        vectors=vectors,
        row_starts=np.arange(n + 1, dtype=np.uint32),
        answers=np.zeros(n, np.bool_),
        outcomes=np.arange(n, dtype=np.uint32),
        signs=np.ones(n, np.int8),
        grades=np.full(n, 128, np.uint8),
        quality=np.full((n, 5), 128, np.uint8),
        postings=postings(in_parts(flat, sizes), sizes, VOCABULARY),
        texts=same_text(n),
        chosen_by=Facets.of(()).pack(),
    )


def in_parts(flat: np.ndarray, sizes: np.ndarray) -> Iterator[tuple[np.ndarray, ...]]:
    """Yield the postings of some tokens at a time: sorting all at once would take too much."""
    owners = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    ends = [0, 1_100, 2_200, 4_000, 8_000, VOCABULARY]
    for low, high in pairwise(ends):
        mine = np.flatnonzero((flat >= low) & (flat < high))
        own = np.bincount(owners[mine], minlength=len(sizes))
        yield counted(flat[mine].astype(np.int64), own)


def same_text(n: int) -> Texts:
    """Return n spans of one text: texts are no part of what is measured."""
    block = Texts.pack([Span(id="x", this="x")] * BLOCK)
    last = Texts.pack([Span(id="x", this="x")] * (n % BLOCK)) if n % BLOCK else None
    data, ends = block.data * (n // BLOCK), [len(block.data)] * (n // BLOCK)
    digests = np.repeat(block.digests, n // BLOCK, axis=0)
    if last:
        data, ends = data + last.data, [*ends, len(last.data)]
        digests = np.concatenate([digests, last.digests])
    return Texts(data, np.cumsum(ends, dtype=np.uint64), n, digests)


def save() -> bytes:
    """Return the pack as a file."""
    return write_pack(held["pack"])


def load(data: Any) -> None:
    """Open a file, given as bytes in the page; of a large one the index alone is checked now."""
    held.clear()
    whole = data.to_bytes()
    opened(read_pack(whole, whole=len(whole) <= CHECKED))


def opened(pack: Pack) -> None:
    """Take `pack` to be asked."""
    held["pack"], held["plan"] = pack, plan(pack, Filter(), 200)


def questions(tokens: str) -> None:
    """Take the tokens of the questions, as JSON."""
    asked.clear()
    asked.extend(tuple(one) for one in json.loads(tokens))


def near(vector: Any, question: int, count: int = 10) -> list:
    """Return the rows nearest to a vector; the words of the question of a number count too."""
    words = asked[question] if question >= 0 else ()
    query = Query("", np.asarray(vector.to_py(), np.float32), words)
    return candidates(held["pack"], query, held["plan"]).rows[:count].tolist()


async def open_blob(blob: Any) -> None:
    """Open a file that stays a Blob, as the page does."""
    held["away"] = Nearby("bench", blob)
    opened(await held["away"].open())


async def near_soon(vector: Any, question: int) -> list:
    """Do what `near` does where rows have to be waited for."""
    while True:
        try:
            found = near(vector, question)
        except NotHereError as lacking:
            await supply(lacking)
        else:
            held["away"].trim()
            return found


def index_bytes(data: Any) -> int:
    """Return how many bytes of a file answering needs at hand."""
    head = data.subarray(0, 48).to_bytes()
    header = read_header(data.subarray(0, 48 + struct.unpack_from("<I", head, 12)[0]).to_bytes())
    return sum(section.length for name, section in header.sections.items() if name not in LEFT)
