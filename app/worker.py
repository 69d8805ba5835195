"""Runs in the worker: the functions the page can call. All work is done by `arenalab.browser`.

A request and a reply are JSON texts; a file crosses as Uint8Array.
"""

from arenalab.browser import Engine

__export__ = [
    "start",
    "upgrade",
    "ask",
    "open_pack",
    "close_pack",
    "add_file",
    "build_pack",
    "pack_bytes",
]

engine = Engine()
start = engine.start
upgrade = engine.upgrade
ask = engine.ask
open_pack = engine.open_pack
close_pack = engine.close_pack
add_file = engine.add_file
build_pack = engine.build_pack
pack_bytes = engine.pack_bytes
