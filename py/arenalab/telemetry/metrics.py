"""Metrics for Prometheus, by its own client library.

Names end in their unit and counters in `_total`, as promtool's linter asks. Labels have few values:
a route is the program's own name for it, a model one that is served.
"""

import struct
from contextlib import suppress

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector

from arenalab.telemetry.exchange import Exchange

SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
TENTHS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)

PATIENCE = 200  # times that the files of other processes are read again, about a millisecond each


class Metrics:
    """Counts exchanges. `shared`: add up what all worker processes counted.

    Sharing needs the variable PROMETHEUS_MULTIPROC_DIR to name a folder before prometheus_client
    is first imported (its multiprocess mode).
    """

    def __init__(self, *, shared: bool = False) -> None:
        own = CollectorRegistry()
        self._requests = Counter(
            "arenalab_requests",
            "Requests, by route, method, status and result.",
            ["route", "method", "status", "result"],
            registry=own,
        )
        self._seconds = Histogram(
            "arenalab_request_duration_seconds",
            "From the request's arrival to the last byte of its answer.",
            ["route"],
            buckets=SECONDS,
            registry=own,
        )
        self._stages = Histogram(
            "arenalab_stage_duration_seconds",
            "Time spent in each stage of answering.",
            ["stage"],
            buckets=SECONDS,
            registry=own,
        )
        self._confidence = Histogram(
            "arenalab_confidence_ratio",
            "Calibrated probability that the best outcome was the right one.",
            ["model"],
            buckets=TENTHS,
            registry=own,
        )
        self._abstentions = Counter(
            "arenalab_abstentions",
            "Questions asked back, not known, or refused.",
            ["model", "kind"],
            registry=own,
        )
        self._tokens = Counter(
            "arenalab_tokens",
            "WordPiece tokens read (prompt) and written (completion).",
            ["model", "direction"],
            registry=own,
        )
        self._diamonds = Gauge(
            "arenalab_pack_diamonds",
            "Diamonds in each pack.",
            ["model"],
            multiprocess_mode="max",
            registry=own,
        )
        self._bytes = Gauge(
            "arenalab_pack_size_bytes",
            "Size of each pack's file.",
            ["model"],
            multiprocess_mode="max",
            registry=own,
        )
        self._shown = own
        if shared:
            self._shown = CollectorRegistry()
            MultiProcessCollector(self._shown)  # type: ignore[no-untyped-call]

    def pack(self, model: str, diamonds: int, size: int) -> None:
        """Tell how large a served pack is."""
        self._diamonds.labels(model).set(diamonds)
        self._bytes.labels(model).set(size)

    def observe(self, exchange: Exchange) -> None:
        """Count one exchange."""
        self._requests.labels(
            exchange.route, exchange.method, str(exchange.status), exchange.result
        ).inc()
        self._seconds.labels(exchange.route).observe(exchange.seconds)
        for stage in exchange.stages:
            self._stages.labels(stage.name).observe(stage.end - stage.start)
        if exchange.model is None:
            return
        if exchange.confidence is not None:
            self._confidence.labels(exchange.model).observe(exchange.confidence)
        if exchange.result in ("clarify", "unknown", "refusal"):
            self._abstentions.labels(exchange.model, exchange.result).inc()
        self._tokens.labels(exchange.model, "prompt").inc(exchange.prompt_tokens)
        self._tokens.labels(exchange.model, "completion").inc(exchange.completion_tokens)

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """Return the metrics in the format that an Accept header asks for, and its content type."""
        encode, content_type = choose_encoder(accept)
        for _ in range(PATIENCE):
            with suppress(struct.error):  # the file of a process that is just starting is empty
                return encode(self._shown), content_type
        return encode(self._shown), content_type
