"""A host of one pack, at an origin of its own, that can be told to misbehave; a pack for it."""

import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import numpy as np
from loopback import Loopback

from arenalab.encode import load_encoder
from arenalab.pack import build_pack, read_pack, write_pack
from arenalab.span import Span

QUESTION = "How tall is the lighthouse of Orfea?"
OUTCOME = "Forty-one metres, of which nine stand in the sea."
FILLERS = 40_000  # rows of chance: a file to be fetched in parts, an index of several pieces

WRITTEN = 1 << 16  # bytes at a time, so that those nobody waits for are not counted


def large_pack(dist: Path, fillers: int = FILLERS) -> bytes:
    """Return a pack for the encoders of `dist`: a question, its answer, and `fillers` more."""
    starter = read_pack((dist / "packs/starter.diamonds").read_bytes())
    static = load_encoder((dist / "models/static.encoder").read_bytes())
    real = static.encode([QUESTION])
    chance = np.random.default_rng(0).standard_normal((fillers, real.shape[1]), np.float32)
    chance /= np.linalg.norm(chance, axis=1, keepdims=True)
    spans = [Span(id="orfea", this=QUESTION, if_ok=OUTCOME)]
    spans += [Span(id=f"f{i}", this=f"Filler {i}?", if_ok=f"Answer {i}.") for i in range(fillers)]
    tokens = [static.tokenizer.ids(QUESTION, 99)[1:-1], *([i % 900 + 2000] for i in range(fillers))]
    meta = {name: starter.meta[name] for name in ("encoder", "kernel", "calibration")}
    pack = build_pack(
        spans,
        np.concatenate([real, chance]),
        np.zeros(len(spans), np.bool_),
        tokens,
        np.ones((len(spans), 5)),
        vocabulary_size=len(static.tokenizer.vocabulary),
        meta={**meta, "name": "Lighthouses"},
    )
    return write_pack(pack)


@dataclass
class FarHost(Loopback):
    """Serves `data` at `url`. `sent` counts bytes; after `drop_after` of them no more come.

    Without `cors` no other site may read it; `exposed` lets them see size and version of a part.
    Each answer waits for `delay` seconds.
    """

    data: bytes
    ranges: bool = True
    cors: bool = True
    exposed: bool = True
    broken: bool = False
    tag: str = '"one"'
    sent: int = 0
    drop_after: int | None = None
    delay: float = 0
    asked: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.url = f"{self.begin(_Handler)}pack.diamonds"


class _Handler(BaseHTTPRequestHandler):
    host: FarHost
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        host = self.host
        host.asked.append(dict(self.headers))
        time.sleep(host.delay)
        if host.broken:
            self.close_connection = True
            return
        found = self.path == "/pack.diamonds"
        data, status = (host.data, 200) if found else (b"nothing here", 404)
        headers = {"ETag": host.tag, "Accept-Ranges": "bytes" if host.ranges else "none"}
        wanted = self.headers.get("Range")
        if wanted and host.ranges and found:
            first, last = map(int, wanted.removeprefix("bytes=").split("-"))
            data, status = data[first : last + 1], 206
            headers["Content-Range"] = f"bytes {first}-{first + len(data) - 1}/{len(host.data)}"
        if host.cors:
            headers["Access-Control-Allow-Origin"] = "*"
        if host.exposed:
            headers["Access-Control-Expose-Headers"] = "Content-Range, ETag"
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        if host.drop_after is not None and host.sent + len(data) > host.drop_after:
            data = data[: max(0, host.drop_after - host.sent)]
            self.close_connection = True
        try:
            for start in range(0, len(data) if body else 0, WRITTEN):
                self.wfile.write(data[start : start + WRITTEN])
                host.sent += len(data[start : start + WRITTEN])
        except ConnectionError:  # nobody listens any more
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""
