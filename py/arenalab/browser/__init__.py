"""The door to the browser: requests of the page → calls of the engine, in a Pyodide worker.

The only package that may import `js`, `pyodide` or `pyodide_js`. One module for each concern:
`loading` (encoders and packs), `asking`, `building` (files → pack), `operating` (the endpoint,
what an operator sees), `providing` (a provider of the person's own). Each function of theirs that
answers a request takes the `Engine`, what is open for one page, and the request as JSON text
(`replies`); the page calls it by its name. `fetching` is the way to the site's files, `reaching` to
those of others, `vault` to providers, `serving` the endpoint, `telling` what it remembers.

app/worker.py exports everything in `REQUESTS`.

A page starts from an image of this package, already imported (static/image.mjs). So nothing here
may reach for more of `js` than its name while it is imported.
"""

from arenalab.browser.asking import ask
from arenalab.browser.building import add_file, build_pack, pack_bytes
from arenalab.browser.engine import Engine
from arenalab.browser.loading import close_pack, open_pack, open_url, start, upgrade
from arenalab.browser.operating import serve, traces
from arenalab.browser.providing import (
    ask_provider,
    forget_keys,
    keep_key,
    providers,
    stop_provider,
    unlock_key,
)

REQUESTS = {
    handle.__name__: handle
    for handle in (
        start,
        upgrade,
        ask,
        open_pack,
        open_url,
        close_pack,
        add_file,
        build_pack,
        pack_bytes,
        serve,
        traces,
        providers,
        keep_key,
        unlock_key,
        forget_keys,
        ask_provider,
        stop_provider,
    )
}

__all__ = ["REQUESTS", "Engine"]
