"""A JSON value → its one byte form (RFC 8785, JSON Canonicalization Scheme) and its digest.

Two texts that mean the same JSON value get the same bytes, and so the same digest, on every
platform. The browser has no `rfc8785` package in its wheel, and spans hold texts, lists, objects,
booleans, and numbers, so the scheme is written here; `tests/test_canonical.py` holds it to the
RFC's own vectors and to that package.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any

from arenalab.errors import InputError, shorten

_LARGEST_EXACT_INTEGER = 2**53 - 1  # RFC 8785 section 3.1: numbers are IEEE 754 doubles


def dumps(value: object) -> bytes:
    """Return the canonical UTF-8 bytes of a JSON value.

    Raises InputError for what JSON cannot hold: NaN, infinities, integers beyond 2^53 − 1, lone
    surrogates, keys that are not texts, other types.
    """
    try:
        return "".join(_parts(value)).encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(
            f"the text {shorten(error.object)} holds half of a character (a lone surrogate); "
            "remove it"
        ) from error
    except RecursionError as error:
        raise InputError("the JSON value is nested too deeply; make it flatter") from error


def digest(value: object) -> str:
    """Return the SHA-256 of the canonical bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(dumps(value)).hexdigest()


def _parts(value: object) -> list[str]:
    if value is None or isinstance(value, bool):
        return [{None: "null", True: "true", False: "false"}[value]]
    if isinstance(value, str):
        return [_string(value)]
    if isinstance(value, int | float):
        return [_number(value)]
    if isinstance(value, list | tuple):
        return _wrapped("[]", [_parts(item) for item in value])
    if isinstance(value, Mapping):
        return _wrapped("{}", [[_string(k), ":", *_parts(value[k])] for k in _sorted_keys(value)])
    raise InputError(f"{shorten(value)} is not a JSON value; use texts, numbers, lists, objects")


def _wrapped(brackets: str, items: list[list[str]]) -> list[str]:
    parts = [brackets[0]]
    for index, item in enumerate(items):
        if index:
            parts.append(",")
        parts.extend(item)
    parts.append(brackets[1])
    return parts


def _sorted_keys(value: Mapping[Any, Any]) -> list[str]:
    for key in value:
        if not isinstance(key, str):
            raise InputError(f"the key {shorten(key)} is not a text; JSON objects have text keys")
    # RFC 8785 section 3.2.3: keys are sorted by their UTF-16 code units.
    return sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))


def _string(text: str) -> str:
    # RFC 8785 section 3.2.2.2 escapes exactly what this encoder escapes when it keeps non-ASCII.
    return json.dumps(text, ensure_ascii=False)


def _number(value: float) -> str:
    if isinstance(value, int):
        if abs(value) > _LARGEST_EXACT_INTEGER:
            raise InputError(f"the integer {value} is beyond 2^53 - 1; write it as a text")
        return str(value)
    if not math.isfinite(value):
        raise InputError(f"the number {value} does not exist in JSON; leave it out")
    return _ecmascript(value)


def _ecmascript(value: float) -> str:
    """Format a double as ECMA-262 Number::toString does (RFC 8785 section 3.2.2.3)."""
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, exponent = f"{abs(value)!r}e0".split("e")[:2]
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    # point: the decimal point stands after this many digits of `digits`
    point = len(whole) + int(exponent) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    tail = f"e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return sign + digits[0] + ("." + digits[1:] if count > 1 else "") + tail
