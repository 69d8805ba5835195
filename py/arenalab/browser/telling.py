"""What a tab remembers of its answers: counts, and the last traces. None of it leaves the tab."""

import time
import uuid
from traceback import format_exception
from typing import Any

import js  # type: ignore[import-not-found]

from arenalab import __version__
from arenalab.respond import Answer
from arenalab.telemetry import Exchange, Telemetry
from arenalab.telemetry.counts import Counts
from arenalab.telemetry.recent import Recent, waterfall


class Told:
    """The sinks of a tab: its endpoint's requests and its page's questions go to the same."""

    def __init__(self) -> None:
        self.counts = Counts()
        self.recent = Recent()
        self.sinks = (self.counts.observe, self.recent.observe, complain)

    def answered(self, model: str, answer: Answer, started: float) -> None:
        """Note a question of the page itself; `started` is in Unix seconds."""
        exchange = Exchange(f"ask_{uuid.uuid4().hex}", "ASK", "page", started, status=200)
        exchange.model, exchange.result = model, answer.kind
        exchange.confidence = answer.confidence
        exchange.laps(answer.timing)
        exchange.lap("reply", time.time())
        Telemetry(self.sinks).record(exchange)

    def traces(self) -> list[dict[str, Any]]:
        """Return the last exchanges, the latest first, each with its stages as bars."""
        return [_trace(exchange) for exchange in reversed(self.recent.exchanges)]

    def otlp(self) -> dict[str, Any]:
        """Return the last exchanges as OTLP JSON, for a collector or a viewer."""
        return self.recent.to_json("arenalab-page", __version__)


def complain(exchange: Exchange) -> None:
    """Show a fault of ours in the browser's console: its caller is told of no cause."""
    if exchange.error is not None:
        js.console.error("".join(format_exception(exchange.error)))


def _trace(exchange: Exchange) -> dict[str, Any]:
    return {
        "id": exchange.id,
        "name": f"{exchange.method} {exchange.route}",
        "at": exchange.started * 1000,
        "ms": exchange.seconds * 1000,
        "status": exchange.status,
        "result": exchange.result,
        "bars": [
            {"name": bar.name, "begin": bar.begin, "width": bar.width, "ms": bar.milliseconds}
            for bar in waterfall(exchange)
        ],
    }
