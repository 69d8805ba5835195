"""static/far.mjs, as the engine sees it: it fetches parts of packs from wherever they are.

The engine itself cannot reach another site: the page's content security policy forbids it.
"""

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import js  # type: ignore[import-not-found]
from pyodide.ffi import create_proxy, to_js  # type: ignore[import-not-found]

FILE = "static/far.mjs"
ALL, PART, SAME = 200, 206, 304  # the HTTP statuses that bring bytes, or say they are at hand


class UnreachedError(Exception):
    """Raised when no answer comes; `why` is "offline", "closed" (no CORS) or "unreached"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host sent: an ArrayBuffer with status PART, a Blob with ALL.

    `size` is of the whole file, 0 where the host does not tell; `tag` names its version, or is "".
    """

    status: int
    size: int
    tag: str
    body: Any


class Reach:
    """The worker, made when it is first needed."""

    def __init__(self, base: str) -> None:
        options = to_js({"type": "module"}, dict_converter=js.Object.fromEntries)
        self._worker = js.Worker.new(base + FILE, options)
        self._worker.onmessage = create_proxy(self._hear)
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}

    async def ask(self, url: str, places: Sequence[slice], known: str = "") -> Answer:
        """Ask the host for these places of a file, all at once. Raises UnreachedError.

        Their bytes come as one. `known` is the tag of a whole file at hand, which need not come
        again.
        """
        number = next(self._numbers)
        future = self._waiting[number] = asyncio.get_running_loop().create_future()
        parts = [[place.start, place.stop] for place in places]
        asked = {"id": number, "url": url, "parts": parts, "known": known}
        self._worker.postMessage(to_js(asked, dict_converter=js.Object.fromEntries))
        came = await future
        if hasattr(came, "failed"):
            raise UnreachedError(str(came.failed))
        return Answer(int(came.status), int(came.size), str(came.tag), getattr(came, "body", None))

    def _hear(self, event: Any) -> None:  # noqa: ANN401 (a MessageEvent)
        self._waiting.pop(event.data.id).set_result(event.data)
