"""wording: what stands for a span in a pack is what people ask, and what its outcome says."""

from dataclasses import replace

from arenalab.arena import Arena
from arenalab.learning import learn
from arenalab.span import Span
from arenalab.wording import row_texts, wordings
from world import SPANS, WordEncoder

LOST = Span(id="a", this="My card is gone", if_ok="lost_card")
STOLEN = Span(id="b", this="Someone took my card", if_ok="lost_card")
LATE = Span(id="c", this="Where is my parcel?", if_ok="parcel_late")


def test_an_outcome_that_says_something_is_read_with_its_situation() -> None:
    """An answer of several words adds a row that tells of it."""
    told, brief = wordings([SPANS[4], SPANS[0]])
    assert told.texts == (SPANS[4].this, f"{SPANS[4].this} {SPANS[4].if_ok}")
    assert told.answer
    assert brief.texts == SPANS[0].phrasings
    assert not brief.answer


def test_a_shared_label_is_one_more_way_to_put_it() -> None:
    """The first of the spans that share a label has it as a row; a label of one has none."""
    first, second, alone = wordings([LOST, STOLEN, LATE])
    assert first.texts == ("My card is gone", "lost card")
    assert first.label
    assert second.texts == STOLEN.phrasings
    assert alone.texts == LATE.phrasings


def test_what_did_not_work_is_no_way_to_put_it() -> None:
    """A failed span's label makes no row, and does not make that of another shared."""
    failed = replace(STOLEN, status="failed")
    assert not any(wording.label for wording in wordings([LOST, failed]))
    assert wordings([replace(LOST, if_ok="!"), replace(STOLEN, if_ok="!")])[0].texts == (LOST.this,)


def test_rows_of_a_pack_lead_back_to_their_texts(encoder: WordEncoder) -> None:
    """Every row of a pack with labels has its text, its phrasing, and is found by the label."""
    spans = [LOST, STOLEN, LATE, *SPANS]
    pack = learn(spans, encoder, name="labels")
    texts = [text for wording in wordings(spans) for text in wording.texts]
    counts = pack.row_starts[1:] - pack.row_starts[:-1]
    again = [
        text
        for span, count, answer in zip(spans, counts, pack.answers, strict=True)
        for text in row_texts(span, int(count), answer=bool(answer))
    ]
    assert again == texts
    assert pack.phrasing(1) == "lost card"
    assert [row for row in range(pack.row_count) if pack.is_label(row)] == [1]
    answer = Arena(pack, encoder, lambda: 0.0).answer("lost card")
    assert answer.text == "lost_card"
