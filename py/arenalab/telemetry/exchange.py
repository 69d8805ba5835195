"""One request and its answer, as an operator sees it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

# W3C Trace Context, section 3.2.2: version, trace id, parent id, flags. Version ff is invalid, a
# version newer than 00 may go on after a dash; ids of zeros alone are invalid.
_TRACEPARENT = re.compile(
    r"(?!ff|00-[^-]*-[^-]*-[^-]*-)[0-9a-f]{2}-"
    r"(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?"
)


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the work: when it began and ended, in Unix seconds."""

    name: str
    start: float
    end: float


@dataclass(slots=True)
class Exchange:
    """What is known of a request, filled in while it is served.

    route       the address as the program names it, such as ``/v1/models/{id}``: never free text
    headers     ``traceparent`` and ``tracestate`` of the caller, where it sent them
    status      HTTP status; 499 when the caller left first
    result      how it ended: the kind of answer, or the code of the error
    stages      in the order they ran, without gaps
    trace_id    of the caller, or of the trace that was made for it
    parent_id   of the caller's span
    fallback    the provider that was asked instead, and what came of it
    error       what broke, for a status of 500
    """

    id: str
    method: str
    route: str
    started: float
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 0
    result: str = ""
    model: str | None = None
    confidence: float | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    user: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    stages: list[Stage] = field(default_factory=list)
    trace_id: str | None = None
    parent_id: str | None = None
    fallback: tuple[str, str] | None = None
    error: BaseException | None = None

    def __post_init__(self) -> None:
        found = _TRACEPARENT.fullmatch(self.headers.get("traceparent", "").strip())
        if found:
            self.trace_id, self.parent_id = found[1], found[2]

    @property
    def ended(self) -> float:
        """When its last stage ended."""
        return self.stages[-1].end if self.stages else self.started

    @property
    def seconds(self) -> float:
        """How long it took."""
        return max(0.0, self.ended - self.started)

    def attributes(self) -> dict[str, str | int | float]:
        """Return what a trace tells of it, named by OpenTelemetry's conventions."""
        found: dict[str, str | int | float | None] = {
            "http.request.method": self.method,
            "http.route": self.route,
            "http.response.status_code": self.status,
            "gen_ai.request.model": self.model,
            "gen_ai.usage.input_tokens": self.prompt_tokens or None,
            "gen_ai.usage.output_tokens": self.completion_tokens or None,
            "arenalab.request_id": self.id,
            "arenalab.result": self.result,
            "arenalab.confidence": self.confidence,
            "user.id": self.user,
            **{f"arenalab.metadata.{name}": value for name, value in self.metadata.items()},
        }
        return {name: value for name, value in found.items() if value is not None}

    def lap(self, name: str, now: float) -> None:
        """End a stage that began where the one before it ended."""
        self.stages.append(Stage(name, self.ended, max(now, self.ended)))

    def laps(self, timing: Mapping[str, float]) -> None:
        """End stages of known length, in milliseconds, one after the other."""
        for name, milliseconds in timing.items():
            self.lap(name, self.ended + milliseconds / 1000)


Sink = Callable[[Exchange], None]
Exposition = Callable[[str], tuple[bytes, str]]


@dataclass(frozen=True, slots=True)
class Telemetry:
    """Where exchanges go, and who tells the metrics: (Accept header) → (text, content type)."""

    sinks: tuple[Sink, ...] = ()
    exposition: Exposition | None = None

    def record(self, exchange: Exchange) -> None:
        """Give a finished exchange to every sink, in their order."""
        for sink in self.sinks:
            sink(exchange)
