"""Server-sent events, however their bytes come."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arenalab.errors import ProviderError
from arenalab.fallback.events import LARGEST_EVENT, events


async def _coming(pieces: Sequence[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


def read(*pieces: bytes) -> list[str]:
    """Return the data of the events in `pieces`."""

    async def all_of() -> list[str]:
        return [data async for data in events(_coming(pieces))]

    return asyncio.run(all_of())


def test_events_are_their_data() -> None:
    """Names, ids and comments are left out; lines of data are joined."""
    assert read(b": hello\nevent: a\nid: 1\ndata: one\n\ndata: two\ndata:three\n\n") == [
        "one",
        "two\nthree",
    ]


def test_an_event_that_does_not_end_is_left_out() -> None:
    """It may be cut short."""
    assert read(b"data: one\n\ndata: tw") == ["one"]
    assert read(b"data: one\n\ndata: two\n") == ["one"]


@given(
    texts=st.lists(st.text(st.characters(exclude_characters="\r\n"), min_size=1), max_size=4),
    ending=st.sampled_from(["\n", "\r\n", "\r"]),
    data=st.data(),
)
def test_pieces_may_be_cut_anywhere(texts: list[str], ending: str, data: st.DataObject) -> None:
    """However a stream is cut, in a letter or a line's end, it says the same."""
    whole = "".join(f"data: {text}{ending}{ending}" for text in texts).encode()
    whole += f": end{ending}".encode()  # a CR at the very end might be half of a CR LF
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert read(*pieces) == texts


@pytest.mark.parametrize("unit", [b"x", b"data: x\n"], ids=["one line", "many lines"])
def test_memory_is_bounded(unit: bytes) -> None:
    """An event that never ends is refused, not held."""
    piece = unit * (LARGEST_EVENT // len(unit) // 4)
    with pytest.raises(ProviderError, match="1 MB in one event") as caught:
        read(*[piece] * 6)
    assert caught.value.reason == "too_large"
