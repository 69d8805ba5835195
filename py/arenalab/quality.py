"""The five-dimension grade of a span, each dimension a documented measure in [0, 1].

completeness  share of what a full span tells that this one tells: situation, outcome, actor,
              time, source, another phrasing
provenance    0.5 for a source, 0.2 for a licence, 0.3 for a confirmation by somebody
impact        how far the outcome can be relied on: completed 0.6, failed 0.5, pending 0.2, and
              0.2 for each confirmation, up to 1
uniqueness    share of the span's word trigrams that stand in no other span of the set
coherence     share of the situation's words, weighted by rarity, that the outcome takes up

A grade that the span itself declares (`metadata.quality`) takes the place of the measure: a
curator knows better. Measures read the spans alone; they know no vectors, no clock, no files.
"""

import re
from collections import Counter
from collections.abc import Sequence
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arenalab.errors import SpanError, shorten
from arenalab.span import Span

DIMENSIONS = ("completeness", "provenance", "impact", "uniqueness", "coherence")

_WORD = re.compile(r"\w+")
_RELIABILITY = {"completed": 0.6, "failed": 0.5, "pending": 0.2}


def grade(spans: Sequence[Span]) -> NDArray[np.float64]:
    """Return (len(spans), 5) float64 grades in [0, 1], columns in the order of DIMENSIONS.

    Raises SpanError when a span declares a grade that is not a number from 0 to 1.
    """
    words = [_words(span) for span in spans]
    trigrams = [_trigrams(list_) for list_ in words]
    owners = Counter(trigram for own in trigrams for trigram in own)
    spread = Counter(word for list_ in words for word in set(list_))
    grades = np.empty((len(spans), len(DIMENSIONS)))
    for index, span in enumerate(spans):
        grades[index] = (
            _completeness(span),
            _provenance(span),
            min(1.0, _RELIABILITY[span.status] + 0.2 * len(span.confirmed_by)),
            sum(owners[t] == 1 for t in trigrams[index]) / max(len(trigrams[index]), 1),
            _coherence(span, spread, len(spans)),
        )
        for name, value in (span.metadata.quality or {}).items():
            if name in DIMENSIONS:
                grades[index, DIMENSIONS.index(name)] = _declared(span, name, value)
    return grades


def _completeness(span: Span) -> float:
    told: tuple[Any, ...] = (
        span.this,
        span.if_ok or span.if_not,
        span.who,
        span.when,
        span.metadata.source,
        len(span.phrasings) > 1,
    )
    return sum(map(bool, told)) / len(told)


def _provenance(span: Span) -> float:
    source, license_ = bool(span.metadata.source), bool(span.metadata.license)
    return 0.5 * source + 0.2 * license_ + 0.3 * bool(span.confirmed_by)


def _coherence(span: Span, spread: Counter[str], count: int) -> float:
    said = set(_WORD.findall(f"{span.if_ok} {span.if_not}".casefold()))
    asked = {word: log(1 + count / spread[word]) for word in _WORD.findall(span.this.casefold())}
    return sum(w for word, w in asked.items() if word in said) / max(sum(asked.values()), 1e-9)


def _words(span: Span) -> list[str]:
    return _WORD.findall(f"{span.this} {span.if_ok} {span.if_not}".casefold())


def _trigrams(words: list[str]) -> set[tuple[str, ...]]:
    """Word trigrams; a shorter text is one gram of all its words."""
    return {tuple(words[i : i + 3]) for i in range(max(len(words) - 2, 1))}


def _declared(span: Span, name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise SpanError(
            f"span {shorten(span.id)}: quality.{name} is {shorten(value)}; "
            "write a number from 0 to 1"
        )
    return float(value)
