"""JSON✯Atomic span: the unit of knowledge, *situation → action → outcome*.

A span says what somebody met (`this`), what worked (`if_ok`), what did not (`if_not`), and where
that is known from (`metadata.source`). Spans chain into trajectories by `context.previous_spans`.
`span.schema.json`, beside this file, is the JSON Schema of the same shape.

Unknown fields are kept, at every level, so that a newer writer loses nothing in an older reader.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from arenalab.errors import SpanError, shorten

Status = Literal["pending", "completed", "failed"]
STATUSES: tuple[Status, ...] = ("pending", "completed", "failed")

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a span is known from: an address, a title to show for it, or both."""

    url: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounded a span: the spans before it, the environment, what was at stake."""

    previous_spans: tuple[str, ...] = ()
    environment: Json = field(default_factory=dict)
    stakes: str | None = None
    extra: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about a span. `alternates` are other phrasings of its situation."""

    quality: Json | None = None
    source: Source | None = None
    license: str | None = None
    lang: str | None = None
    tags: tuple[str, ...] = ()
    alternates: tuple[str, ...] = ()
    extra: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Span:
    """One JSON✯Atomic span.

    `this` is the question or situation, `if_ok` the outcome that worked, `if_not` the one that
    did not; texts are Markdown. `when` is an ISO 8601 string, kept as written.
    """

    id: str
    this: str
    if_ok: str = ""
    if_not: str = ""
    status: Status = "completed"
    who: str = ""
    did: str = ""
    when: str | None = None
    confirmed_by: tuple[str, ...] = ()
    context: Context = field(default_factory=Context)
    metadata: Metadata = field(default_factory=Metadata)
    extra: Json = field(default_factory=dict)

    @property
    def phrasings(self) -> tuple[str, ...]:
        """The situation and every other way it is asked, in that order, without repeats."""
        return tuple(dict.fromkeys((self.this, *self.metadata.alternates)))

    @classmethod
    def from_json(cls, value: object) -> "Span":
        """Return the span that a parsed JSON value describes.

        Raises SpanError, naming the field, its value and what is expected there.
        """
        fields = _take_object(value, "a span")
        span_id = _text(fields, "id", required=True)
        where = f"span {shorten(span_id)}"
        status = fields.pop("status", "completed")
        if status not in STATUSES:
            raise SpanError(
                f"{where}: status is {shorten(status)}; use one of {', '.join(STATUSES)}"
            )
        return cls(
            id=span_id,
            this=_text(fields, "this", where, required=True),
            if_ok=_text(fields, "if_ok", where),
            if_not=_text(fields, "if_not", where),
            status=status,
            who=_text(fields, "who", where),
            did=_text(fields, "did", where),
            when=_text(fields, "when", where) or None,
            confirmed_by=_texts(fields, "confirmed_by", where),
            context=_context(fields.pop("context", None), where),
            metadata=_metadata(fields.pop("metadata", None), where),
            extra=fields,
        )

    def to_json(self) -> dict[str, Any]:
        """Return the span as a JSON object: empty fields left out, unknown ones kept."""
        return _without_empty(
            id=self.id,
            who=self.who,
            did=self.did,
            this=self.this,
            when=self.when,
            status=self.status,
            if_ok=self.if_ok,
            if_not=self.if_not,
            confirmed_by=list(self.confirmed_by),
            context=_without_empty(
                previous_spans=list(self.context.previous_spans),
                environment=dict(self.context.environment),
                stakes=self.context.stakes,
                **self.context.extra,
            ),
            metadata=_without_empty(
                quality=dict(self.metadata.quality) if self.metadata.quality else None,
                source=_source_json(self.metadata.source),
                license=self.metadata.license,
                lang=self.metadata.lang,
                tags=list(self.metadata.tags),
                alternates=list(self.metadata.alternates),
                **self.metadata.extra,
            ),
            **self.extra,
        )


def check_unique(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return `spans` as a tuple, or raise SpanError when two of them share an id."""
    seen: dict[str, Span] = {}
    for span in spans:
        if span.id in seen:
            raise SpanError(
                f"two spans have the id {shorten(span.id)} ({shorten(seen[span.id].this)} and "
                f"{shorten(span.this)}); give each its own"
            )
        seen[span.id] = span
    return tuple(seen.values())


def trajectory(span: Span, by_id: Mapping[str, Span]) -> tuple[Span, ...]:
    """Return the chain that ends in `span`, oldest first, following its first known predecessor.

    A predecessor that is unknown, or that would close a circle, ends the chain.
    """
    chain = [span]
    seen = {span.id}
    while True:
        before = next(
            (by_id[i] for i in chain[-1].context.previous_spans if i in by_id and i not in seen),
            None,
        )
        if before is None:
            return tuple(reversed(chain))
        seen.add(before.id)
        chain.append(before)


def _take_object(value: object, where: str) -> dict[str, Any]:
    """Return a copy of a JSON object whose known fields the caller takes out one by one."""
    if not isinstance(value, Mapping):
        raise SpanError(f"{where} is {shorten(value)}; a JSON object is expected there")
    return dict(value)


def _text(
    fields: dict[str, Any], name: str, where: str = "a span", *, required: bool = False
) -> str:
    value = fields.pop(name, None)
    if isinstance(value, str) and (value.strip() or not required):
        return value
    if value is None and not required:
        return ""
    raise SpanError(f"{where}: {name} is {shorten(value)}; write a text there")


def _texts(fields: dict[str, Any], name: str, where: str) -> tuple[str, ...]:
    value = fields.pop(name, None)
    if value is None:
        return ()
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise SpanError(f"{where}: {name} is {shorten(value)}; write a list of texts there")


def _context(value: object, where: str) -> Context:
    if value is None:
        return Context()
    fields = _take_object(value, f"{where}: context")
    return Context(
        previous_spans=_texts(fields, "previous_spans", where),
        environment=_take_object(fields.pop("environment", None) or {}, f"{where}: environment"),
        stakes=_text(fields, "stakes", where) or None,
        extra=fields,
    )


def _metadata(value: object, where: str) -> Metadata:
    if value is None:
        return Metadata()
    fields = _take_object(value, f"{where}: metadata")
    quality = fields.pop("quality", None)
    return Metadata(
        quality=None if quality is None else _take_object(quality, f"{where}: quality"),
        source=_source(fields.pop("source", None), where),
        license=_text(fields, "license", where) or None,
        lang=_text(fields, "lang", where) or None,
        tags=_texts(fields, "tags", where),
        alternates=_texts(fields, "alternates", where),
        extra=fields,
    )


def _source(value: object, where: str) -> Source | None:
    """Accept an object, or the address alone as a text."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return Source(url=value)
    fields = _take_object(value, f"{where}: source")
    return Source(
        url=_text(fields, "url", where) or None, title=_text(fields, "title", where) or None
    )


def _source_json(source: Source | None) -> dict[str, Any] | None:
    return None if source is None else _without_empty(url=source.url, title=source.title)


def _without_empty(**fields: object) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}
