"""server: keys, limits, origins, files shared between processes."""

import logging
import socket
import sqlite3
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

if sys.platform == "emscripten":
    pytest.skip("needs an operating system", allow_module_level=True)

import uvicorn

from arenalab.cli.serve import named
from arenalab.endpoint import Head
from arenalab.endpoint.keys import key_guard
from arenalab.errors import DamagedFileError, InputError, SourceError, UnavailableError
from arenalab.openai_wire import ApiError
from arenalab.server import TOGETHER, Options, create
from arenalab.server.guards import rate_guard
from arenalab.server.load import load, mapped
from arenalab.server.run import listen
from endpoint import tiny
from endpoint.place import AsgiPlace, Reply, ask_chat

pytestmark = pytest.mark.native

ORIGIN = "https://app.example"


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> Options:
    """Return the options of a server of the tiny world."""
    folder = tmp_path_factory.mktemp("files")
    encoder, pack = folder / "tiny.encoder", folder / "tiny.diamonds"
    encoder.write_bytes(tiny.encoder_file())
    pack.write_bytes(tiny.pack_file())
    return Options(packs={tiny.NAME: pack}, encoder=encoder)


def place(options: Options, **changes: Any) -> AsgiPlace:  # noqa: ANN401
    """Return a server's application, in this process."""
    changed = replace(options, **changes)
    return AsgiPlace(create(changed, load(changed)))


def head(path: str = "/v1/models", key: str = "", client: str = "1.2.3.4") -> Head:
    """Return a request's head."""
    headers = {"authorization": f"Bearer {key}"} if key else {}
    return Head("GET", path, headers, client)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic k1", "k1", "Bearer k1x"])
def test_without_a_right_key_nothing_is_said(options: Options, header: str) -> None:
    """Every address but /healthz asks for a key; the reply does not repeat what was given."""
    door = place(options, keys=("k1", "k2"))
    headers = {"authorization": header} if header else {}
    for path in ("/v1/models", "/metrics", "/nowhere"):
        reply = door.send("GET", path, headers=headers)
        assert reply.status == 401
        assert reply.headers["www-authenticate"] == "Bearer"
        assert reply.json()["error"]["code"] == "invalid_api_key"
        assert b"wrong" not in reply.body
    assert door.send("GET", "/healthz").status == 200


@pytest.mark.parametrize("header", ["Bearer k1", "bearer k2", "Bearer  k1 "])
def test_any_of_the_keys_opens(options: Options, header: str) -> None:
    """More than one key may be in use."""
    door = place(options, keys=("k1", "k2"))
    assert door.send("GET", "/v1/models", headers={"authorization": header}).status == 200


def test_a_key_is_compared_whole() -> None:
    """No prefix, no other case, no empty key."""
    check = key_guard(("Secret",))
    for wrong in ("", "Secre", "secret", "Secret2"):
        with pytest.raises(ApiError):
            check(head(key=wrong))
    check(head(key="Secret"))


def test_a_caller_is_limited_and_then_let_in_again() -> None:
    """So many a minute, all at once if need be; afterwards one each time a share has passed."""
    now = [1000.0]
    check = rate_guard(6, lambda: now[0], None, by_key=False)
    for _ in range(6):
        check(head())
    with pytest.raises(ApiError) as caught:
        check(head())
    assert caught.value.status == 429
    assert caught.value.headers == {"Retry-After": "10"}
    now[0] += 9.9
    with pytest.raises(ApiError):
        check(head())
    now[0] += 0.1
    check(head())
    with pytest.raises(ApiError):
        check(head())
    now[0] += 60
    for _ in range(6):
        check(head())


def test_callers_do_not_share_a_limit() -> None:
    """Another address is another caller; where keys are asked for, another key is."""
    by_address, by_key = (rate_guard(1, lambda: 0.0, None, by_key=known) for known in (False, True))
    by_address(head(key="k1"))
    by_address(head(client="5.6.7.8"))
    by_key(head(key="k1"))
    by_key(head(key="k2"))
    for check, again in ((by_address, head(key="new")), (by_key, head(key="k1", client="9.9.9.9"))):
        with pytest.raises(ApiError):
            check(again)
        for _ in range(9):
            check(head(path="/healthz"))
            check(head(path="/metrics"))


@pytest.mark.parametrize("key", ["", " ", "two words", "ü", "line\n"])
def test_a_key_that_no_caller_could_bring_is_refused(options: Options, key: str) -> None:
    """An empty key above all: it would let everybody in."""
    with pytest.raises(InputError, match="API key"):
        replace(options, keys=("fine", key))


def test_processes_share_a_limit(tmp_path: Path) -> None:
    """Two guards over one file count together, as two worker processes do."""
    file = tmp_path / "rate.sqlite"
    one, other = (rate_guard(2, lambda: 0.0, file, by_key=False) for _ in range(2))
    one(head())
    other(head())
    for check in (one, other):
        with pytest.raises(ApiError):
            check(head())


def test_callers_long_gone_are_forgotten(tmp_path: Path) -> None:
    """The table does not grow for ever."""
    now = [0.0]
    file = tmp_path / "rate.sqlite"
    check = rate_guard(60, lambda: now[0], file, by_key=False)
    for number in range(1999):
        now[0] += 10
        check(head(client=str(number)))
    check(head(client="last"))
    with sqlite3.connect(file) as table:
        [(count,)] = table.execute("SELECT count(*) FROM due").fetchall()
    assert count < 10


def test_a_limit_is_told_in_openais_shape(options: Options) -> None:
    """429, with the time to wait."""
    door = place(options, per_minute=1)
    assert ask_chat(door, "Can I get a refund?").status == 200
    reply = ask_chat(door, "Can I get a refund?")
    assert reply.status == 429
    assert reply.headers["retry-after"] == "60"
    assert reply.json()["error"]["code"] == "rate_limit_exceeded"


def test_a_page_of_a_listed_origin_may_call(options: Options) -> None:
    """The browser's question in advance is answered without a key; errors can be read as well."""
    door = place(options, keys=("k",), cors=(ORIGIN,))
    asking = {
        "origin": ORIGIN,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization, content-type, x-stainless-os",
    }
    reply = door.send("OPTIONS", "/v1/chat/completions", headers=asking)
    assert reply.status == 200
    assert reply.headers["access-control-allow-origin"] == ORIGIN
    refused = door.send("GET", "/v1/models", headers={"origin": ORIGIN})
    assert refused.status == 401
    assert refused.headers["access-control-allow-origin"] == ORIGIN


def test_other_pages_may_not(options: Options) -> None:
    """Without --cors, or from another origin, a browser gets no leave."""
    for door in (place(options), place(options, cors=(ORIGIN,))):
        reply = door.send("GET", "/v1/models", headers={"origin": "https://evil.example"})
        assert "access-control-allow-origin" not in reply.headers


def test_metrics_tell_what_was_served(options: Options) -> None:
    """A request is counted under its route, the pack with its size."""
    door = place(options)
    ask_chat(door, "Can I get a refund?")
    door.send("GET", "/secret/../path")
    text = door.send("GET", "/metrics").body.decode()
    labels = 'method="POST",result="answer",route="/v1/chat/completions",status="200"'
    assert f"arenalab_requests_total{{{labels}}} 1.0" in text
    assert 'route="other"' in text
    assert "secret" not in text
    size = options.packs[tiny.NAME].stat().st_size
    assert f'arenalab_pack_size_bytes{{model="tiny"}} {size:.1f}' in text


def test_a_request_is_logged_without_what_was_said(
    options: Options, caplog: pytest.LogCaptureFixture
) -> None:
    """The log holds neither question nor answer nor key."""
    with caplog.at_level(logging.INFO, logger="arenalab.request"):
        door = place(options, keys=("sesame",))
        body = b'{"model": "tiny", "messages": [{"role": "user", "content": "my refund?"}]}'
        headers = {"authorization": "Bearer sesame"}
        assert door.send("POST", "/v1/chat/completions", body, headers).status == 200
    [record] = [one for one in caplog.records if one.name == "arenalab.request"]
    told = str(record.__dict__)
    assert "/v1/chat/completions" in told
    for secret in ("sesame", "my refund", "30 days"):
        assert secret not in told


def test_arrays_are_views_of_the_mapped_file(options: Options) -> None:
    """A pack is not copied: its arrays lie in the file, which processes share."""
    pack = load(options)[tiny.NAME].pack
    for array in (pack.codes, pack.vectors, pack.grades, pack.postings.lengths):
        owner: Any = array
        while isinstance(owner, np.ndarray):
            assert not owner.flags.owndata
            owner = owner.base
        assert isinstance(owner, memoryview)


def test_a_mapped_pack_answers_as_any_other(options: Options) -> None:
    """Where bytes lie changes no answer."""
    question = "I want my money back"
    reply: Reply = ask_chat(place(options), question)
    told = reply.json()["choices"][0]["message"]["content"]
    assert told == tiny.arena().answer(question).text


def test_files_that_cannot_be_served_are_named(options: Options, tmp_path: Path) -> None:
    """Missing, empty, damaged, not a pack: a typed error before anything is served."""
    whole = options.packs[tiny.NAME].read_bytes()
    (tmp_path / "empty.diamonds").write_bytes(b"")
    (tmp_path / "short.diamonds").write_bytes(whole[:-64])
    (tmp_path / "flipped.diamonds").write_bytes(whole[:-100] + b"!" + whole[-99:])
    for name, error in (
        ("missing", SourceError),
        ("empty", SourceError),
        ("short", DamagedFileError),
        ("flipped", DamagedFileError),
    ):
        path = tmp_path / f"{name}.diamonds"
        with pytest.raises(error):
            load(Options(packs={name: path}, encoder=options.encoder))
    with pytest.raises(SourceError, match="cannot be read"):
        mapped(tmp_path)


def test_options_survive_their_way_to_a_worker(options: Options, tmp_path: Path) -> None:
    """A worker process is told all that its parent was told."""
    full = Options(
        packs={"a": tmp_path / "a", "b": tmp_path / "b"},
        encoder=options.encoder,
        constitution=tmp_path / "p.toml",
        host="::1",
        port=1,
        keys=("k", "k2"),
        per_minute=3,
        cors=("*",),
        workers=4,
        shared=tmp_path,
    )
    for one in (options, full):
        assert Options.from_text(one.to_text()) == one


def test_traces_need_their_library(options: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    """A collector is configured, OpenTelemetry is not there: said before anything is served."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setitem(sys.modules, "arenalab.telemetry.traces", None)
    with pytest.raises(UnavailableError, match="otel"):
        create(options, load(options))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a socket does not inherit it")
def test_replies_of_workers_do_not_wait() -> None:
    """What workers accept from their common socket is sent at once (TCP_NODELAY)."""
    config = uvicorn.Config("none", port=0, log_config=None)
    with listen(config) as listening:
        listening.listen()
        with socket.create_connection(listening.getsockname()):
            accepted, _ = listening.accept()
            with accepted:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_two_packs_of_one_name_are_refused(tmp_path: Path) -> None:
    """Models are named by their files."""
    with pytest.raises(InputError, match="one name"):
        named([tmp_path / "a" / "x.diamonds", tmp_path / "b" / "x.diamonds"])


def test_all_packs_together_are_one_more_model(options: Options, tmp_path: Path) -> None:
    """`--ensemble` adds a model that answers from every pack, and is listed as one."""
    second = tmp_path / "again.diamonds"
    second.write_bytes(tiny.pack_file())
    packs = {**options.packs, "again": second}
    door = place(options, packs=packs, ensemble="weighted")
    models = [model["id"] for model in door.send("GET", "/v1/models").json()["data"]]
    assert models == [tiny.NAME, "again", TOGETHER]
    alone, together = (ask_chat(door, "money back", model=name) for name in (tiny.NAME, TOGETHER))
    said = [reply.json()["choices"][0]["message"]["content"] for reply in (alone, together)]
    assert said[0] == said[1]
    prints = [reply.json()["system_fingerprint"] for reply in (alone, together)]
    assert prints[0] != prints[1]
    with pytest.raises(InputError, match="no method 'best'"):
        place(options, packs=packs, ensemble="best")
