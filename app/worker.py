"""Runs in the worker: the functions the page can call. All work is done by `arenalab.browser`.

A request and a reply are JSON texts; a file crosses as Blob or Uint8Array.
"""

from functools import partial

from arenalab.browser import REQUESTS, Engine

# PyScript takes the names from here and looks each up among this file's own.
__export__ = list(REQUESTS)

engine = Engine()
globals().update({name: partial(answer, engine) for name, answer in REQUESTS.items()})
