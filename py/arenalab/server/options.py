"""What a server is told, and how its worker processes learn of it."""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from arenalab.errors import InputError
from arenalab.fallback import address
from arenalab.fallback.provider import provider

VARIABLE = "ARENALAB_SERVE"
PROVIDER_KEY = "ARENALAB_PROVIDER_KEY"


@dataclass(frozen=True, slots=True)
class FallbackOptions:
    """The provider to ask where a pack is not sure. Its key is in the environment, never here.

    Raises InputError for a provider, an address or a model that there is not.

    name   a name of `arenalab.fallback.PROVIDERS`
    base   its address, if it is not the provider's own
    model  empty for the provider's own
    below  the confidence below which it is asked
    """

    name: str
    base: str = ""
    model: str = ""
    below: float = 0.5

    def __post_init__(self) -> None:
        chosen = provider(self.name)
        address(chosen, self.base)
        if not (self.model or chosen.model):
            raise InputError(f"provider {self.name!r} has no model of its own; name one")


@dataclass(frozen=True, slots=True)
class Options:
    """How to serve. Raises InputError for a key that no caller could bring.

    packs       model name → its file
    encoder     the encoder's file
    keys        any of them opens the door; none: it is open
    per_minute  requests a minute that one caller may make; 0: as many as it likes
    cors        origins whose pages may call; ``*`` for all
    shared      a folder that all worker processes use, for counting together
    fallback    the provider to ask where a pack is not sure
    constitution  the file of principles to answer under, where a pack brings none
    ensemble    how all packs together answer as one more model; empty: there is none
    """

    packs: dict[str, Path]
    encoder: Path
    constitution: Path | None = None
    ensemble: str = ""
    host: str = "127.0.0.1"
    port: int = 8080
    keys: tuple[str, ...] = ()
    per_minute: int = 0
    cors: tuple[str, ...] = ()
    workers: int = 1
    shared: Path | None = None
    fallback: FallbackOptions | None = None

    def __post_init__(self) -> None:
        for key in self.keys:
            check_key(key)

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
                "constitution": Path(told["constitution"]) if told["constitution"] else None,
                "keys": tuple(told["keys"]),
                "cors": tuple(told["cors"]),
                "shared": Path(told["shared"]) if told["shared"] else None,
                "fallback": FallbackOptions(**told["fallback"]) if told["fallback"] else None,
            }
        )


def check_key(key: str) -> str:
    """Return `key`, or raise InputError, which does not repeat it."""
    if not re.fullmatch("[!-~]+", key):
        raise InputError(
            "an API key must be of letters, digits and signs, without space, and not empty: a "
            "header can hold nothing else"
        )
    return key
