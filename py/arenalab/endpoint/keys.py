"""Who may come in: those who bring a key."""

import hashlib
import hmac
from collections.abc import Sequence

from arenalab.endpoint.http import Guard, Head
from arenalab.openai_wire.errors import bad_key

# Asked by machines that watch the endpoint: no key is wanted there.
HEALTH = "/healthz"


def bearer(head: Head) -> str:
    """Return the key that a request brings, empty if none."""
    scheme, _, key = head.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def key_guard(keys: Sequence[str]) -> Guard:
    """Let in whoever brings one of `keys`. Comparing takes the same time for every wrong key."""
    known = [digest(key) for key in keys]

    def check(head: Head) -> None:
        if head.path == HEALTH:
            return
        given = bearer(head)
        offered = digest(given)
        if not any(hmac.compare_digest(offered, key) for key in known):
            raise bad_key(given=bool(given))

    return check


def digest(text: str) -> bytes:
    """Return what stands for a key or an address: neither is kept."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()
