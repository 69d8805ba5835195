"""JSON text → values that are safe to keep.

Nesting is measured before the parser runs: that is written in C and recurses, and in a browser tab
a stack too deep is no exception but the end of the whole engine.
"""

import json
import re
from collections.abc import Mapping
from itertools import accumulate

from arenalab.importers.decode import clean

DEEPEST = 100
_BUT_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"?|[^\[\]{}"]+', re.DOTALL)
_STEP = {"[": 1, "{": 1, "]": -1, "}": -1}


def parse(text: str) -> object:
    """Return the value of a JSON text; half surrogates, which UTF-8 cannot hold, are replaced.

    Raises ValueError when it is not JSON, or nested deeper than `DEEPEST`.
    """
    if text.count("[") + text.count("{") > DEEPEST:
        brackets = _BUT_BRACKETS.sub("", text)
        if max(accumulate(_STEP[bracket] for bracket in brackets), default=0) > DEEPEST:
            raise ValueError(f"nested deeper than {DEEPEST} levels")
    value: object = json.loads(text)
    return _clean(value) if "\\u" in text else value


def _clean(value: object) -> object:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, Mapping):
        return {clean(str(key)): _clean(item) for key, item in value.items()}
    return value
