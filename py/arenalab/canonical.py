"""A JSON value → its one byte form (RFC 8785, JSON Canonicalization Scheme) and its digest.

Two texts that mean the same JSON value get the same bytes, and so the same digest, on every
platform. The scheme itself is the `rfc8785` library's; this module gives it ArenaLab's errors.
"""

import hashlib
from typing import Any

from arenalab.errors import InputError, UnavailableError


def dumps(value: Any) -> bytes:  # noqa: ANN401  any JSON value; the library checks what it is
    """Return the canonical UTF-8 bytes of a JSON value.

    Raises InputError for what JSON cannot hold (NaN, infinities, integers beyond 2^53 − 1, lone
    surrogates, keys that are not texts, other types); UnavailableError without `rfc8785`.
    """
    try:
        import rfc8785
    except ModuleNotFoundError as error:
        raise UnavailableError(
            "canonical JSON needs the rfc8785 package; run: pip install 'arenalab[ledger]'"
        ) from error
    try:
        return rfc8785.dumps(value)
    except rfc8785.CanonicalizationError as error:
        raise InputError(f"{error}; JSON has no such value, change or remove it") from error
    except RecursionError as error:
        raise InputError("the JSON value is nested too deeply; make it flatter") from error


def digest(value: Any) -> str:  # noqa: ANN401
    """Return the SHA-256 of the canonical bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(dumps(value)).hexdigest()
