"""The real server: processes that count together, its log, its end, its refusals to start."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

if sys.platform == "emscripten":
    pytest.skip("needs processes", allow_module_level=True)

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from prometheus_client.parser import text_string_to_metric_families

from endpoint import tiny
from endpoint.conftest import COMMAND, KEY, ORIGIN, TINY, eventually, ready
from endpoint.place import HttpPlace, ask_chat

pytestmark = pytest.mark.native

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def test_workers_count_together(server: HttpPlace) -> None:
    """Whichever process tells the metrics, it tells what all have served."""

    def served() -> float:
        text = server.send("GET", "/metrics").body.decode()
        families = {family.name: family for family in text_string_to_metric_families(text)}
        [packs] = families["arenalab_pack_diamonds"].samples
        assert packs.value == 18
        return sum(
            sample.value
            for sample in families["arenalab_requests"].samples
            if sample.name.endswith("_total")
            and sample.labels["route"] == "/v1/chat/completions"
            and sample.labels["status"] == "200"
        )

    before = served()
    with ThreadPoolExecutor(8) as callers:
        replies = list(callers.map(lambda _: ask_chat(server, "Can I get a refund?"), range(40)))
    assert {reply.status for reply in replies} == {200}
    assert len({reply.json()["choices"][0]["message"]["content"] for reply in replies}) == 1
    eventually(lambda: served() == before + 40)
    assert {served() for _ in range(8)} == {before + 40}


def test_every_line_of_the_log_is_json(server: HttpPlace) -> None:
    """Requests, and what uvicorn itself says, one object a line, without keys or questions."""
    ask_chat(server, "Can I get a refund?")
    server.send("GET", "/v1/models", headers={"authorization": "Bearer a wrong key"})

    def requests() -> list[dict[str, Any]]:
        lines = server.log.read_text().splitlines()
        written = [json.loads(line) for line in lines if not line.startswith("Serving")]
        return [line for line in written if line["logger"] == "arenalab.request"]

    eventually(lambda: any(line["status"] == 401 for line in requests()))
    assert any(line.get("model") == tiny.NAME and line["status"] == 200 for line in requests())
    for secret in (KEY, "a wrong key", "refund?", "30 days"):
        assert secret not in server.log.read_text()


def test_a_page_of_the_listed_origin_may_call(server: HttpPlace) -> None:
    """--cors reaches the worker processes."""
    reply = server.send("GET", "/healthz", headers={"origin": ORIGIN})
    assert reply.headers["access-control-allow-origin"] == ORIGIN


def test_a_caller_who_hangs_up_does_no_harm(server: HttpPlace) -> None:
    """Half a request, then gone; the next caller is answered."""
    for sent in (b"POST /v1/chat/completions HTTP/1.1\r\ncontent-length: 99\r\n\r\n{", b"nonsense"):
        with socket.create_connection((server.host, server.port)) as caller:
            caller.sendall(sent)
    assert ask_chat(server, "Can I get a refund?").status == 200


class Collector(BaseHTTPRequestHandler):
    """Takes traces as an OpenTelemetry collector does."""

    got: list[ExportTraceServiceRequest]

    def do_POST(self) -> None:
        """Keep one export."""
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            import gzip

            body = gzip.decompress(body)
        assert self.path == "/v1/traces"
        self.got.append(ExportTraceServiceRequest.FromString(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[tuple[str, list[ExportTraceServiceRequest]]]:
    """Run a collector; return its address and what it got."""
    Collector.got = []
    with HTTPServer(("127.0.0.1", 0), Collector) as serving:
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{serving.server_port}", Collector.got
        serving.shutdown()
        thread.join()


def test_traces_are_exported_and_the_end_is_orderly(
    tmp_path: Path, collector: tuple[str, list[ExportTraceServiceRequest]]
) -> None:
    """With a collector configured, a request's spans arrive there, at the latest when it ends."""
    address, got = collector
    (tmp_path / "tiny.encoder").write_bytes(tiny.encoder_file())
    (tmp_path / "tiny.diamonds").write_bytes(tiny.pack_file())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*COMMAND, "serve", "tiny.diamonds", *TINY, "--port", str(port)]
    environment = {
        **os.environ,
        "OTEL_EXPORTER_OTLP_ENDPOINT": address,
        "ARENALAB_API_KEY": KEY,
    }
    log = tmp_path / "log.txt"
    with log.open("wb") as said:
        running = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=said)
    place = ready(HttpPlace("127.0.0.1", port, KEY, log), running)
    body = json.dumps({"model": "tiny", "messages": [{"role": "user", "content": "refund"}]})
    trace = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
    place.send("POST", "/v1/chat/completions", body.encode(), trace)
    running.send_signal(signal.SIGTERM)
    assert running.wait(20) in (0, -signal.SIGTERM)
    spans = [
        span
        for export in got
        for resource in export.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
        if span.trace_id.hex() == TRACE
    ]
    names = [span.name for span in spans]
    assert "POST /v1/chat/completions" in names
    assert {"receive", "check", "queue", "encode", "match", "respond", "compose"} <= set(names)
    [line] = [json.loads(line) for line in log.read_text().splitlines() if TRACE in line]
    assert line["trace_id"] == TRACE


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.diamonds"], "missing.diamonds cannot be read"),
        (["empty.diamonds"], "is empty"),
        (["tiny.encoder"], "not 'pack'"),
        (["tiny.diamonds", "tiny.diamonds"], "two packs have one name"),
        (["tiny.diamonds", "--workers", "0"], "--workers"),
        (["tiny.diamonds", "--api-key", ""], "API key"),
        (["tiny.diamonds", "--rate-limit", "-1"], "--rate-limit"),
        ([], "PACK"),
    ],
)
def test_what_cannot_be_served_ends_with_a_reason(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    """Exit code 2 and a message, before anything listens."""
    (tmp_path / "tiny.encoder").write_bytes(tiny.encoder_file())
    (tmp_path / "tiny.diamonds").write_bytes(tiny.pack_file())
    (tmp_path / "empty.diamonds").write_bytes(b"")
    refused(tmp_path, arguments, said)


def test_an_empty_key_in_the_environment_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable that should hold a key and does not must not open the door."""
    monkeypatch.setenv("ARENALAB_API_KEY", "")
    refused(tmp_path, ["tiny.diamonds"], "ARENALAB_API_KEY is set but empty")


def refused(folder: Path, arguments: list[str], said: str) -> None:
    """Run `arenalab serve`, which must end with code 2 and a message."""
    command = [*COMMAND, "serve", *arguments, *TINY, "--port", "0"]
    ran = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 2
    assert said in " ".join(ran.stderr.split())
    assert "Traceback" not in ran.stderr
