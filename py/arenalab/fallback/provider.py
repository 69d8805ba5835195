"""The providers that can be asked, and the addresses they may be asked at."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from arenalab.errors import InputError, shorten
from arenalab.fallback import anthropic, gemini, openai
from arenalab.fallback.http import Address, Request
from arenalab.fallback.prompt import Prompt
from arenalab.fallback.reading import Piece

Name = Literal["openai", "anthropic", "gemini", "compatible"]
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider: its name for people, its address, a model of it, how it is asked and read.

    `base` is empty where the person gives the address, `model` where the person names one.
    """

    title: str
    base: str
    model: str
    key: tuple[str, str]
    build: Callable[[Prompt, str, Address], Request]
    read: Callable[[str], Piece]


_OPENAI_KEY = (openai.KEY_HEADER, openai.KEY_PREFIX)

PROVIDERS: dict[Name, Provider] = {
    "openai": Provider(
        "OpenAI",
        "https://api.openai.com/v1",
        "gpt-5-mini",
        _OPENAI_KEY,
        openai.build,
        openai.read,
    ),
    "anthropic": Provider(
        "Anthropic",
        "https://api.anthropic.com",
        "claude-haiku-4-5",
        (anthropic.KEY_HEADER, anthropic.KEY_PREFIX),
        anthropic.build,
        anthropic.read,
    ),
    "gemini": Provider(
        "Google Gemini",
        "https://generativelanguage.googleapis.com",
        "gemini-2.5-flash",
        (gemini.KEY_HEADER, gemini.KEY_PREFIX),
        gemini.build,
        gemini.read,
    ),
    "compatible": Provider("OpenAI-compatible", "", "", _OPENAI_KEY, openai.build, openai.read),
}


def provider(name: str) -> Provider:
    """Return a provider by its name. Raises InputError, naming those there are."""
    for known, found in PROVIDERS.items():
        if known == name:
            return found
    raise InputError(f"provider {shorten(name)} is not known; use one of {', '.join(PROVIDERS)}")


def address(chosen: Provider, base: str = "") -> Address:
    """Return where `chosen` is asked: at `base` if one is given, else at its own address.

    Raises InputError for an address to which a key must not be sent: it has to be https, or http
    on this very machine, and to hold neither a name and password nor a query.
    """
    given = base.strip().rstrip("/") or chosen.base
    try:
        parts = urlsplit(given)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    bare = not (parts.username or parts.password or parts.query or parts.fragment)
    if not (host and safe and bare) or any(c.isspace() for c in given):
        raise InputError(
            f"base URL {shorten(given)} cannot be used; give an address such as "
            "https://example.org/v1, without a password or query (http:// only for this machine)"
        )
    return Address(given, *chosen.key)
