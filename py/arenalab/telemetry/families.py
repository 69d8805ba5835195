"""What is counted: the metrics as data, and what an exchange adds to each.

Names end in their unit and counters in `_total` when written, as promtool's linter asks. Labels
have few values: a route is the program's own name for it, a model one that is served.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from arenalab.telemetry.exchange import Exchange

ABSTENTIONS_OF = ("clarify", "unknown", "refusal")

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_TENTHS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True, slots=True)
class Family:
    """A metric: its name without ending, its help, its labels; `buckets` of a histogram."""

    name: str
    kind: Literal["counter", "histogram", "gauge"]
    help: str
    labels: tuple[str, ...]
    buckets: tuple[float, ...] = ()


REQUESTS = Family(
    "arenalab_requests",
    "counter",
    "Requests, by route, method, status and result.",
    ("route", "method", "status", "result"),
)
SECONDS = Family(
    "arenalab_request_duration_seconds",
    "histogram",
    "From the request's arrival to the last byte of its answer.",
    ("route",),
    _SECONDS,
)
STAGES = Family(
    "arenalab_stage_duration_seconds",
    "histogram",
    "Time spent in each stage of answering.",
    ("stage",),
    _SECONDS,
)
CONFIDENCE = Family(
    "arenalab_confidence_ratio",
    "histogram",
    "Calibrated probability that the best outcome was the right one.",
    ("model",),
    _TENTHS,
)
ABSTENTIONS = Family(
    "arenalab_abstentions",
    "counter",
    "Questions asked back, not known, or refused.",
    ("model", "kind"),
)
FALLBACKS = Family(
    "arenalab_fallbacks",
    "counter",
    "Questions that another provider was asked, by what came of it.",
    ("provider", "result"),
)
TOKENS = Family(
    "arenalab_tokens",
    "counter",
    "WordPiece tokens read (prompt) and written (completion).",
    ("model", "direction"),
)
DIAMONDS = Family("arenalab_pack_diamonds", "gauge", "Diamonds in each pack.", ("model",))
BYTES = Family("arenalab_pack_size_bytes", "gauge", "Size of each pack's file.", ("model",))

FAMILIES = (
    REQUESTS,
    SECONDS,
    STAGES,
    CONFIDENCE,
    ABSTENTIONS,
    FALLBACKS,
    TOKENS,
    DIAMONDS,
    BYTES,
)

Measure = tuple[Family, tuple[str, ...], float]


def measures(exchange: Exchange) -> Iterator[Measure]:
    """Yield what an exchange adds: to a counter, or as one observation of a histogram."""
    asked = (exchange.route, exchange.method, str(exchange.status), exchange.result)
    yield REQUESTS, asked, 1
    yield SECONDS, (exchange.route,), exchange.seconds
    for stage in exchange.stages:
        yield STAGES, (stage.name,), stage.end - stage.start
    if exchange.fallback is not None:
        yield FALLBACKS, exchange.fallback, 1
    model = exchange.model
    if model is None:
        return
    if exchange.confidence is not None:
        yield CONFIDENCE, (model,), exchange.confidence
    if exchange.result in ABSTENTIONS_OF:
        yield ABSTENTIONS, (model, exchange.result), 1
    yield TOKENS, (model, "prompt"), exchange.prompt_tokens
    yield TOKENS, (model, "completion"), exchange.completion_tokens
