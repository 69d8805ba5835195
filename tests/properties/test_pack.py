"""pack: any spans survive the round trip through a file."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from arenalab.pack import build_pack, read_pack, write_pack
from arenalab.span import Metadata, Span
from world import VOCABULARY, WordEncoder

TEXTS = st.text(min_size=1, max_size=40).filter(str.strip)
WORLDS = st.lists(st.tuples(TEXTS, st.text(max_size=60), st.lists(TEXTS, max_size=3)), max_size=9)


@settings(deadline=None, max_examples=60)
@given(world=WORLDS)
def test_round_trip(world: list[tuple[str, str, list[str]]]) -> None:
    """Spans of any text come back equal, and writing again gives the same bytes."""
    spans = [
        Span(id=str(i), this=this, if_ok=ok, metadata=Metadata(alternates=tuple(alternates)))
        for i, (this, ok, alternates) in enumerate(world)
    ]
    encoder = WordEncoder()
    texts = [text for span in spans for text in span.phrasings]
    pack = build_pack(
        spans,
        encoder.encode(texts) if texts else np.zeros((0, encoder.dimensions), np.float32),
        np.zeros(len(spans), np.bool_),
        [encoder.tokenizer.ids(span.this, 99) for span in spans],
        np.zeros((len(spans), 5)),
        vocabulary_size=VOCABULARY,
        meta={"name": "any", "encoder": {"id": encoder.id, "digest": encoder.digest}},
    )
    data = write_pack(pack)
    again = read_pack(data)
    assert list(again.texts) == spans
    assert write_pack(again) == data
