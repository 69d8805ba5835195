"""What the page is told of a pack that was opened."""

from typing import Any

import numpy as np

from arenalab.confidence import Calibration
from arenalab.pack import Pack

SUGGESTED = "tag suggested"  # the mark of a diamond whose question may stand on the welcome
SUGGESTIONS = 3
LONGEST_SUGGESTION = 80  # characters


def describe(id: str, pack: Pack, size: int) -> dict[str, Any]:  # noqa: A002 (the record's word)
    """Return a pack's record: its name, count, size in bytes, suggestions, and what a bar does."""
    return {
        "id": id,
        "name": pack.name,
        "count": pack.span_count,
        "size": size,
        "suggestions": suggestions(pack),
        "threshold": Calibration.from_meta(pack.meta).threshold,
        "coverage": pack.meta.get("coverage", []),
    }


def suggestions(pack: Pack) -> list[str]:
    """Return a few questions that the pack answers.

    Those of diamonds tagged `suggested`; where there are none, short ones from all over the pack.
    """
    marks = pack.facets.marks
    if SUGGESTED in marks:
        numbers = pack.facets.bearing(marks.index(SUGGESTED))
    else:
        numbers = np.linspace(0, pack.span_count - 1, 4 * SUGGESTIONS).astype(np.uint32)
    asked = dict.fromkeys(pack.texts[int(number)].this for number in numbers)
    return [question for question in asked if len(question) <= LONGEST_SUGGESTION][:SUGGESTIONS]
