"""From a file format to spans: where a file comes from, a question with its answer, a collector.

The collector sees every question of an import, so it is where ids are given and repeats are found.
"""

import dataclasses
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from arenalab.importers.labels import Labels
from arenalab.importers.naming import span_name
from arenalab.importers.report import Import, Notebook
from arenalab.span import Context, Metadata, Source, Span

# Longer answers are kept whole, because half an answer can be a wrong one; but they are reported.
LONG_ANSWER = 8_000


@dataclass(frozen=True, slots=True)
class Origin:
    """What is known about a file from outside it.

    Its name, the address of its page, its licence, and the labels of the pages beside it.
    """

    file: str
    base_url: str | None = None
    license: str | None = None
    labels: Labels = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A question (plain text) with its answer (Markdown), before it is a span."""

    question: str
    answer: str
    place: str = ""  # for notes: "line 7", "“Heading”"
    id: str | None = None
    url: str | None = None
    title: str | None = None
    alternates: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()  # alternates too, unless another question has them as well
    tags: tuple[str, ...] = ()
    lang: str | None = None
    license: str | None = None
    previous: str | None = None  # the id of the turn before, in a conversation
    environment: Mapping[str, object] = field(default_factory=dict)


class Collector:
    """Takes drafts and ready spans; `finish` returns the import."""

    def __init__(self) -> None:
        self.notes = Notebook()
        self._spans: list[Span] = []
        self._headings: dict[str, tuple[str, ...]] = {}  # id → alternates if nobody else has them
        self._ids: set[str] = set()
        self._counters: dict[str, int] = {}
        self._answers: dict[str, dict[str, str]] = {}  # question → answer → id

    def knows(self, question: str) -> bool:
        """Tell whether a question was taken already."""
        return _key(" ".join(question.split())) in self._answers

    def __len__(self) -> int:
        return len(self._spans)

    def add(self, draft: Draft, origin: Origin) -> str | None:
        """Make a span of `draft` and return its id; None, with a note, when it is left out."""
        question, answer = " ".join(draft.question.split()), draft.answer.strip()
        place = draft.place or f"“{_short(question)}”"
        for kind, missing, other in (
            ("empty-question", not question, answer),
            ("empty-answer", not answer, question),
        ):
            if missing:
                self.notes.add(kind, f"left out {_quoted(other)}", origin.file, place)
                return None
        # A turn of a conversation may repeat another: its place among the turns is what it says.
        if draft.previous is None and self._is_repeat(question, answer, origin.file, place):
            return None
        if len(answer) > LONG_ANSWER:
            message = f"the answer to {_quoted(question)} has {len(answer):,} characters"
            self.notes.add("long-answer", message, origin.file, place)
        wanted = draft.id or span_name(origin.file, question)
        span_id = self._take_id(wanted, origin.file, place, given=draft.id is not None)
        self._answers.setdefault(_key(question), {})[_key(answer)] = span_id
        self._spans.append(_span(draft, origin, span_id, question, answer))
        self._headings[span_id] = draft.headings
        return span_id

    def add_span(self, span: Span, origin: Origin, place: str) -> None:
        """Take a span that is one already; only a repeat of it is left out."""
        if span.id in self._ids:
            if any(known == span for known in self._spans):
                self.notes.add("duplicate", f"left out span {span.id!r}", origin.file, place)
                return
            span = dataclasses.replace(
                span, id=self._take_id(span.id, origin.file, place, given=True)
            )
        self._ids.add(span.id)
        self._spans.append(span)

    def finish(self) -> Import:
        """Return everything that was collected."""
        used = Counter(_key(text) for texts in self._headings.values() for text in texts)
        used.update(list(self._answers))
        return Import(
            tuple(self._with_headings(span, used) for span in self._spans), self.notes.notes()
        )

    def _with_headings(self, span: Span, used: Mapping[str, int]) -> Span:
        """Return a span with its headings as alternates, as far as no other question uses them.

        "What you'll need" stands in many articles, so it asks for none of them.
        """
        own = [text for text in self._headings.get(span.id, ()) if used[_key(text)] == 1]
        if not own:
            return span
        alternates = dict.fromkeys((*span.metadata.alternates, *own))
        metadata = dataclasses.replace(span.metadata, alternates=tuple(alternates))
        return dataclasses.replace(span, metadata=metadata)

    def _is_repeat(self, question: str, answer: str, file: str, place: str) -> bool:
        known = self._answers.get(_key(question))
        if known is None:
            return False
        first = known.get(_key(answer))
        if first is not None:
            self.notes.add("duplicate", f"{_quoted(question)} is {first} again", file, place)
            return True
        others = ", ".join(list(known.values())[:3])
        message = f"{_quoted(question)} is answered differently in {others}"
        self.notes.add("different-answers", message, file, place)
        return False

    def _take_id(self, wanted: str, file: str, place: str, *, given: bool) -> str:
        """Return `wanted`, or the first of `wanted`-2, `wanted`-3 … that is free."""
        span_id = wanted
        while span_id in self._ids:
            self._counters[wanted] = self._counters.get(wanted, 1) + 1
            span_id = f"{wanted}-{self._counters[wanted]}"
        if given and span_id != wanted:
            self.notes.add("renamed", f"id {wanted!r} was taken; now {span_id!r}", file, place)
        self._ids.add(span_id)
        return span_id


def _span(draft: Draft, origin: Origin, span_id: str, question: str, answer: str) -> Span:
    alternates = dict.fromkeys(" ".join(text.split()) for text in draft.alternates)
    return Span(
        id=span_id,
        this=question,
        if_ok=answer,
        status="completed",
        context=Context(
            previous_spans=(draft.previous,) if draft.previous else (),
            environment=dict(draft.environment),
        ),
        metadata=Metadata(
            source=Source(draft.url, draft.title) if draft.url or draft.title else None,
            license=draft.license or origin.license,
            lang=draft.lang,
            tags=tuple(dict.fromkeys(tag for tag in draft.tags if tag)),
            alternates=tuple(text for text in alternates if text and text != question),
        ),
    )


def _key(text: str) -> str:
    """Return what makes two texts the same: all but case, spaces, quotes and closing signs."""
    plain = text.casefold().translate(_QUOTES)
    return " ".join(plain.split()).strip(" ?!.¿¡…") or text


_QUOTES = str.maketrans("‘’“”«»", '\'\'""""')


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def _quoted(text: str) -> str:
    return f"“{_short(' '.join(text.split()))}”"
