"""Step 6: show a release on this machine, as any good static host would.

Only files the release lists are served, from an exact table, so no path can lead elsewhere. No
compression: it serves the loopback, and public hosts compress on their own.
"""

import json
import re
import webbrowser
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from assembly import digest
from assembly.failure import MachineError
from assembly.progress import say

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; "
    "style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
"""blob: is the worker PyScript makes; 'wasm-unsafe-eval' compiles Python. index.html repeats it."""

OUTWARD = ("static/vault.mjs", "static/far.mjs")
OUTWARD_POLICY = (
    "default-src 'none'; script-src 'self'; "
    "connect-src 'self' https: http://localhost:* http://127.0.0.1:*"
)
"""Two workers are the ways out of the site: to providers, and to packs, that the person names."""

HEADERS = {
    "Cache-Control": "no-cache",  # ask each time; the answer is mostly 304
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Accept-Ranges": "bytes",
}


def own_headers(path: str) -> Mapping[str, str]:
    """What goes with one file: who may show it in a frame, and what it may show in one itself.

    The embedded chat may stand in any site, and its script be fetched as a module from any.
    """
    policy = OUTWARD_POLICY if path in OUTWARD else CONTENT_SECURITY_POLICY
    if path.startswith("static/demo/"):
        policy += "; frame-src 'self'"
    if path != "embed.html":
        policy += "; frame-ancestors 'self'"  # counts only as a header
    shared = {"Access-Control-Allow-Origin": "*"} if path == "static/embed.js" else {}
    return {"Content-Security-Policy": policy, **shared}


TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".py": "text/x-python; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".whl": "application/zip",
    ".zip": "application/zip",
}

_CHUNK = 1 << 16
_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")


@dataclass(frozen=True, slots=True)
class Served:
    """One file, and the strong entity tag that stands for its contents."""

    path: Path
    etag: str


Table = Mapping[str, Served]
"""Path of a request without its first slash → what is there."""


def read_table(dist: Path, extra: Mapping[str, Path] | None = None) -> dict[str, Served]:
    """What the release in ``dist`` lists, the list and the service worker, and ``extra`` files."""
    files = json.loads((dist / "release.json").read_text(encoding="utf-8"))["files"]
    table = {path: Served(dist / path, f'"{entry["sha256"]}"') for path, entry in files.items()}
    others = {"sw.js": dist / "sw.js", "release.json": dist / "release.json", **(extra or {})}
    for name, path in others.items():
        table[name] = Served(path, f'"{digest.of_file(path)}"')
    return {**table, "": table["index.html"]}


def make_server(table: Table, host: str, port: int) -> ThreadingHTTPServer:
    """A server that is bound and not yet running; port 0 lets the system choose.

    Raises MachineError: the address is taken or not this machine's.
    """
    handler = type("Handler", (_Handler,), {"table": table})
    try:
        return ThreadingHTTPServer((host, port), handler)
    except OSError as error:
        raise MachineError(
            f"{host}:{port} cannot be served ({error.strerror}). Choose another with --port."
        ) from error


def serve(dist: Path, host: str, port: int, *, browse: bool) -> None:
    """Serve until interrupted, opening the page in a browser when ``browse``."""
    with make_server(read_table(dist), host, port) as server:
        address = f"http://{host}:{server.server_port}/"
        say(f"ArenaLab is at {address} (Ctrl-C ends it)")
        if browse:
            webbrowser.open(address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            say("Ended. The page goes on working offline where it was visited.")


class _Handler(BaseHTTPRequestHandler):
    table: Table
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing: a person reads this terminal, and errors show in the page."""

    def _answer(self, *, with_body: bool) -> None:
        asked_for = unquote(urlsplit(self.path).path).removeprefix("/")
        found = self.table.get(asked_for)
        if found is None:
            self._head(HTTPStatus.NOT_FOUND, {"Content-Length": "0"})
            return
        size = found.path.stat().st_size
        suffix = found.path.suffix
        kind = TYPES.get(suffix, "application/octet-stream")
        named = {**own_headers(asked_for), "ETag": found.etag, "Content-Type": kind}
        if found.etag in self.headers.get("If-None-Match", ""):
            self._head(HTTPStatus.NOT_MODIFIED, named)
            return
        asked = (
            self.headers.get("Range")
            if self.headers.get("If-Range") in (None, found.etag)
            else None
        )
        span = parse_range(asked, size)
        if span is None:
            status, start, stop = HTTPStatus.OK, 0, size
        elif span[0] < span[1]:
            status, (start, stop) = HTTPStatus.PARTIAL_CONTENT, span
            named["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
        else:
            self._head(
                HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
                {"Content-Range": f"bytes */{size}", "Content-Length": "0"},
            )
            return
        self._head(status, {**named, "Content-Length": str(stop - start)})
        if with_body:
            self._send(found.path, start, stop)

    def _head(self, status: HTTPStatus, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**HEADERS, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def _send(self, path: Path, start: int, stop: int) -> None:
        with path.open("rb") as stream:
            stream.seek(start)
            try:
                while start < stop:
                    chunk = stream.read(min(_CHUNK, stop - start))
                    self.wfile.write(chunk)
                    start += len(chunk)
            except ConnectionError:  # the browser went away
                self.close_connection = True


def parse_range(header: str | None, size: int) -> tuple[int, int] | None:
    """``bytes=A-B`` → (A, B + 1) within ``size``; None for the whole; (0, 0) for nothing there.

    Several ranges at once are answered with the whole, as RFC 9110 section 14.2 allows.
    """
    found = _RANGE.match(header) if header else None
    if found is None or found[0] == "bytes=-":
        return None
    first, last = found[1], found[2]
    if not first:
        return max(0, size - int(last)), size
    start, stop = int(first), min(int(last) + 1, size) if last else size
    return (start, stop) if start < stop else (0, 0)
