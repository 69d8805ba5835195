"""How a question will be searched, decided from the pack's statistics before anything is read.

Conditions are counted first, which costs a list's length each, and applied rarest first, so that
each looks at as few diamonds as it can. If what is left is little, only that is scanned; if it is
much, all rows are scanned, since picking rows out costs more than comparing them, and the unwanted
ones are put out of reach. The result is the same: what a brute-force search of the wanted finds.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arenalab.filter import Filter
from arenalab.pack import Pack
from arenalab.pack.far import FarRows
from arenalab.pack.model import IntArray

# Hamming distance ranks well but not exactly: of up to so many rows, so many are compared again
# with a question in four bits, and so many of them scored exactly. Of the true ten nearest, that
# keeps all among 10,000 questions, 99.9 % among 100,000, 98.9 % among a million
# (docs/decisions/0028).
LOOKS = ((20_000, 1500, 300), (250_000, 2000, 400), (None, 2500, 400))
LEXICAL = 100  # diamonds that shared words alone may bring in
# The same where each row has to be fetched from outside memory: 98.3 % among a million rows.
RESCORED_FAR, LEXICAL_FAR = 200, 25
# Rows weighed: those of so many outcomes of the pack's mean size, at least FEWEST. Where outcomes
# have one phrasing or two, 50 rows answer as 200 do (StackFAQ, MedQuAD, Arduino's help centre: the
# same accuracy, probabilities within 0.003), in a third of the time.
OUTCOMES, FEWEST = 20, 50
# Share of the diamonds above which scanning all rows is faster than picking the wanted out: the two
# meet between 0.5 (NumPy, 50,000 and a million rows, wanted at random) and 0.7 (wanted in a row).
WORTH_PICKING = 0.5


@dataclass(frozen=True, slots=True)
class Plan:
    """What was chosen.

    allowed     (S,) bool: the wanted spans; None for all
    rows        the rows to be scanned, ascending; None for all
    scanned     how many rows will be compared, and
    compared    how many of them compared again, more closely, and
    rescored    how many of those scored exactly
    lexical     diamonds that shared words alone may bring in
    neighbours  how many matched rows take part in the regression
    steps       the conditions in the order applied, each with how many diamonds it left
    held        of the pack, what is in memory: all, or the index alone
    """

    allowed: NDArray[np.bool_] | None
    rows: IntArray | None
    scanned: int
    compared: int
    rescored: int
    lexical: int
    neighbours: int
    steps: tuple[tuple[str, int], ...] = ()
    held: str = "all"

    def to_json(self) -> dict[str, Any]:
        """Return the plan's numbers, and in `words` what they mean."""
        return {
            "scanned": self.scanned,
            "compared": self.compared,
            "rescored": self.rescored,
            "lexical": self.lexical,
            "neighbours": self.neighbours,
            "held": self.held,
            "filters": [{"condition": what, "left": left} for what, left in self.steps],
            "words": self.words,
        }

    @property
    def words(self) -> str:
        """What was chosen, in a sentence or two."""
        order = ", then ".join(f"{what} ({left:,} left)" for what, left in self.steps)
        filtered = f"Filter by {order}. " if order else ""
        if not self.scanned:
            return f"{filtered}Nothing is left to search."
        if self.allowed is not None:
            filtered += "Scan past the unwanted. " if self.rows is None else "Scan these alone. "
        closer = f"the {self.compared:,} nearest again, " if self.compared < self.scanned else ""
        away = " Only the index is in memory, rows are read as needed." * (self.held != "all")
        exact = f"{self.rescored:,} of them" if self.rescored < self.scanned else "all of them"
        return (
            f"{filtered}Compare {self.scanned:,} rows, {closer}score {exact} exactly, add up to "
            f"{self.lexical} diamonds by shared words, weigh {self.neighbours} rows.{away}"
        )


def weighed(pack: Pack, neighbours: int) -> int:
    """Return how many of up to `neighbours` rows the outcomes of `pack` need."""
    phrasings = float(pack.outcome_sizes.mean()) if pack.span_count else 0
    return min(neighbours, max(FEWEST, round(OUTCOMES * phrasings)))


def plan(pack: Pack, wanted: Filter, neighbours: int) -> Plan:
    """Return how to search `pack` for what is `wanted`, with up to `neighbours` rows weighed."""
    allowed: NDArray[np.bool_] | None = None
    steps: list[tuple[str, int]] = []
    left = pack.span_count
    for what, met in sorted(wanted.conditions(pack), key=lambda one: int(one[1].sum())):
        allowed = met if allowed is None else allowed & met
        left = int(allowed.sum())
        steps.append((what, left))
    rows = None
    if allowed is not None and left <= WORTH_PICKING * pack.span_count:
        rows = pack.rows_of(np.flatnonzero(allowed))
    scanned = pack.row_count if rows is None else len(rows)
    compared, rescored = next(
        (compared, rescored) for most, compared, rescored in LOOKS if not most or scanned <= most
    )
    away = isinstance(pack.vectors, FarRows)
    far = isinstance(pack.vectors, FarRows) and pack.vectors.waits
    return Plan(
        allowed=allowed,
        rows=rows,
        scanned=scanned,
        compared=min(compared, scanned),
        rescored=min(RESCORED_FAR if far else rescored, scanned),
        lexical=LEXICAL_FAR if far else LEXICAL,
        neighbours=min(weighed(pack, neighbours), scanned),
        steps=tuple(steps),
        held="index" if away else "all",
    )
