"""The server answers like a good static host: types, policy, ranges, entity tags."""

import http.client
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

import pytest

from assembly import server, site
from assembly.failure import MachineError

FILES = {
    "index.html": b"<h1>hello</h1>",
    "runtime/a.mjs": b"export {}",
    "runtime/a.wasm": b"\0asm",
    "packs/ten.diamonds": b"0123456789",
}

pytestmark = pytest.mark.native


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: Message
    body: bytes


Ask = Callable[..., Reply]
"""(path, method, headers) → reply."""


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Ask]:
    """Ask a server on the loopback that serves FILES."""
    site.publish(FILES, site.UNSTAMPED, tmp_path)
    extra = tmp_path.parent / "extra.txt"
    extra.write_text("more")
    table = server.read_table(tmp_path, {"extra.txt": extra})
    with server.make_server(table, "127.0.0.1", 0) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        connection = http.client.HTTPConnection("127.0.0.1", running.server_port)

        def ask(path: str, method: str = "GET", **headers: str) -> Reply:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, headers=named)
            response = connection.getresponse()
            return Reply(response.status, response.headers, response.read())

        yield ask
        connection.close()
        running.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/index.html?a=1", "text/html; charset=utf-8"),
        ("/runtime/a.mjs", "text/javascript; charset=utf-8"),
        ("/runtime/a.wasm", "application/wasm"),
        ("/packs/ten.diamonds", "application/octet-stream"),
        ("/release.json", "application/json"),
        ("/sw.js", "text/javascript; charset=utf-8"),
        ("/extra.txt", "text/plain; charset=utf-8"),
    ],
)
def test_every_kind_of_file_has_its_type(ask: Ask, path: str, kind: str) -> None:
    """Browsers refuse modules and WebAssembly of the wrong type, so each has the right one."""
    response = ask(path)
    assert (response.status, response.headers["Content-Type"]) == (200, kind)
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith(server.CONTENT_SECURITY_POLICY)


def test_any_site_may_frame_the_chat_and_nothing_else() -> None:
    """The embedded chat has no bounds to who frames it; its script may be a module anywhere."""
    framed = {path: server.own_headers(path) for path in ("", "index.html", "static/demo/a.html")}
    for headers in framed.values():
        assert headers["Content-Security-Policy"].endswith("; frame-ancestors 'self'")
        assert "Access-Control-Allow-Origin" not in headers
    assert "frame-src 'self'" in framed["static/demo/a.html"]["Content-Security-Policy"]
    assert "frame-ancestors" not in server.own_headers("embed.html")["Content-Security-Policy"]
    assert server.own_headers("static/embed.js")["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["/missing", "/../extra.txt", "/%2e%2e/extra.txt", "/app"])
def test_what_the_release_does_not_list_is_not_there(ask: Ask, path: str) -> None:
    """Nothing outside the release can be reached, however it is spelled."""
    assert ask(path).status == 404


def test_an_unchanged_file_is_not_sent_again(ask: Ask) -> None:
    """The entity tag is the digest; asking with it gives 304 and no body."""
    first = ask("/packs/ten.diamonds")
    again = ask("/packs/ten.diamonds", If_None_Match=first.headers["ETag"])
    assert (first.status, again.status, again.body) == (200, 304, b"")
    assert first.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("asked", "status", "body"),
    [
        ("bytes=2-4", 206, b"234"),
        ("bytes=7-", 206, b"789"),
        ("bytes=-3", 206, b"789"),
        ("bytes=8-99", 206, b"89"),
        ("bytes=10-", 416, b""),
        ("bytes=4-2", 416, b""),
        ("bytes=-0", 416, b""),
        ("bytes=-", 200, b"0123456789"),
        ("bytes=0-1,4-5", 200, b"0123456789"),
        ("rows=1-2", 200, b"0123456789"),
    ],
)
def test_ranges(ask: Ask, asked: str, status: int, body: bytes) -> None:
    """A range of a pack can be fetched; a senseless one gives the whole or 416."""
    response = ask("/packs/ten.diamonds", Range=asked)
    assert (response.status, response.body) == (status, body)


def test_a_range_of_another_version_gives_the_whole(ask: Ask) -> None:
    """If-Range with an old tag must not mix bytes of two releases."""
    response = ask("/packs/ten.diamonds", Range="bytes=0-1", If_Range='"old"')
    assert (response.status, response.body) == (200, b"0123456789")


def test_head_has_no_body(ask: Ask) -> None:
    """HEAD answers as GET does, without the bytes."""
    response = ask("/packs/ten.diamonds", method="HEAD")
    assert (response.status, response.headers["Content-Length"], response.body) == (200, "10", b"")


def test_a_taken_port_is_named() -> None:
    """A port in use ends the command with the way out, not with a stack trace."""
    with (
        server.make_server({}, "127.0.0.1", 0) as first,
        pytest.raises(MachineError, match=rf"{first.server_port} cannot be served .*--port"),
    ):
        server.make_server({}, "127.0.0.1", first.server_port)
