"""Which pages of other origins may call: the CORS protocol (Fetch standard, section 3.2).

For doors without a framework of their own; the server leaves it to Starlette.
"""

from collections.abc import Sequence

from arenalab.endpoint.http import ASGI, Message, Receive, Send, start_reply

ANY = "*"
SHOWN = "x-request-id, retry-after"  # headers that such a page may read
LASTING = "7200"  # seconds for which a browser may remember the leave, the most that Chromium does


def allowing(app: ASGI, origins: Sequence[str]) -> ASGI:
    """Return `app`, which pages of `origins` may call; ``*`` stands for all."""

    async def allowed(scope: Message, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"").decode("latin-1")
        if not origin or not (ANY in origins or origin in origins):
            await app(scope, receive, send)
            return
        leave = {"access-control-allow-origin": origin, "vary": "origin"}
        if scope["method"] == "OPTIONS" and b"access-control-request-method" in headers:
            wanted = headers.get(b"access-control-request-headers", b"").decode("latin-1")
            leave |= {
                "access-control-allow-methods": "GET, POST",
                "access-control-allow-headers": wanted,
                "access-control-max-age": LASTING,
            }
            await start_reply(send, 200, "text/plain", leave)
            await send({"type": "http.response.body", "body": b""})
            return

        async def send_with_leave(message: Message) -> None:
            if message["type"] == "http.response.start":
                more = {**leave, "access-control-expose-headers": SHOWN}
                pairs = [(name.encode(), value.encode("latin-1")) for name, value in more.items()]
                message = {**message, "headers": [*message["headers"], *pairs]}
            await send(message)

        await app(scope, receive, send_with_leave)

    return allowed
