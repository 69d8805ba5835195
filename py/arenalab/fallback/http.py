"""What is sent to a provider and what comes back. Who sends it is passed in, and holds the key."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Address:
    """Where a provider is, and how a key is shown to it.

    base    the address all of its paths begin with, without a slash at the end
    header  the header that carries the key, after `prefix`
    """

    base: str
    header: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """A POST of JSON to `url`, complete but for the key, which `send` puts where `key` says."""

    url: str
    key: Address
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Response:
    """A reply as it arrives: its status, its headers by lower-case names, pieces of its body.

    Closing `body` ends the request.
    """

    status: int
    headers: Mapping[str, str]
    body: AsyncGenerator[bytes, None]


class Send(Protocol):
    """Sends a request with the key in it; follows no redirection, since that may lead elsewhere.

    Raises ProviderError of reason "unreachable" when there is no connection or it is lost, and of
    reason "key" when there is no key to send.
    """

    async def __call__(self, request: Request, /) -> Response:
        """Send `request` and return its reply once the headers are there."""
