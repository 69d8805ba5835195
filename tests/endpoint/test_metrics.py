"""The metrics, in every place that counts: valid by the official parsers, and true."""

import pytest
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as openmetrics_families,
)
from prometheus_client.parser import text_string_to_metric_families as plain_families

from arenalab.telemetry.families import FAMILIES
from endpoint import tiny
from endpoint.conftest import eventually
from endpoint.place import AsgiPlace, Place, Reply, ask_chat

pytestmark = pytest.mark.native  # the parsers' library is not in the browser

OPENMETRICS = "application/openmetrics-text; version=1.0.0"
KINDS = {family.name: family.kind for family in FAMILIES}
CHAT = {"route": "/v1/chat/completions", "method": "POST", "status": "200", "result": "answer"}


@pytest.fixture(autouse=True)
def _counts(place: Place) -> None:
    if isinstance(place, AsgiPlace):
        pytest.skip("the bare application counts nothing; the door does")


def metrics(place: Place, accept: str = "text/plain") -> Reply:
    """Return the metrics."""
    reply = place.send("GET", "/metrics", headers={"accept": accept})
    assert reply.status == 200
    return reply


def value(place: Place, name: str, labels: dict[str, str]) -> float:
    """Return one sample, 0 where it is not told."""
    families = plain_families(metrics(place).body.decode())
    found = (s for family in families for s in family.samples)
    return sum(s.value for s in found if s.name == name and labels.items() <= s.labels.items())


def test_they_are_what_the_official_parser_reads(place: Place) -> None:
    """Plain text; what is told has a help, and the type it should have."""
    ask_chat(place, "Can I get a refund?")
    reply = metrics(place)
    assert reply.headers["content-type"].startswith("text/plain; version=")
    told = {f.name: f for f in plain_families(reply.body.decode())}
    assert len(told.keys() & KINDS.keys()) >= 6
    for name in told.keys() & KINDS.keys():
        assert told[name].documentation
        assert told[name].type == KINDS[name]


def test_openmetrics_is_told_to_who_accepts_it(place: Place) -> None:
    """Valid by its own, stricter parser."""
    ask_chat(place, "Can I get a refund?")
    reply = metrics(place, OPENMETRICS)
    assert reply.headers["content-type"].startswith("application/openmetrics-text")
    told = {family.name: family.type for family in openmetrics_families(reply.body.decode())}
    assert told["arenalab_requests"] == "counter"
    assert told.items() <= KINDS.items()


def test_a_question_is_counted(place: Place) -> None:
    """Once as a request, once in each stage, once by its confidence; not knowing as abstaining."""
    before = value(place, "arenalab_requests_total", CHAT)
    encoded = value(place, "arenalab_stage_duration_seconds_count", {"stage": "encode"})
    sure = value(place, "arenalab_confidence_ratio_count", {"model": tiny.NAME})
    unknown = {"model": tiny.NAME, "kind": "unknown"}
    abstained = value(place, "arenalab_abstentions_total", unknown)
    ask_chat(place, "Can I get a refund?")
    ask_chat(place, "zebras sleep upright")
    eventually(lambda: value(place, "arenalab_requests_total", CHAT) == before + 1)
    eventually(lambda: value(place, "arenalab_abstentions_total", unknown) == abstained + 1)
    stages = value(place, "arenalab_stage_duration_seconds_count", {"stage": "encode"})
    assert stages == encoded + 2
    assert value(place, "arenalab_confidence_ratio_count", {"model": tiny.NAME}) == sure + 2


def test_the_packs_sizes_are_told(place: Place) -> None:
    """Diamonds, and bytes of the file."""
    served = {"model": tiny.NAME}
    assert value(place, "arenalab_pack_diamonds", served) == 18
    assert value(place, "arenalab_pack_size_bytes", served) == len(tiny.pack_file())
