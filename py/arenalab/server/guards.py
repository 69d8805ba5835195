"""Who may come in how often, counted over all worker processes."""

import sqlite3
import weakref
from collections.abc import Callable
from pathlib import Path

from arenalab.endpoint import Guard, Head
from arenalab.endpoint.keys import HEALTH, bearer, digest
from arenalab.openai_wire.errors import rate_limited

METRICS = "/metrics"  # asked by machines, as HEALTH is: neither counts

_PRUNED = 1000  # requests between two removals of callers long gone


def rate_guard(
    per_minute: int, now: Callable[[], float], file: Path | None, *, by_key: bool
) -> Guard:
    """Let a caller in `per_minute` times a minute, in bursts as well.

    A caller is a key that was let in, or else an address: a key that nobody checks is free to make.
    Worker processes that are given the same `file` count together. The rule is the generic cell
    rate algorithm (ITU-T I.371): one number a caller, the time at which it has caught up.
    """
    interval = 60 / per_minute
    table = sqlite3.connect(file or ":memory:", isolation_level=None, check_same_thread=False)
    table.execute("PRAGMA synchronous = OFF")  # forgotten with the server: nothing to keep safe
    table.execute("CREATE TABLE IF NOT EXISTS due (caller BLOB PRIMARY KEY, at REAL)")
    seen = 0

    def check(head: Head) -> None:
        nonlocal seen
        if head.path in (HEALTH, METRICS):
            return
        caller = digest(bearer(head) if by_key else head.client)
        table.execute("BEGIN IMMEDIATE")
        try:
            time = now()
            seen += 1
            if seen % _PRUNED == 0:
                table.execute("DELETE FROM due WHERE at < ?", (time,))
            found = table.execute("SELECT at FROM due WHERE caller = ?", (caller,)).fetchone()
            due = max(found[0] if found else time, time)
            wait = due + interval - (time + 60)
            if wait > 1e-9:
                raise rate_limited(per_minute, wait)
            table.execute("REPLACE INTO due VALUES (?, ?)", (caller, due + interval))
        finally:
            table.execute("COMMIT")

    weakref.finalize(check, table.close)
    return check
