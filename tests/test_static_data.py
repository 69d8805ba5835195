"""The static encoder that ships: its size, and how well it asks packs the transformer made."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from arenalab.arena import Arena, learn
from arenalab.encode import load_encoder, load_static
from arenalab.span import Span

ROOT = Path(__file__).parents[1]
BUILT = ROOT / "wheels" / "cache" / "built"
DATA = ROOT.parent / "shared" / "data"
pytestmark = [
    pytest.mark.data,
    pytest.mark.native,
    pytest.mark.skipif(
        not (BUILT / "static.encoder").exists(),
        reason="static.encoder is not in wheels/cache; run `python build.py site` once",
    ),
]
needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="the folder ../shared/data is absent, with StackFAQ and BANKING77"
)


def arena_of(spans: Sequence[Span]) -> Arena:
    """Return a pack made with the transformer and the static encoder, and asked with the latter."""
    teacher = load_encoder((BUILT / "minilm.encoder").read_bytes())
    static = load_static((BUILT / "static.encoder").read_bytes())
    return Arena(learn(spans, teacher, static=static, name="measured"), static, lambda: 0.0)


def test_small() -> None:
    """The file that ships is below a megabyte."""
    assert (BUILT / "static.encoder").stat().st_size < 1_000_000


@needs_data
def test_stackfaq() -> None:
    """1,249 paraphrases find their FAQ: MRR 0.93, less what rounding may move."""
    file = DATA / "stackfaq" / "stackExchange-FAQ.json"
    entries = json.loads(file.read_text(encoding="utf-8"))["root"]["qapair"]
    spans = [
        Span(id=str(i), this=entry["question"], if_ok=" ".join(entry["answer"]))
        for i, entry in enumerate(entries)
    ]
    asked = [
        (text, str(i))
        for i, entry in enumerate(entries)
        for text in entry["rephr"]
        if text and text != "*"
    ]
    arena = arena_of(spans)
    outcome_of = {span.id: int(arena.pack.outcomes[i]) for i, span in enumerate(arena.pack.texts)}
    reciprocal = []
    for query, (_, name) in zip(arena.encode_all([text for text, _ in asked]), asked, strict=True):
        place = np.flatnonzero(arena.predict(query).outcomes == outcome_of[name])
        reciprocal.append(1 / (place[0] + 1) if len(place) else 0.0)
    assert len(reciprocal) == 1249
    assert np.mean(reciprocal) > 0.925


@needs_data
def test_banking77() -> None:
    """3,080 questions get their intent out of 77: accuracy 0.935, less what rounding may move."""

    def rows(name: str) -> list[dict[str, str]]:
        with (DATA / "banking77" / name).open(encoding="utf-8") as stream:
            return list(csv.DictReader(stream))

    train, test = rows("train.csv"), rows("test.csv")
    arena = arena_of(
        [
            Span(id=str(i), this=row["text"].strip(), if_ok=row["category"])
            for i, row in enumerate(train)
        ]
    )
    label_of = {
        int(outcome): span.if_ok
        for outcome, span in zip(arena.pack.outcomes, arena.pack.texts, strict=True)
    }
    queries = arena.encode_all([row["text"].strip() for row in test])
    right = [
        label_of[int(arena.predict(query).outcomes[0])] == row["category"]
        for query, row in zip(queries, test, strict=True)
    ]
    assert np.mean(right) > 0.93
