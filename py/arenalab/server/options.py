"""What a server is told, and how its worker processes learn of it."""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from arenalab.errors import InputError

VARIABLE = "ARENALAB_SERVE"


@dataclass(frozen=True, slots=True)
class Options:
    """How to serve. Raises InputError for a key that no caller could bring.

    packs       model name → its file
    encoder     the encoder's file
    keys        any of them opens the door; none: it is open
    per_minute  requests a minute that one caller may make; 0: as many as it likes
    cors        origins whose pages may call; ``*`` for all
    shared      a folder that all worker processes use, for counting together
    """

    packs: dict[str, Path]
    encoder: Path
    host: str = "127.0.0.1"
    port: int = 8080
    keys: tuple[str, ...] = ()
    per_minute: int = 0
    cors: tuple[str, ...] = ()
    workers: int = 1
    shared: Path | None = None

    def __post_init__(self) -> None:
        for key in self.keys:
            if not re.fullmatch("[!-~]+", key):
                raise InputError(
                    "an API key must be of letters, digits and signs, without space, and not "
                    "empty: a header can hold nothing else"
                )

    def to_text(self) -> str:
        """Return the options as a text for the environment of worker processes."""
        return json.dumps(asdict(self), default=str)

    @classmethod
    def from_text(cls, text: str) -> "Options":
        """Return what `to_text` wrote."""
        told = json.loads(text)
        return cls(
            **{
                **told,
                "packs": {name: Path(path) for name, path in told["packs"].items()},
                "encoder": Path(told["encoder"]),
                "keys": tuple(told["keys"]),
                "cors": tuple(told["cors"]),
                "shared": Path(told["shared"]) if told["shared"] else None,
            }
        )
