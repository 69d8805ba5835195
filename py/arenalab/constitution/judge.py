"""A text → what the constitution says of it.

Examples are matched as diamonds are: by the same encoder, in a kernel regression whose weights
belong to named examples. Each principle is an outcome that its bad examples had and every good
example had not. A text goes against the constitution when two things come together, that it looks
forbidden at all and that one principle clearly says so; the score is the mean of both. Nothing a
text says about rules can move a weight: it is only measured.
"""

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arenalab.constitution.lexicon import Lexicon
from arenalab.constitution.principle import Action, Principle, Stage
from arenalab.constitution.rules import first_match
from arenalab.constitution.tokens import Tokens
from arenalab.constitution.vectors import FloatArray, Vectors
from arenalab.encode.transformer import product
from arenalab.search import Query

# Principles this close to the likeliest one might as well be meant: the first of them speaks.
TIE = 0.1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What speaks against a text.

    stage      what was judged: question or draft
    action     refuse or care: say `response` instead of answering; soften: say it first
    principle  the id, and its
    statement  in words
    response   what to say
    example    the principle's example most like the text, or what an exact rule found, masked
    score      how clear the case is, about 0 to 1; exactly 1 for an exact rule
    """

    stage: Stage
    action: Action
    principle: str
    statement: str
    response: str
    example: str
    score: float

    @property
    def hard(self) -> bool:
        """Whether no answer may be given."""
        return self.action in ("refuse", "care")

    def to_json(self) -> dict[str, Any]:
        """Return the verdict as a JSON object."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Shape:
    """Constants of the regression, chosen by leave-one-out on the default examples.

    beta     how fast resemblance fades with angle, as in `outcome`
    lexical  how much shared words count beside it
    ridge    observation noise of an example
    """

    beta: float = 2.5
    lexical: float = 0.4
    ridge: float = 0.05


@dataclass(frozen=True)
class Constitution:
    """Compiled principles: P of them, R examples of D dimensions.

    encoder     the digest of the encoder that made the vectors
    bars        the least score, by stage, at which a text goes against it
    tokens      those of the examples, and
    vectors     theirs
    weights     (R, 1 + P) float32: column 0 answers "is it no good example", less one; column
                1 + p "is it a bad example of principle p"
    lexicon     the examples' words
    Examples are in the order of the principles, the bad ones of each before the good ones.
    """

    principles: tuple[Principle, ...]
    encoder: str
    shape: Shape
    bars: dict[str, float]
    tokens: Tokens
    vectors: Vectors
    weights: NDArray[np.float32]
    lexicon: Lexicon

    def judge_question(self, query: Query, near: FloatArray | None = None) -> Verdict | None:
        """Return what speaks against answering `query`, or None.

        `near` is what `meaning` says of its vector, where that is known.
        """
        return self._judge(query, "question", near)

    def judge_draft(self, draft: Query, near: FloatArray | None = None) -> Verdict | None:
        """Return what speaks against saying the text of `draft`, or None; `near` as above."""
        return self._judge(draft, "draft", near)

    def _judge(self, query: Query, stage: Stage, near: FloatArray | None) -> Verdict | None:
        order = {principle.id: place for place, principle in enumerate(self.principles)}
        found = (self._by_rule(query.text, stage), self._by_example(query, stage, near))
        spoken = [verdict for verdict in found if verdict]
        return min(spoken, key=lambda v: (not v.hard, order[v.principle]), default=None)

    def _by_rule(self, text: str, stage: Stage) -> Verdict | None:
        """The first hard principle with a rule that the text breaks, else the first soft one."""
        judging = [p for p in self.principles if p.rules and p.judges(stage)]
        for principle in sorted(judging, key=lambda p: not p.hard):
            found = first_match(principle.rules, text)
            if found:
                return _verdict(stage, principle, found, 1.0)
        return None

    def _by_example(self, query: Query, stage: Stage, near: FloatArray | None) -> Verdict | None:
        judging = self._judging(stage)
        if not judging or _wordless(query.text):
            return None
        alike = self.kernel(query, near)
        score, own = scores(self._answers(alike), judging)
        if score[0] < self.bars[stage]:
            return None
        place = judging[int(np.flatnonzero(own[0] >= own[0].max() - TIE)[0])]
        rows = self.bad_rows[place]
        nearest = int(np.argmax(alike[rows]))
        principle = self.principles[place]
        return _verdict(stage, principle, principle.bad[nearest], float(np.clip(score[0], 0, 1)))

    def score(self, query: Query, stage: Stage) -> float:
        """Return what is compared with the bar: how clearly the examples speak against `query`."""
        judging = self._judging(stage)
        if not judging:
            return 0.0
        return float(scores(self._answers(self.kernel(query)), judging)[0][0])

    def _answers(self, alike: FloatArray) -> FloatArray:
        """Return (1, 1 + P): what the regression says of a text so `alike` the examples."""
        return product(alike[None, :], self.by_principle)

    def _judging(self, stage: Stage) -> list[int]:
        return [i for i, p in enumerate(self.principles) if p.bad and p.judges(stage)]

    def kernel(self, query: Query, near: FloatArray | None = None) -> FloatArray:
        """Return (R,) float32: how much `query` resembles each example, in meaning and words."""
        if near is None:
            near = self.meaning(query.vector)
        return near + np.float32(self.shape.lexical) * self.lexicon.similarity(query.tokens)

    def meaning(self, vector: FloatArray) -> FloatArray:
        """Return (R,) float32: how much a text of this vector resembles each example in meaning."""
        near = self.vectors.cosines(vector)
        near -= 1
        near *= np.float32(self.shape.beta)
        np.exp(near, out=near)
        return near

    @cached_property
    def by_principle(self) -> FloatArray:
        """(1 + P, R) float32: `weights`, whose long rows are quick to sum."""
        weights: FloatArray = np.ascontiguousarray(self.weights.T)
        return weights

    @cached_property
    def bad_rows(self) -> tuple[slice, ...]:
        """Where the bad examples of each principle stand."""
        return bad_rows(self.principles)


def _wordless(text: str) -> bool:
    """Whether a text is marks alone, which resemble nothing; "" is a text that is not told."""
    return bool(text) and not any(map(str.isalnum, text))


def scores(
    targets: NDArray[np.floating[Any]], judging: list[int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (N,) scores of N texts and (N, J) how clearly each judging principle speaks.

    `targets` are (N, 1 + P) answers of the regression. Without the columns of principles that do
    not judge, their examples speak neither for nor against.
    """
    column = targets.astype(np.float64)
    bad = column[:, [1 + i for i in judging]]
    own = column[:, :1] + bad
    at_all = column[:, 0] + bad.sum(axis=1)
    return (at_all + own.max(axis=1)) / 2, own


def bad_rows(principles: tuple[Principle, ...]) -> tuple[slice, ...]:
    """Return where the bad examples of each principle stand among all examples."""
    places: list[slice] = []
    start = 0
    for principle in principles:
        places.append(slice(start, start + len(principle.bad)))
        start += len(principle.bad) + len(principle.good)
    return tuple(places)


def _verdict(stage: Stage, principle: Principle, example: str, score: float) -> Verdict:
    p = principle
    return Verdict(stage, p.action, p.id, p.statement, p.response, example, score)
