"""`eval ensemble`: several packs as specialists, against one pack of all, and each alone.

The question sets of all domains are asked of every contender, so a specialist alone can be right on
its own domain only. What is counted is the outcome that is said or, where a contender asks back or
admits not to know, would be offered first.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arenalab.arena import Arena, Clock, Progress, learn
from arenalab.encode import Encoder
from arenalab.ensemble import METHODS, Ensemble, best_outcome
from arenalab.errors import SourceError, shorten
from arenalab.evaluate import metrics
from arenalab.evaluate.records import Evaluation, Record, decision, mean
from arenalab.evaluate.tables import read_faq, read_labelled, read_queries
from arenalab.respond import Answer
from arenalab.span import Span

MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Domain:
    """What one specialist learns, and the questions asked of it, each with its right outcome."""

    name: str
    spans: Sequence[Span]
    asked: Sequence[tuple[str, str]]


def read_domain(name: str, known: tuple[str, bytes], asked: tuple[str, bytes]) -> Domain:
    """Read two files (name, content) as `eval intent` or, where the first is a FAQ, `eval faq`.

    Raises SourceError for a file that is neither, and for a query that no question answers.
    """
    if not known[0].lower().endswith((".jsonl", ".ndjson")) or b'"answer"' not in known[1]:
        examples, questions = read_labelled(*known), read_labelled(*asked)
        spans = [Span(f"{name}-{i}", e.text, e.label) for i, e in enumerate(examples)]
        return Domain(name, spans, [(q.text, q.label) for q in questions])
    answers = {faq.id: faq for faq in read_faq(*known)}
    queries = read_queries(*asked)
    if strange := [q for q in queries if q.id not in answers]:
        raise SourceError(
            f"query {shorten(strange[0].query)} of {asked[0]} names the id "
            f"{shorten(strange[0].id)}, which no question has; correct one of them"
        )
    return Domain(
        name,
        [Span(f"{name}-{faq.id}", faq.question, faq.answer) for faq in answers.values()],
        [(q.query, answers[q.id].answer) for q in queries],
    )


def evaluate_ensemble(
    domains: Sequence[Domain], encoder: Encoder, clock: Clock, progress: Progress
) -> Evaluation:
    """Learn each domain and all together, ask everything of all, and return accuracies.

    accuracy     share of questions whose best outcome is the right one
    answered     share that is answered
    precision    share of the answered that is answered rightly
    ece          gap between confidence and accuracy
    over_merged  accuracy more than that of one pack of all, in points

    The records are those of the first method.
    """
    packs = [learn(d.spans, encoder, name=d.name, progress=progress) for d in domains]
    whole = learn([s for d in domains for s in d.spans], encoder, name=MERGED, progress=progress)
    specialists = [Arena(pack, encoder, clock) for pack in packs]
    methods = {name: Ensemble(specialists, name) for name in METHODS}
    merged = Arena(whole, encoder, clock)
    asked = [(domain.name, *item) for domain in domains for item in domain.asked]
    given: dict[str, list[Answer]] = defaultdict(list)
    for done, (_, question, _) in enumerate(asked, 1):
        answers = [arena.answer(question) for arena in specialists]
        given[MERGED].append(merged.answer(question))
        for domain, answer in zip(domains, answers, strict=True):
            given[domain.name].append(answer)
        for name, ensemble in methods.items():
            given[name].append(ensemble.settle(answers))
        progress("answer", done, len(asked))
    of = np.array([name for name, _, _ in asked])
    truth = [right for _, _, right in asked]
    table = {name: _row(answers, truth, of) for name, answers in given.items()}
    for row in table.values():
        row["over_merged"] = 100 * (row["accuracy"] - table[MERGED]["accuracy"])
    best = max(table[domain.name]["accuracy"] for domain in domains)
    return Evaluation(
        "ensemble",
        {
            "n": len(asked),
            "spans": whole.span_count,
            "domains": len(domains),
            "best_specialist": best,
            "contenders": table,
        },
        tuple(_record(i, *asked[i][1:], given[METHODS[0]][i]) for i in range(len(asked))),
    )


def _row(answers: Sequence[Answer], truth: Sequence[str], of: NDArray[np.str_]) -> dict[str, Any]:
    right = np.array([best_outcome(a) == t for a, t in zip(answers, truth, strict=True)])
    said = np.array([answer.kind == "answer" for answer in answers])
    confidence = np.array([answer.confidence for answer in answers])
    return {
        "accuracy": mean(right),
        "answered": mean(said),
        "precision": mean(right[said]),
        "ece": metrics.ece(confidence, right),
        **{f"on {name}": mean(right[of == name]) for name in dict.fromkeys(of.tolist())},
    }


def _record(number: int, question: str, truth: str, answer: Answer) -> Record:
    best = best_outcome(answer)
    correct = best == truth
    return Record(
        id=str(number),
        text=question,
        truth=truth,
        predicted=best,
        correct=correct,
        kind=decision(inside=True, answered=answer.kind == "answer", correct=correct),
        probability=answer.confidence,
    )
