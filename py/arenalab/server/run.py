"""Serve until told to stop."""

import gc
import os
import socket
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from arenalab.server.load import load
from arenalab.server.options import VARIABLE, Options

LOGS: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "arenalab.telemetry.logs.JsonFormatter"}},
    "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "json"}},
    "loggers": {
        name: {"handlers": ["lines"], "level": "INFO", "propagate": False}
        for name in ("uvicorn", "arenalab")
    },
}


def run(options: Options, ready: Callable[[], None]) -> None:
    """Serve until told to stop; `ready` is called once all files proved good.

    Raises what `load` raises.
    """
    models = load(options)
    ready()
    settings: dict[str, Any] = {
        "host": options.host,
        "port": options.port,
        "log_config": LOGS,
        "access_log": False,  # arenalab.request tells more
        "server_header": False,
        "ws": "none",
        "timeout_graceful_shutdown": 10,
    }
    if options.workers == 1:
        from arenalab.server.app import create

        uvicorn.run(create(options, models), **settings)
        return
    del models
    gc.collect()  # an arena refers to itself, and this process only watches over the others
    with tempfile.TemporaryDirectory(prefix="arenalab-") as folder:
        shared = Path(folder)
        (shared / "metrics").mkdir()
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(shared / "metrics")
        os.environ[VARIABLE] = replace(options, shared=shared).to_text()
        config = uvicorn.Config(
            "arenalab.server.app:from_environment",
            factory=True,
            workers=options.workers,
            **settings,
        )
        Multiprocess(config, sockets=[listen(config)]).run()


def listen(config: uvicorn.Config) -> socket.socket:
    """Return the socket that all worker processes accept from.

    uvicorn lets such a socket wait for more to send (its issue 3149), and then every reply waits
    40 ms for the caller's delayed acknowledgement. Accepted sockets inherit the option.
    """
    listening = config.bind_socket()
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
