"""Answers to the questions of one message → one answer, as far as they are known.

A message is answered part by part where that says more than reading it as one. What is not known
of it, or not clear, is said with the number of its question; nothing else is written here.
"""

from collections.abc import Sequence
from math import prod

from arenalab.confidence import in_a_word
from arenalab.context import Reading
from arenalab.respond import Answer, Part
from arenalab.sentences import said_once
from arenalab.synthesise import TEMPLATES, Receipt

# How much nearer to what is known the answered parts must come than the whole, where others are
# not answered. Less, and what leads up to a question is taken for one ("Can you help me?"). Where
# all are answered, they may be as much farther: what they share makes the whole look known.
UNANSWERED, ANSWERED = 0.08, -0.05


def better_apart(whole: Reading, several: Sequence[Reading], replies: Sequence[Answer]) -> bool:
    """Whether a message is to be answered part by part.

    A part must have an answer, and not all the same; and those that have one must come near enough
    to what is known, in the mean, beside the message as a whole. A part that goes on from another
    is never as near, and does not count.
    """
    near = [
        part.prediction.nearness
        for part, reply in zip(several, replies, strict=True)
        if reply.kind == "answer" and not part.going_on
    ]
    if not near or len({reply.text for reply in replies}) == 1:
        return False
    all_answered = all(reply.kind == "answer" for reply in replies)
    margin = ANSWERED if all_answered else UNANSWERED
    return sum(near) > (whole.prediction.nearness + margin) * len(near)


def settle(
    whole: Answer, questions: Sequence[str], replies: Sequence[Answer], *, apart: bool
) -> Answer:
    """Return what is said to a message whose `questions` have these `replies`, `whole` as one.

    A person in need gets care and nothing else. Where a principle speaks against the message but
    against none of its questions, it speaks against all of it.
    """
    caring = [r for r in (whole, *replies) if r.verdict and r.verdict.action == "care"]
    if caring:
        return max(caring, key=lambda reply: reply.kind == "answer")
    refused = [reply for reply in replies if reply.kind == "refusal"]
    if apart and (refused or whole.kind != "refusal"):
        return join_answers(questions, replies)
    return refused[0] if refused and whole.kind == "unknown" else whole


def join_answers(questions: Sequence[str], replies: Sequence[Answer]) -> Answer:
    """Return one answer that says all `replies` to `questions`, in order, each sentence once.

    It is as sure as it is likely that all of what is answered is right, and rests on the diamonds
    of those parts. What else may have been meant is offered for the parts that are not answered.
    """
    answered = [reply for reply in replies if reply.kind == "answer"]
    texts = said_once([_said(number, reply) for number, reply in enumerate(replies, 1)])
    confidence = prod(reply.confidence for reply in answered)
    verdicts = [reply.verdict for reply in replies if reply.verdict]
    return Answer(
        kind="answer",
        text="\n\n".join(filter(None, texts)),
        confidence=confidence,
        word=in_a_word(confidence),
        receipts=_receipts(answered),
        options=tuple(o for r in replies if r.kind in ("clarify", "unknown") for o in r.options),
        parts=tuple(
            Part(question, reply.kind, text, reply.confidence, reply.word)
            for question, reply, text in zip(questions, replies, texts, strict=True)
        ),
        verdict=min(verdicts, key=lambda verdict: not verdict.hard, default=None),
    )


def _said(number: int, reply: Answer) -> str:
    """Return what is said to question `number` of a message."""
    alone = TEMPLATES.get(reply.kind)
    if alone is None:
        return reply.text
    return reply.text.removesuffix(alone) + TEMPLATES[f"{reply.kind}_part"].format(number=number)


def _receipts(answered: Sequence[Answer]) -> tuple[Receipt, ...]:
    """Return the diamonds behind all answers, each once, those that support one first."""
    behind: dict[int, Receipt] = {}
    for one in (one for answer in answered for one in answer.receipts):
        if one.number not in behind or (one.supports and not behind[one.number].supports):
            behind[one.number] = one
    return tuple(sorted(behind.values(), key=lambda one: not one.supports))
