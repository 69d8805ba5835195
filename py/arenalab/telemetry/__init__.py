"""What an operator sees of the endpoint: metrics, traces, logs.

    request ──▶ Exchange, filled in as it is served ──▶ every sink: Metrics, Traces, Log, …

Boundary: knows that requests come and answers go, not how they are made; no stage of the engine
knows it. Nothing here reads a clock. `metrics` needs prometheus-client and `traces` OpenTelemetry,
so a door that wants one imports that module itself; `counts` and `recent` are the same for where
there are no libraries, and `families` says what is counted. No sink is given a question, an answer
or a key.
"""

from arenalab.telemetry.exchange import Exchange, Exposition, Sink, Stage, Telemetry

__all__ = ["Exchange", "Exposition", "Sink", "Stage", "Telemetry"]
