"""An answer, and what the constitution says of it → what is said after all.

The question is judged, and every diamond that speaks, as the answer or as an option. A hard verdict
takes the answer's place; to a person in need, a diamond of high stakes may add to what care says,
never replace it. A soft verdict is said first. Texts alone are judged: neither the stakes of a
diamond nor its quality nor how well it fits can lower a principle.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from arenalab.constitution import Constitution, Verdict
from arenalab.encode import Encoder
from arenalab.encode.static import StaticEncoder
from arenalab.pack import Pack
from arenalab.respond import Answer
from arenalab.search import Query
from arenalab.span import Span
from arenalab.synthesise import HIGH_STAKES, TEMPLATES

BEGINNING = 320  # characters of a diamond's text that are compared; rules read all of it


class Conscience:
    """A constitution over one pack, asked with the encoder it was compiled for.

    A diamond is compared by the row it has in the pack, situation and outcome together, so that
    its text need not be encoded again; a static encoder, in whose space no row is, encodes it in
    no time. Verdicts on diamonds are kept.
    """

    def __init__(self, constitution: Constitution, pack: Pack, encoder: Encoder) -> None:
        self.constitution = constitution
        self.pack = pack
        self.encoder = encoder
        self.responses = {principle.response for principle in constitution.principles}
        self.known: dict[int, Verdict | None] = {}

    def uphold(
        self, answer: Answer, asked: Sequence[Query], spoken: Sequence[Query] = ()
    ) -> Answer:
        """Return what is said in place of `answer`, which rests on the readings `asked`.

        `spoken` are the single sentences of the message: one may be a cry for help.
        """
        verdict = self.of_question(asked)
        for heard in self.verdicts(spoken):
            if heard.action == "care":
                return self._with_care(answer, heard)
        if verdict and verdict.action == "care":
            return self._with_care(answer, verdict)
        said = self._said(answer)
        held = verdict if verdict and verdict.hard else self.of_spans(said)
        if held and held.hard:
            return _instead(answer, held)
        answer = self._offering(answer)
        soft = verdict or held
        if soft is None:
            return answer
        return replace(answer, text=f"{soft.response}\n\n{answer.text}", verdict=soft)

    def of_question(self, asked: Sequence[Query]) -> Verdict | None:
        """Return the first hard verdict on a reading of the question, else the first soft one."""
        return _first(self.verdicts(asked))

    def verdicts(self, asked: Sequence[Query]) -> Iterator[Verdict]:
        """Yield what speaks against answering each of `asked`."""
        if isinstance(self.encoder, StaticEncoder) and asked:  # the pack is asked with another one
            rows = self.encoder.encode([query.text for query in asked])
            asked = [replace(query, vector=row) for query, row in zip(asked, rows, strict=True)]
        yield from filter(None, map(self.constitution.judge_question, asked))

    def of_spans(self, numbers: Iterable[int]) -> Verdict | None:
        """Return the first hard verdict on saying these diamonds, else the first soft one."""
        return _first(map(self.of_span, numbers))

    def of_span(self, number: int) -> Verdict | None:
        """Return what speaks against saying the diamond at place `number` of the pack, or None.

        Its words are a draft. Besides, what nobody may ask for no diamond may offer: situation and
        outcome together are judged as a question that may be refused. Here care does not speak,
        since a cry for help is the right situation for help.
        """
        if number not in self.known:
            span = self.pack.texts[number]
            own_words = span.if_ok in self.responses  # what a principle says itself may be said
            self.known[number] = None if own_words else self._judge(number, span)
        return self.known[number]

    def _judge(self, number: int, span: Span) -> Verdict | None:
        begins = " ".join(span.if_ok.split())[:BEGINNING]
        words = self._words(begins)
        if isinstance(self.encoder, StaticEncoder):  # a sum of words takes long texts for questions
            vector = self.encoder.encode([begins])[0]
            return self.constitution.judge_draft(Query(span.if_ok, vector, words))
        rows = self.pack.rows_of(np.array([number]))
        vector = self.pack.rows(rows[-1:])[0]
        near = self.constitution.meaning(vector)
        together = Query("", vector, (*self._words(span.this), *words)[:BEGINNING])
        offered = self.constitution.judge_question(together, near)
        if offered is not None and offered.action == "refuse":
            return replace(offered, stage="draft")
        return self.constitution.judge_draft(Query(span.if_ok, vector, words), near)

    def _words(self, text: str) -> tuple[int, ...]:
        return tuple(self.encoder.tokenizer.ids(text, BEGINNING)[1:-1])

    def _said(self, answer: Answer) -> list[int]:
        """Return the diamonds whose words the answer says, one for each outcome."""
        if answer.kind != "answer":
            return []
        places = {
            int(self.pack.outcomes[r.number]): r.number for r in answer.receipts if r.supports
        }
        return list(places.values())

    def _with_care(self, answer: Answer, verdict: Verdict) -> Answer:
        """Say what care says, then what the pack holds for such a need."""
        said = self._said(answer)
        urgent = any(self.pack.texts[number].context.stakes == HIGH_STAKES for number in said)
        if not urgent or ((held := self.of_spans(said)) and held.hard):
            return _instead(answer, verdict)
        new = "" if answer.text in self.responses else f"\n\n{answer.text}"
        return replace(
            answer, text=verdict.response + new, options=(), conformal=(), verdict=verdict
        )

    def _offering(self, answer: Answer) -> Answer:
        """Return the answer without options that may not be said."""
        kept, plausible = (
            tuple(one for one in offered if not ((v := self.of_span(one.number)) and v.hard))
            for offered in (answer.options, answer.conformal)
        )
        answer = replace(answer, options=kept, conformal=plausible)
        if answer.kind == "clarify" and not kept:
            return replace(answer, kind="unknown", text=TEMPLATES["unknown"])
        return answer


def _instead(answer: Answer, verdict: Verdict) -> Answer:
    return replace(
        answer,
        kind="refusal",
        text=verdict.response,
        receipts=(),
        options=(),
        conformal=(),
        verdict=verdict,
    )


def _first(verdicts: Iterable[Verdict | None]) -> Verdict | None:
    return min(filter(None, verdicts), key=lambda verdict: not verdict.hard, default=None)
