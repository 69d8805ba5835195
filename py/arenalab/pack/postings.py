"""BM25 in about one byte a posting: which spans hold a token, how often, and how long spans are.

A score is `idf · f (k1 + 1) / (f + k1 (1 - b + b · length / average))` (Robertson and Zaragoza
2009, "The Probabilistic Relevance Framework", equation 3.15); k1 and b are the values recommended
there where nothing is tuned. Only what that takes is stored. A token's spans are gaps of two bytes
where they are rare, of one byte where they are not, and bits where an eighth of all spans or more
hold it; how often it stands in a span is then taken to be once.

Rare words decide which spans are looked at: those that hold nothing but words which every eighth
span holds are not found by them, though such words count in the score of what is found. So a query
touches few postings however large the pack is.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from arenalab.errors import DamagedFileError
from arenalab.pack.gaps import Ints, read_gaps, write_gaps

FloatArray = NDArray[np.float32]

K1, B = 1.2, 0.75
MOST = 8  # a token's occurrences in a span count up to this many times
OCTAVE = 16  # steps of a stored length until it doubles
FREQUENT = 8  # a token in one of so many spans is kept as bits
WIDE, NARROW, BITS = range(3)
# Postings added up for a query before the more frequent tokens only score what was found.
WALKED = 65_536
# Lists of so many symbols are kept once they are read, up to so many of them: of a million spans,
# they take up to 16 MB.
LONG, KEPT = 8_192, 32


@dataclass(frozen=True, slots=True)
class Walk:
    """What the rarest tokens of a query say.

    scores  (S,) float32: what they add to each span
    found   the spans that hold them, once for each token of theirs
    walks   how many tokens these are
    left    the places of the other tokens, for `score`
    """

    scores: FloatArray
    found: Ints
    walks: int
    left: list[int]


@dataclass(frozen=True)
class Postings:
    """T tokens of a vocabulary of V stand in S spans.

    tokens   (T,) ascending token ids
    forms    (T,) uint32: symbols of the token × 4 + its form (WIDE, NARROW or BITS)
    wide     uint16 symbols (see `gaps`) of the tokens of form WIDE, one after another
    narrow   uint8, of those of form NARROW
    bits     (tokens of form BITS, S / 8) uint8: bit s % 8 of byte s / 8 is set where span s has it
    lengths  (S,) uint8: a span has about 2 ** (lengths / 16) tokens
    average  tokens of a span in the mean
    """

    vocabulary: int
    tokens: NDArray[np.int32]
    forms: NDArray[np.uint32]
    wide: NDArray[np.uint16]
    narrow: NDArray[np.uint8]
    bits: NDArray[np.uint8]
    lengths: NDArray[np.uint8]
    average: float
    _facts: dict[int, tuple[float, float]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def places(self) -> NDArray[np.int64]:
        """(T,) int64: where each token's symbols begin among those of its form."""
        places = np.zeros(len(self.tokens), np.int64)
        for form in (WIDE, NARROW, BITS):
            mine = self.forms % 4 == form
            sizes = (self.forms[mine] // 4).astype(np.int64)
            places[mine] = np.cumsum(sizes) - sizes
        return places

    def symbols(self, form: int) -> int:
        """Return how many symbols the tokens of `form` have together."""
        return int((self.forms[self.forms % 4 == form] // 4).sum(dtype=np.int64))

    @cached_property
    def norms(self) -> FloatArray:
        """(256,) float32: the length's part of the formula for each stored length."""
        length = np.exp2(np.arange(256) / OCTAVE)
        return (K1 * (1 - B + B * length / max(self.average, 1e-9))).astype(np.float32)

    def known(self, tokens: Iterable[int]) -> list[int]:
        """Return the places in `self.tokens` of those of `tokens` that some span holds."""
        asked = np.array(sorted(set(tokens)), np.int32)
        place = np.searchsorted(self.tokens, asked)
        inside = place < len(self.tokens)
        return [int(p) for p in place[inside][self.tokens[place[inside]] == asked[inside]]]

    def spans_with(self, place: int) -> tuple[Ints, Ints | None]:
        """Return the spans, ascending, that hold token number `place`, and how often each does."""
        size, form = divmod(int(self.forms[place]), 4)
        long = form == NARROW and size >= LONG
        return self._remembered(place) if long else self._spans_with(place)

    @cached_property
    def _remembered(self) -> Callable[[int], tuple[Ints, Ints | None]]:
        """`spans_with`, the last lists kept: the words of questions are often the same."""
        return lru_cache(KEPT)(self._spans_with)

    def _spans_with(self, place: int) -> tuple[Ints, Ints | None]:
        size, form = divmod(int(self.forms[place]), 4)
        begin = int(self.places[place])
        if form == BITS:
            row = np.unpackbits(self._bits(place), count=len(self.lengths), bitorder="little")
            return np.flatnonzero(row).astype(np.int32), None
        spans, times = read_gaps((self.wide if form == WIDE else self.narrow)[begin : begin + size])
        if not len(spans) or spans[-1] >= len(self.lengths):
            raise DamagedFileError(
                f"the pack contradicts itself: token {self.tokens[place]} is in no span or in one "
                "that is not there; build or download it again"
            )
        return spans, times

    def impacts(self, place: int) -> tuple[Ints, FloatArray]:
        """Return the spans that hold token number `place`, and its score in each."""
        spans, times = self.spans_with(place)
        return spans, self._score(self._fact(place, spans, times)[0], spans, times)

    def everywhere(self, tokens: Iterable[int]) -> FloatArray:
        """Return (S,) float32: the score of every span. Walks all postings of `tokens`."""
        scores = np.zeros(len(self.lengths), np.float32)
        for place in self.known(tokens):
            spans, impacts = self.impacts(place)
            scores[spans] += impacts  # a span stands once in a list, so this adds all of it
        return scores

    def reachable(self, tokens: Iterable[int]) -> float:
        """Return what no span's score can exceed: the sum of each token's best."""
        return sum(self._fact(place)[1] for place in self.known(tokens))

    def walk(self, tokens: Iterable[int]) -> "Walk":
        """Add up the scores of the rarest of `tokens`."""
        sizes = {p: self._weight(p) for p in self.known(tokens)}
        order = sorted(sizes, key=lambda p: (sizes[p], p))
        scores = np.zeros(len(self.lengths), np.float32)
        found = [np.zeros(0, np.int32)]
        walked = 0
        for place in order:
            walked += sizes[place]
            if len(found) > 1 and (walked > WALKED or self.forms[place] % 4 == BITS):
                break
            spans, impacts = self.impacts(place)
            scores[spans] += impacts
            found.append(spans)
        walks = len(found) - 1
        return Walk(scores, np.concatenate(found), walks, order[walks:])

    def score(self, places: Iterable[int], spans: NDArray[np.integer]) -> FloatArray:
        """Return (len(spans),) float32: what the tokens at `places` add to these spans."""
        scores = np.zeros(len(spans), np.float32)
        for place in places:
            if self.forms[place] % 4 == BITS:
                held, times = self._bits(place)[spans >> 3] >> (spans & 7) & 1 > 0, None
            else:
                members, counts = self.spans_with(place)
                at = np.minimum(np.searchsorted(members, spans.astype(np.int32)), len(members) - 1)
                held = members[at] == spans
                times = None if counts is None else counts[at[held]]
            scores[held] += self._score(self._fact(place)[0], spans[held], times)
        return scores

    def _bits(self, place: int) -> NDArray[np.uint8]:
        row: NDArray[np.uint8] = self.bits[int(self.places[place]) // max(self.bits.shape[1], 1)]
        return row

    def _weight(self, place: int) -> int:
        """About how many spans hold the token."""
        size, form = divmod(int(self.forms[place]), 4)
        return size * 8 if form == BITS else size

    def _fact(
        self, place: int, spans: Ints | None = None, times: Ints | None = None
    ) -> tuple[float, float]:
        """Return the idf of a token and the best score it has anywhere; found out once."""
        if place not in self._facts:
            if spans is None and self.forms[place] % 4 == BITS:
                count, spans = self._shortest(place)
            else:
                if spans is None:
                    spans, times = self.spans_with(place)
                count = len(spans)
            idf = float(np.log1p((len(self.lengths) - count + 0.5) / (count + 0.5)))
            best = float(self._score(idf, spans, times).max(initial=0))
            self._facts[place] = idf, best
        return self._facts[place]

    def _shortest(self, place: int) -> tuple[int, Ints]:
        """Return how many spans hold a token kept as bits, and the shortest: it scores best."""
        row = self._bits(place)
        held = np.unpackbits(row, count=len(self.lengths), bitorder="little")
        shortest = int(np.where(held, self.lengths, 255).argmin())
        return int(np.bitwise_count(row).sum(dtype=np.int64)), np.array([shortest], np.int32)

    def _score(
        self, idf: float, spans: NDArray[np.integer], times: NDArray[np.integer] | None
    ) -> FloatArray:
        norm: FloatArray = self.norms[self.lengths[spans]]
        top = np.float32(idf * (K1 + 1))
        if times is None:
            return np.asarray(top / (1 + norm), np.float32)
        often = times.astype(np.float32)
        return np.asarray(top * often / (often + norm), np.float32)


def build_postings(tokens: Sequence[Sequence[int]], vocabulary: int) -> Postings:
    """Return the postings of spans, given the tokens of each."""
    lengths = np.fromiter(map(len, tokens), np.int64, len(tokens))
    flat = np.fromiter((token for span in tokens for token in span), np.int64, lengths.sum())
    return postings([counted(flat, lengths)], lengths, vocabulary)


def counted(
    tokens: NDArray[np.int64], lengths: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return token, span and times of each posting, in order, of spans of `lengths` tokens."""
    owners = np.repeat(np.arange(len(lengths)), lengths.astype(np.intp))
    pairs, times = np.unique(tokens * max(len(lengths), 1) + owners, return_counts=True)
    token, span = np.divmod(pairs, max(len(lengths), 1))
    return token, span, np.minimum(times, MOST)


def postings(
    parts: Iterable[tuple[NDArray[np.integer], NDArray[np.integer], NDArray[np.integer]]],
    lengths: NDArray[np.integer],
    vocabulary: int,
) -> Postings:
    """Return the postings of S spans of `lengths` tokens.

    `parts` hold token, span and times of each posting, in order; a token is in one part alone.
    """
    made = [_compress(*part, len(lengths)) for part in parts if len(part[0])]
    width = -(-len(lengths) // 8)
    empty = (np.zeros(0, np.int32), np.zeros(0, np.uint32), np.zeros(0, np.uint16))
    nothing = (*empty, np.zeros(0, np.uint8), np.zeros((0, width), np.uint8))
    tokens, forms, wide, narrow, bits = (
        np.concatenate(arrays) for arrays in zip(nothing, *made, strict=True)
    )
    stored = np.rint(OCTAVE * np.log2(np.maximum(lengths, 1)))
    return Postings(
        vocabulary=vocabulary,
        tokens=tokens,
        forms=forms,
        wide=wide,
        narrow=narrow,
        bits=bits,
        lengths=np.minimum(stored, 255).astype(np.uint8),
        average=float(lengths.sum() / max(len(lengths), 1)),
    )


def _compress(
    token: NDArray[np.integer], span: NDArray[np.integer], times: NDArray[np.integer], spans: int
) -> tuple[
    NDArray[np.int32],
    NDArray[np.uint32],
    NDArray[np.uint16],
    NDArray[np.uint8],
    NDArray[np.uint8],
]:
    tokens, first, count = np.unique(token, return_index=True, return_counts=True)
    narrow = np.where(count * (np.iinfo(np.uint8).max - 1) >= spans, NARROW, WIDE)
    form = np.where(count * FREQUENT >= spans, BITS, narrow)
    form_of = np.repeat(form, count)
    begins = np.zeros(len(token), np.bool_)
    begins[first] = True
    sizes = np.zeros(len(tokens), np.int64)
    symbols = []
    for one, width in ((WIDE, np.uint16), (NARROW, np.uint8)):
        mine = form_of == one
        made, taken = write_gaps(span[mine], times[mine], begins[mine], width)
        symbols.append(made)
        if len(taken):
            sizes[form == one] = np.add.reduceat(taken, np.flatnonzero(begins[mine]))
    bits = np.zeros((int((form == BITS).sum()), -(-spans // 8)), np.uint8)
    for row, place in zip(bits, np.flatnonzero(form == BITS), strict=True):
        held = np.zeros(spans, np.bool_)
        held[span[first[place] : first[place] + count[place]]] = True
        row[:] = np.packbits(held, bitorder="little")
    sizes[form == BITS] = bits.shape[1]
    forms = (sizes * 4 + form).astype(np.uint32)
    return tokens.astype(np.int32), forms, symbols[0], symbols[1], bits
