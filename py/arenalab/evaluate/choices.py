"""TruthfulQA files → questions with right and wrong answers to choose from.

The CSV with the columns Question, Best Answer, Correct Answers, Incorrect Answers and, since 2025,
Best Incorrect Answer; answers of one cell are parted by semicolons. Or its `mc_task.json`.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from arenalab.errors import SourceError, shorten
from arenalab.evaluate.tables import text_of

NEEDED = ("question", "best answer", "incorrect answers")


@dataclass(frozen=True, slots=True)
class Choice:
    """A question, what is right (the best answer first), and what is wrong (likewise)."""

    question: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]

    @property
    def options(self) -> tuple[str, ...]:
        """All answers, the right ones first."""
        return self.right + self.wrong


def read_choices(name: str, data: bytes) -> list[Choice]:
    """Read TruthfulQA's CSV or JSON. Raises SourceError naming the columns, or the place."""
    text = text_of(name, data)
    rows = _from_json(name, text) if text.lstrip().startswith("[") else _from_csv(name, text)
    choices = list(rows)
    if not choices:
        raise SourceError(f"{name} holds no question; one a row is needed")
    return choices


def _from_csv(name: str, text: str) -> Iterator[Choice]:
    reader = csv.DictReader(io.StringIO(text))
    columns = [column.strip() for column in reader.fieldnames or []]
    if missing := [c for c in NEEDED if c not in map(str.casefold, columns)]:
        raise SourceError(
            f"{name} has the columns {', '.join(columns) or 'none'}; missing: {', '.join(missing)}"
        )
    for number, cells in enumerate(reader, 2):
        row = {key.strip().casefold(): value or "" for key, value in cells.items() if key}
        right = _distinct(row["best answer"], *row.get("correct answers", "").split(";"))
        wrong = _distinct(
            row.get("best incorrect answer", ""), *row["incorrect answers"].split(";")
        )
        yield _choice(f"{name}, row {number}", row["question"], right, wrong)


def _from_json(name: str, text: str) -> Iterator[Choice]:
    try:
        for number, row in enumerate(json.loads(text), 1):
            # The narrower task comes first, and so does its answer.
            targets: Sequence[Mapping[str, Any]] = [
                row[f"mc{task}_targets"] for task in (0, 1, 2) if f"mc{task}_targets" in row
            ]
            answers = [(answer, truth) for target in targets for answer, truth in target.items()]
            yield _choice(
                f"{name}, item {number}",
                str(row["question"]),
                _distinct(*(answer for answer, truth in answers if truth)),
                _distinct(*(answer for answer, truth in answers if not truth)),
            )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceError(
            f"{name} is not TruthfulQA's mc_task.json ({shorten(str(error))}); a list of objects "
            "with question, mc1_targets and mc2_targets is needed"
        ) from error


def _choice(where: str, question: str, right: Sequence[str], wrong: Sequence[str]) -> Choice:
    # What is listed on both sides cannot be chosen rightly.
    wrong = [answer for answer in wrong if answer not in right]
    if not question.strip() or not right or not wrong:
        raise SourceError(f"{where} lacks a question, a right answer or a wrong one; fill them in")
    return Choice(question.strip(), tuple(right), tuple(wrong))


def _distinct(*answers: str) -> list[str]:
    return list(dict.fromkeys(answer.strip() for answer in answers if answer.strip()))
