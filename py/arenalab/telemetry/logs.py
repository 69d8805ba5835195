"""Logs: one JSON object a line, for a request or for anything else that is logged."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from arenalab.telemetry.exchange import Exchange


class Log:
    """Writes each exchange to `logger`: level info, or error where something broke."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger

    def observe(self, exchange: Exchange) -> None:
        """Write one exchange."""
        level = logging.ERROR if exchange.error is not None else logging.INFO
        self._logger.log(
            level, "request", exc_info=exchange.error, extra={"fields": fields(exchange)}
        )


class JsonFormatter(logging.Formatter):
    """Makes a line of JSON: time, level, logger, message, and a record's `fields`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line)


def fields(exchange: Exchange) -> dict[str, Any]:
    """Return what a log tells of an exchange."""
    found: dict[str, Any] = {
        "request_id": exchange.id,
        "method": exchange.method,
        "route": exchange.route,
        "status": exchange.status,
        "result": exchange.result,
        "ms": round(exchange.seconds * 1000, 3),
        "model": exchange.model,
        "confidence": exchange.confidence,
        "prompt_tokens": exchange.prompt_tokens or None,
        "completion_tokens": exchange.completion_tokens or None,
        "stages": {s.name: round((s.end - s.start) * 1000, 3) for s in exchange.stages} or None,
        "trace_id": exchange.trace_id,
        "user": exchange.user,
        "metadata": dict(exchange.metadata) or None,
    }
    return {name: value for name, value in found.items() if value is not None}
