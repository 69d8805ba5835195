"""The last exchanges, kept where there is no OpenTelemetry: as a waterfall, and as OTLP JSON.

OTLP JSON is the protocol's own mapping (OpenTelemetry Protocol 1.3, "JSON Protobuf Encoding"): ids
in hex, 64-bit numbers as texts. Ids come from the request's id, so the same exchange is the same
trace however often it is exported.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from arenalab.telemetry.exchange import Exchange

KEPT = 100

_INTERNAL, _SERVER = 1, 2  # SpanKind
_ERROR = 2  # StatusCode


class Recent:
    """A sink that keeps the last `KEPT` exchanges, the latest last."""

    def __init__(self) -> None:
        self.exchanges: deque[Exchange] = deque(maxlen=KEPT)

    def observe(self, exchange: Exchange) -> None:
        """Keep one."""
        self.exchanges.append(exchange)

    def to_json(self, service: str, version: str) -> dict[str, Any]:
        """Return them all as OTLP JSON."""
        return otlp_json(self.exchanges, service, version)


@dataclass(frozen=True, slots=True)
class Bar:
    """A stage in a waterfall: where it begins and how wide it is, as shares of the whole."""

    name: str
    begin: float
    width: float
    milliseconds: float


def waterfall(exchange: Exchange) -> tuple[Bar, ...]:
    """Return the stages of an exchange as bars, in the order they ran."""
    whole = exchange.seconds or 1.0
    return tuple(
        Bar(
            stage.name,
            (stage.start - exchange.started) / whole,
            (stage.end - stage.start) / whole,
            (stage.end - stage.start) * 1000,
        )
        for stage in exchange.stages
    )


def otlp_json(exchanges: Iterable[Exchange], service: str, version: str) -> dict[str, Any]:
    """Return exchanges as what an OpenTelemetry collector takes at `/v1/traces`."""
    spans = [span for exchange in exchanges for span in _spans(exchange)]
    resource = {"service.name": service, "service.version": version}
    scope = {"name": "arenalab", "version": version}
    return {
        "resourceSpans": [
            {
                "resource": {"attributes": _pairs(resource)},
                "scopeSpans": [{"scope": scope, "spans": spans}],
            }
        ]
    }


def _spans(exchange: Exchange) -> list[dict[str, Any]]:
    digest = sha256(exchange.id.encode()).hexdigest()
    trace, root = exchange.trace_id or digest[:32], digest[32:48]
    spans = [
        {
            "traceId": trace,
            "spanId": root,
            **({"parentSpanId": exchange.parent_id} if exchange.parent_id else {}),
            "name": f"{exchange.method} {exchange.route}",
            "kind": _SERVER,
            **_times(exchange.started, exchange.ended),
            "attributes": _pairs(exchange.attributes()),
            **({"status": {"code": _ERROR}} if exchange.status >= 500 else {}),
        }
    ]
    for number, stage in enumerate(exchange.stages):
        spans.append(
            {
                "traceId": trace,
                "spanId": sha256(f"{exchange.id} {number}".encode()).hexdigest()[:16],
                "parentSpanId": root,
                "name": stage.name,
                "kind": _INTERNAL,
                **_times(stage.start, stage.end),
            }
        )
    return spans


def _times(start: float, end: float) -> dict[str, str]:
    return {
        "startTimeUnixNano": str(int(start * 1e9)),
        "endTimeUnixNano": str(int(end * 1e9)),
    }


def _pairs(attributes: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": name, "value": _value(value)} for name, value in attributes.items()]


def _value(value: str | int | float) -> dict[str, Any]:
    if isinstance(value, str):
        return {"stringValue": value}
    return {"intValue": str(value)} if isinstance(value, int) else {"doubleValue": value}
