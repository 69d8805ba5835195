"""telemetry: what an operator sees of an exchange, in metrics, traces and logs."""

import json
import logging
import struct
import sys
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest

from arenalab.telemetry import Exchange, Stage, Telemetry

if sys.platform == "emscripten":
    pytest.skip("needs libraries that the browser has not", allow_module_level=True)

from google.protobuf import json_format
from opentelemetry.propagate import extract
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode, get_current_span
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from arenalab.telemetry.counts import Counts
from arenalab.telemetry.families import FAMILIES
from arenalab.telemetry.logs import JsonFormatter, Log
from arenalab.telemetry.metrics import Metrics
from arenalab.telemetry.recent import Recent, waterfall
from arenalab.telemetry.traces import Traces

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"
TRACEPARENT = f"00-{TRACE}-{PARENT}-01"


def exchange(**fields: Any) -> Exchange:  # noqa: ANN401
    """Return an exchange of a second and a half."""
    known: dict[str, Any] = {
        "id": "req_1",
        "method": "POST",
        "route": "/v1/chat/completions",
        "started": 1000.0,
        "status": 200,
        "result": "answer",
        "model": "tiny",
        "confidence": 0.83,
        "prompt_tokens": 7,
        "completion_tokens": 5,
    }
    made = Exchange(**{**known, **fields})
    made.lap("receive", 1000.5)
    made.laps({"encode": 250, "match": 250})
    made.lap("write", 1001.5)
    return made


def samples(metrics: Metrics) -> dict[str, float]:
    """Return every sample by its name and labels, as the official parser reads them."""
    text, content_type = metrics.exposition("")
    assert content_type.startswith("text/plain")
    return {
        f"{s.name}{json.dumps(s.labels, sort_keys=True)}": s.value
        for family in text_string_to_metric_families(text.decode())
        for s in family.samples
    }


def test_stages_leave_no_gap() -> None:
    """A stage begins where the one before it ended; the sum is the whole."""
    made = exchange()
    assert made.stages == [
        Stage("receive", 1000.0, 1000.5),
        Stage("encode", 1000.5, 1000.75),
        Stage("match", 1000.75, 1001.0),
        Stage("write", 1001.0, 1001.5),
    ]
    assert made.seconds == 1.5


def test_a_clock_set_back_makes_no_negative_time() -> None:
    """Time does not run backwards, whatever the clock says."""
    made = exchange()
    made.lap("after", 900.0)
    assert made.stages[-1] == Stage("after", 1001.5, 1001.5)


def test_metrics_count_what_was_served() -> None:
    """Requests by route and result, time by stage, confidence, tokens, packs."""
    metrics = Metrics()
    metrics.pack("tiny", 12, 3400)
    for result in ("answer", "unknown", "clarify"):
        metrics.observe(exchange(result=result))
    found = samples(metrics)
    labels = (
        '{"method": "POST", "result": "answer", "route": "/v1/chat/completions", "status": "200"}'
    )
    assert found[f"arenalab_requests_total{labels}"] == 1
    assert found['arenalab_request_duration_seconds_sum{"route": "/v1/chat/completions"}'] == 4.5
    assert found['arenalab_stage_duration_seconds_count{"stage": "encode"}'] == 3
    assert found['arenalab_confidence_ratio_bucket{"le": "0.8", "model": "tiny"}'] == 0
    assert found['arenalab_confidence_ratio_bucket{"le": "0.9", "model": "tiny"}'] == 3
    assert found['arenalab_abstentions_total{"kind": "unknown", "model": "tiny"}'] == 1
    assert found['arenalab_tokens_total{"direction": "prompt", "model": "tiny"}'] == 21
    assert found['arenalab_pack_diamonds{"model": "tiny"}'] == 12
    assert found['arenalab_pack_size_bytes{"model": "tiny"}'] == 3400


def test_metrics_are_told_as_openmetrics_too() -> None:
    """An Accept header of OpenMetrics gets it, valid by its own parser."""
    metrics = Metrics()
    metrics.observe(exchange())
    text, content_type = metrics.exposition("application/openmetrics-text; version=1.0.0")
    assert content_type.startswith("application/openmetrics-text")
    families = list(openmetrics.text_string_to_metric_families(text.decode()))
    assert {family.name for family in families} == {family.name for family in FAMILIES}


@pytest.mark.parametrize("accept", ["", "application/openmetrics-text; version=1.0.0"])
def test_a_page_counts_as_a_server_does(accept: str) -> None:
    """Without the library the same samples are told, valid by the official parsers."""
    counts, metrics = Counts(), Metrics()
    metrics.pack("tiny", 12, 3400)
    odd = 'a "quoted" \\ name\n'
    for one in (
        exchange(),
        exchange(result="unknown", confidence=0.8),
        exchange(model=None, status=400, result="invalid_json"),
        exchange(model=odd, fallback=("openai", "answered")),
    ):
        counts.observe(one)
        metrics.observe(one)
    parse = openmetrics.text_string_to_metric_families if accept else text_string_to_metric_families

    def told(text: bytes) -> dict[tuple[str, str], float]:
        return {
            (s.name, json.dumps(s.labels, sort_keys=True)): s.value
            for family in parse(text.decode())
            for s in family.samples
            if not s.name.endswith("_created")
        }

    own, content_type = counts.exposition(accept, {"tiny": (12, 3400)})
    official, expected = metrics.exposition(accept)
    assert told(own) == told(official)
    assert content_type.split(";")[0] == expected.split(";")[0]


def test_metric_names_keep_to_promtools_rules() -> None:
    """Every metric has a help text, counters end in _total, and units are base units."""
    metrics = Metrics()
    metrics.pack("tiny", 1, 1)
    metrics.observe(exchange(result="unknown"))
    for family in text_string_to_metric_families(metrics.exposition("")[0].decode()):
        if family.name.endswith("_created"):
            continue
        assert family.documentation
        assert family.name.startswith("arenalab_")
        assert not {"ms", "milliseconds", "percent", "kb"} & set(family.name.split("_"))
        if family.type == "counter":
            assert all(s.name.endswith(("_total", "_created")) for s in family.samples)
        if family.type == "histogram":
            assert family.name.endswith(("_seconds", "_ratio"))


def test_a_request_without_a_model_is_counted_as_one() -> None:
    """Errors before a model is known count as requests and nothing else."""
    metrics = Metrics()
    metrics.observe(exchange(model=None, confidence=None, status=404, result="unknown_url"))
    assert not [name for name in samples(metrics) if '"model"' in name]


def test_a_process_that_just_starts_does_not_break_the_metrics() -> None:
    """Its file may be there and empty for a moment: then it is read again."""
    metrics = Metrics()
    metrics.observe(exchange())
    whole = metrics.exposition("")

    class Starting(Collector):
        tries = 3

        def collect(self) -> Iterator[Metric]:
            self.tries -= 1
            if self.tries >= 0:
                raise struct.error("unpack_from requires a buffer of at least 4 bytes")
            return iter(())

    metrics._shown.register(starting := Starting())
    assert metrics.exposition("") == whole
    assert starting.tries < 0


@pytest.fixture
def spans() -> InMemorySpanExporter:
    """Return where finished spans are kept."""
    return InMemorySpanExporter()


@pytest.fixture
def traces(spans: InMemorySpanExporter) -> Traces:
    """Return traces that keep their spans in memory."""
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    return Traces(provider, "0")


def test_a_trace_has_a_span_for_each_stage(traces: Traces, spans: InMemorySpanExporter) -> None:
    """The request is the root; each stage lies inside it with the times it took."""
    traces.observe(exchange(user="ann", metadata={"page": "help"}))
    *stages, root = spans.get_finished_spans()
    assert (root.name, root.kind) == ("POST /v1/chat/completions", SpanKind.SERVER)
    assert (root.start_time, root.end_time) == (1_000_000_000_000, 1_001_500_000_000)
    assert [span.name for span in stages] == ["receive", "encode", "match", "write"]
    assert all(span.parent == root.context for span in stages)
    assert stages[1].end_time - stages[1].start_time == 250_000_000
    assert root.attributes is not None
    assert root.attributes["gen_ai.request.model"] == "tiny"
    assert root.attributes["arenalab.confidence"] == 0.83
    assert root.attributes["user.id"] == "ann"
    assert root.attributes["arenalab.metadata.page"] == "help"


def test_a_callers_trace_goes_on(traces: Traces, spans: InMemorySpanExporter) -> None:
    """`traceparent` is the parent of the request's span."""
    made = exchange(headers={"traceparent": TRACEPARENT, "tracestate": "a=b"})
    assert made.trace_id == TRACE
    traces.observe(made)
    root = spans.get_finished_spans()[-1]
    assert root.parent is not None
    assert f"{root.parent.span_id:016x}" == PARENT
    assert f"{root.context.trace_id:032x}" == made.trace_id == TRACE
    assert root.context.trace_state["a"] == "b"


def test_a_trace_of_our_own_is_noted(traces: Traces) -> None:
    """Without a caller's trace there is a new one, which a log can then name."""
    made = exchange()
    assert made.trace_id is None
    traces.observe(made)
    assert made.trace_id is not None
    assert int(made.trace_id, 16)


def test_a_fault_is_marked(traces: Traces, spans: InMemorySpanExporter) -> None:
    """A 500 is an error with its exception; a 404 is none."""
    traces.observe(exchange(status=500, error=RuntimeError("broken")))
    fault = spans.get_finished_spans()[-1]
    assert fault.status.status_code == StatusCode.ERROR
    assert fault.events[0].name == "exception"
    traces.observe(exchange(status=404))
    assert spans.get_finished_spans()[-1].status.status_code == StatusCode.UNSET


@pytest.mark.parametrize(
    "header",
    [
        TRACEPARENT,
        f" {TRACEPARENT} ",
        TRACEPARENT.replace("00-4", "cc-4", 1),
        TRACEPARENT.replace("00-4", "ff-4", 1),
        TRACEPARENT.upper(),
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        TRACEPARENT[:-1],
        f"cc{TRACEPARENT[2:]}-more",
        f"{TRACEPARENT}-more",
        "",
        "nonsense",
    ],
)
def test_a_traceparent_is_read_as_opentelemetry_reads_it(header: str) -> None:
    """Valid or not: the same trace id as the official propagator finds."""
    context = get_current_span(extract({"traceparent": header})).get_span_context()
    official = f"{context.trace_id:032x}" if context.is_valid else None
    assert exchange(headers={"traceparent": header}).trace_id == official


@pytest.fixture
def lines() -> Any:  # noqa: ANN401
    """Return a logger and the lines it writes."""
    logger = logging.Logger("arenalab.request")
    written: list[dict[str, Any]] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(json.loads(self.format(record)))

    handler = Keep()
    handler.setFormatter(JsonFormatter())
    logger.addHandler(handler)
    return logger, written


def test_a_log_line_is_json(lines: Any) -> None:  # noqa: ANN401
    """One object a request: what was asked of which model, how it went, how long it took."""
    logger, written = lines
    Log(logger).observe(exchange(headers={"traceparent": TRACEPARENT}))
    [line] = written
    assert line["at"].endswith("+00:00")
    assert (line["level"], line["message"], line["status"]) == ("info", "request", 200)
    assert line["ms"] == 1500
    assert line["stages"]["encode"] == 250
    assert line["trace_id"] == TRACE
    assert "error" not in line


def test_a_fault_is_logged_with_its_cause(lines: Any) -> None:  # noqa: ANN401
    """What broke is in the log, at level error."""
    logger, written = lines
    Log(logger).observe(exchange(status=500, error=RuntimeError("broken")))
    assert written[0]["level"] == "error"
    assert "RuntimeError: broken" in written[0]["error"]


def test_other_records_are_lines_too(lines: Any) -> None:  # noqa: ANN401
    """Whatever a library logs has the same form."""
    logger, written = lines
    logger.info("started %s", "up")
    assert written[0]["message"] == "started up"


def test_the_last_hundred_are_kept() -> None:
    """Older ones go; what is kept does not grow."""
    recent = Recent()
    for number in range(250):
        recent.observe(exchange(id=f"req_{number}"))
    assert [one.id for one in recent.exchanges] == [f"req_{n}" for n in range(150, 250)]


def test_a_waterfall_covers_the_whole() -> None:
    """Bars begin where the one before ends, and together are as wide as the exchange."""
    bars = waterfall(exchange())
    assert [bar.name for bar in bars] == ["receive", "encode", "match", "write"]
    assert bars[1].begin == pytest.approx(1 / 3)
    assert bars[1].milliseconds == 250
    assert sum(bar.width for bar in bars) == pytest.approx(1)
    assert waterfall(Exchange("r", "GET", "/", 0.0)) == ()


def test_otlp_json_is_what_the_protocol_says() -> None:
    """The protocol's own messages read it; spans, times, parents and attributes are all there."""
    recent = Recent()
    recent.observe(exchange(headers={"traceparent": TRACEPARENT}))
    recent.observe(exchange(id="req_2", status=500))
    document = json.loads(json.dumps(recent.to_json("arenalab", "1")))
    read = json_format.ParseDict(binary_ids(document), ExportTraceServiceRequest())
    [resource] = read.resource_spans
    spans = resource.scope_spans[0].spans
    assert len(spans) == 10
    root, *stages = spans[:5]
    assert root.trace_id.hex() == TRACE
    assert root.parent_span_id.hex() == PARENT
    assert (root.name, root.kind) == ("POST /v1/chat/completions", root.SPAN_KIND_SERVER)
    assert {stage.parent_span_id for stage in stages} == {root.span_id}
    assert stages[1].end_time_unix_nano - stages[1].start_time_unix_nano == 250_000_000
    values = {pair.key: pair.value for pair in root.attributes}
    assert values["http.response.status_code"].int_value == 200
    assert values["arenalab.confidence"].double_value == 0.83
    assert values["gen_ai.request.model"].string_value == "tiny"
    other = spans[5]
    assert other.status.code == other.status.STATUS_CODE_ERROR
    assert other.trace_id != root.trace_id
    assert not other.parent_span_id
    assert len({span.span_id for span in spans}) == 10


def binary_ids(document: Any) -> Any:  # noqa: ANN401
    """Return OTLP JSON with its ids as protobuf's own JSON has bytes: base64 instead of hex."""
    if isinstance(document, dict):
        return {
            name: b64encode(bytes.fromhex(value)).decode()
            if name in ("traceId", "spanId", "parentSpanId")
            else binary_ids(value)
            for name, value in document.items()
        }
    return [binary_ids(one) for one in document] if isinstance(document, list) else document


def test_every_sink_is_told_in_order() -> None:
    """Traces come before logs because one notes what the other writes."""
    seen: list[str] = []
    Telemetry((lambda _: seen.append("a"), lambda _: seen.append("b"))).record(exchange())
    assert seen == ["a", "b"]
