"""Traces by OpenTelemetry: a span for the request, and within it one for each stage.

An exchange is told after it ended, so spans are made with the times it noted. A caller's
`traceparent` (W3C Trace Context) is the parent. Where spans go is OpenTelemetry's own matter: its
environment variables, such as OTEL_EXPORTER_OTLP_ENDPOINT, say where and whether.
"""

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode, format_trace_id, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from arenalab.telemetry.exchange import Exchange


class Traces:
    """Makes the spans of each exchange with the tracer of `provider`."""

    def __init__(self, provider: TracerProvider, version: str) -> None:
        self.provider = provider
        self._tracer = provider.get_tracer("arenalab", version)
        self._propagator = TraceContextTextMapPropagator()

    @classmethod
    def exporting(cls, version: str) -> "Traces":
        """Return one that sends spans by OTLP over HTTP, as the environment says."""
        resource = Resource.create({"service.name": "arenalab", "service.version": version})
        provider = TracerProvider(resource=resource)
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        return cls(provider, version)

    def observe(self, exchange: Exchange) -> None:
        """Make the spans of one exchange, and note the trace it belongs to."""
        root = self._tracer.start_span(
            f"{exchange.method} {exchange.route}",
            self._propagator.extract(dict(exchange.headers)),
            SpanKind.SERVER,
            exchange.attributes(),
            start_time=_nanoseconds(exchange.started),
        )
        inside = set_span_in_context(root)
        for stage in exchange.stages:
            child = self._tracer.start_span(
                stage.name, inside, start_time=_nanoseconds(stage.start)
            )
            child.end(_nanoseconds(stage.end))
        if exchange.error is not None:
            root.record_exception(exchange.error, timestamp=_nanoseconds(exchange.ended))
        if exchange.status >= 500:
            root.set_status(Status(StatusCode.ERROR))
        root.end(_nanoseconds(exchange.ended))
        exchange.trace_id = format_trace_id(root.get_span_context().trace_id)

    def close(self) -> None:
        """Send what is still to be sent."""
        self.provider.shutdown()


def _nanoseconds(seconds: float) -> int:
    return int(seconds * 1e9)
