"""Several packs as specialists, behind the interface of one: `Ensemble.answer`.

Each specialist answers by itself, under its own principles and as sure as its own calibration lets
it be; a method chooses among the answers. What a principle says of the question holds for all.

- `routed`: the specialist that knows the diamond nearest to the question speaks
- `majority`: each that has an answer has one vote for it; the surest of them settles a tie
- `weighted`: as many votes as it is sure, from those that would rather ask back, too
- `ranked`: answer and options of each, by reciprocal rank times how sure it is
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any, Final

from arenalab.arena import EVERYTHING, Arena
from arenalab.context import Turn
from arenalab.encode import Encoder
from arenalab.errors import InputError, shorten
from arenalab.filter import Filter
from arenalab.respond import Answer, Option
from arenalab.several import join_answers
from arenalab.span import Span

METHODS: Final = ("routed", "majority", "weighted", "ranked")
OPTIONS: Final = 3

Votes = Mapping[str, float]
"""Outcome, in its own words → how much speaks for it."""


class Ensemble:
    """Arenas of one encoder that answer together.

    Places of diamonds count on from one pack to the next: `span` gives the diamond at a place.
    Raises InputError for no arena at all, encoders that differ, or a method that there is not.
    """

    def __init__(self, arenas: Sequence[Arena], method: str = "routed") -> None:
        if method not in METHODS:
            raise InputError(f"there is no method {shorten(method)}; use {', '.join(METHODS)}")
        if not arenas:
            raise InputError("an ensemble needs a pack to ask; name one or more")
        if len({arena.encoder.digest for arena in arenas}) > 1:
            raise InputError("the packs are asked with different encoders; open all with the same")
        self.arenas = tuple(arenas)
        self.method = method
        for arena in arenas[1:]:
            if arena.encoder is arenas[0].encoder:
                arena.query = arenas[0].query  # what one has encoded none encodes again

    @property
    def name(self) -> str:
        """What it is called."""
        return " + ".join(arena.name for arena in self.arenas)

    @property
    def meta(self) -> Mapping[str, Any]:
        """The method, and what the headers of all packs say."""
        return {"method": self.method, "packs": [dict(arena.meta) for arena in self.arenas]}

    @property
    def encoder(self) -> Encoder:
        """The encoder all packs are asked with."""
        return self.arenas[0].encoder

    @property
    def span_count(self) -> int:
        """How many diamonds there are in all packs."""
        return sum(arena.span_count for arena in self.arenas)

    def span(self, number: int) -> Span:
        """Return the diamond at place `number`, counted over all packs."""
        for arena in self.arenas:
            if number < arena.span_count:
                return arena.span(number)
            number -= arena.span_count
        raise IndexError(number)

    def answer(
        self, question: str, history: Sequence[Turn] = (), *, wanted: Filter = EVERYTHING
    ) -> Answer:
        """Answer as `Arena.answer` does, of all packs. Raises QuestionError.

        What one pack does not know of a message of several questions, another may.
        """
        answer = self.settle(
            [arena.answer(question, history, wanted=wanted) for arena in self.arenas]
        )
        if all(part.kind == "answer" for part in answer.parts):
            return answer
        before, replies = list(history), []
        for part in answer.parts:
            replies.append(self.answer(part.question, before, wanted=wanted))
            before += [Turn("user", part.question), Turn("assistant", replies[-1].text)]
        joined = join_answers([part.question for part in answer.parts], replies)
        return replace(joined, plan=answer.plan, timing=answer.timing)

    def settle(self, given: Sequence[Answer]) -> Answer:
        """Return what is said where the arenas gave these answers to one question, in order."""
        sizes = [arena.span_count for arena in self.arenas]
        before = [0, *accumulate(sizes[:-1])]
        answers = [_counted(answer, start) for answer, start in zip(given, before, strict=True)]
        chosen = _upheld(answers) or choose(answers, self.method)
        timing: dict[str, float] = defaultdict(float)
        for answer in answers:
            for stage, took in answer.timing.items():
                timing[stage] += took
        return replace(chosen, timing=dict(timing))


def choose(answers: Sequence[Answer], method: str) -> Answer:
    """Return the one of `answers` that `method` prefers, with what the others would offer.

    Of answers that say the same, the receipts are put together.
    """
    if method == "routed":
        return max(answers, key=nearness)
    votes = {"majority": _majority, "weighted": _weighted, "ranked": _ranked}[method](answers)
    best = max(votes, key=lambda outcome: votes[outcome], default="")
    for_it = [answer for answer in answers if best_outcome(answer) == best] or list(answers)
    first = max(for_it, key=lambda answer: (answer.kind == "answer", answer.confidence))
    receipts = first.receipts
    if first.kind == "answer":
        agreeing = [a for a in for_it if a.kind == "answer" and a is not first]
        receipts += tuple(r for a in agreeing for r in a.receipts if r.supports)
    return replace(first, receipts=receipts, options=_offered(first, answers, votes))


def nearness(answer: Answer) -> float:
    """Return how near the diamonds behind an answer come to the question: the nearest's cosine."""
    return max((receipt.similarity for receipt in answer.receipts), default=0.0)


def best_outcome(answer: Answer) -> str:
    """Return what an answer says or, where it asks back or knows nothing, would rather say.

    Of a message of which one question is answered, that is its answer, whatever is said of others.
    """
    if answer.kind == "answer":
        said = [part.text for part in answer.parts if part.kind == "answer"]
        return said[0] if len(said) == 1 else answer.text
    return answer.options[0].text if answer.options else ""


def _majority(answers: Sequence[Answer]) -> Votes:
    """One vote a pack that answers, or, where none does, that offers something."""
    voting = [a for a in answers if a.kind == "answer"] or [a for a in answers if a.options]
    votes: dict[str, float] = defaultdict(float)
    for answer in sorted(voting, key=lambda answer: -answer.confidence):  # the first of equals wins
        votes[best_outcome(answer)] += 1
    return votes


def _weighted(answers: Sequence[Answer]) -> Votes:
    votes: dict[str, float] = defaultdict(float)
    for answer in answers:
        if outcome := best_outcome(answer):
            votes[outcome] += answer.confidence
    return votes


def _ranked(answers: Sequence[Answer]) -> Votes:
    votes: dict[str, float] = defaultdict(float)
    for answer in answers:
        said = [answer.text] if answer.kind == "answer" else []
        for rank, outcome in enumerate([*said, *(o.text for o in answer.options)], 1):
            votes[outcome] += answer.confidence / rank
    return votes


def _upheld(answers: Sequence[Answer]) -> Answer | None:
    """Return the answer whose principle speaks against the question, care first; else None."""
    hard = [
        answer
        for answer in answers
        if answer.verdict and answer.verdict.hard and answer.verdict.stage == "question"
    ]
    return max(
        hard,
        key=lambda a: (a.verdict is not None and a.verdict.action == "care", a.kind == "answer"),
        default=None,
    )


def _offered(first: Answer, answers: Sequence[Answer], votes: Votes) -> tuple[Option, ...]:
    """Return the options of `first` and, where it does not answer, of the others; best first."""
    if first.kind in ("answer", "refusal"):
        return first.options
    others = sorted((a for a in answers if a is not first), key=lambda a: -a.confidence)
    known: dict[str, Option] = {}
    for option in (option for answer in (first, *others) for option in answer.options):
        known.setdefault(option.text, option)
    ordered = sorted(known.values(), key=lambda option: -votes.get(option.text, 0.0))
    return tuple(ordered[:OPTIONS])


def _counted(answer: Answer, before: int) -> Answer:
    """Return `answer` with the places of its diamonds counted on from `before`."""
    return replace(
        answer,
        receipts=tuple(replace(r, number=r.number + before) for r in answer.receipts),
        options=tuple(replace(o, number=o.number + before) for o in answer.options),
        conformal=tuple(replace(o, number=o.number + before) for o in answer.conformal),
    )
