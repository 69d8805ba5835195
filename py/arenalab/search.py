"""A question → its candidate rows: exact scan of sign codes, BM25, int8 rescoring.

The scan compares 384 signs a row by XOR and popcount over every row of the pack: no index to
build. What comes near is compared again with more of the question's precision, and what stays near
is scored with the int8 rows, whose dot product with a unit query is the cosine to about 0.002. BM25
brings in rows that share rare words with the question though their vectors differ.
"""

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from arenalab.filter import Filter
from arenalab.pack import Pack, sign_codes
from arenalab.pack.model import FloatArray, IntArray
from arenalab.pack.postings import Walk
from arenalab.plan import Plan, plan

Whole = TypeVar("Whole", bound=np.integer[Any])

# Of more rows than MANY, the FIRST words of the codes choose one in SHARE, or WIDER times as many
# as are wanted, judged by one row in SAMPLED, and the other words are compared for those alone.
# Bits that differ in three words are counted in a byte.
MANY = 40_000
FIRST = 3
SHARE, WIDER = 30, 8
SAMPLED = 16
UNREACHED, OUT_OF_REACH = 255, 1023  # distances, in one byte and in two, of what is not wanted
PLANES = 3  # bits of magnitude a number of the question is kept in where it meets signs


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the engine sees it: its text, (D,) unit vector, and token ids.

    `before` is the vector of what was said before it, where something was. `topic` is the vector of
    what is talked of, where the question is read together with it: then `vector` is the unit
    vector between the topic's and the question's own.
    """

    text: str
    vector: FloatArray
    tokens: tuple[int, ...]
    before: FloatArray | None = None
    topic: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class Candidates:
    """Phrasings that may match, nearest first. All arrays are (C,).

    rows        row numbers in the pack
    similarity  cosine of question and phrasing
    told        cosine of question and the diamond's situation and outcome together; the phrasing's
                own cosine where the diamond has no such row, 0 where no diamond of the pack has
    lexical     BM25 score of the diamond, as a share of the best that any could reach
    context     cosine of what was said before the question with what was before the diamond; the
                mean of the others where nothing was, 0 where no conversation or no diamond has any
    topical     by how much the phrasing is nearer to the topic than to the question's own vector;
                0 where the question is read without a topic
    """

    rows: IntArray
    similarity: FloatArray
    told: FloatArray
    lexical: FloatArray
    context: FloatArray
    topical: FloatArray

    def without(self, gone: NDArray[np.bool_]) -> "Candidates":
        """Return the candidates where `gone` (C,) is false."""
        kept = ~gone
        return Candidates(
            self.rows[kept],
            self.similarity[kept],
            self.told[kept],
            self.lexical[kept],
            self.context[kept],
            self.topical[kept],
        )


def candidates(pack: Pack, query: Query, planned: Plan | None = None) -> Candidates:
    """Return the candidates of `query`, sorted by cosine; ties keep the pack's order.

    All of the pack is wanted where no plan says otherwise.
    """
    planned = planned or plan(pack, Filter(), neighbours=pack.row_count)
    words = pack.postings
    walked = words.walk(query.tokens)
    near = nearest_rows(pack, query.vector, planned)
    spans = pack.spans_of(near)
    more = best_spans(walked, planned.lexical, planned.allowed)
    if len(more) or len(pack.row_starts) <= pack.row_count:
        spans = distinct(np.concatenate([spans, more])).astype(np.intp)
    lexical = walked.scores[spans] + words.score(walked.left, spans)
    lexical /= np.float32(max(words.reachable(query.tokens), 1e-9))
    rows = pack.rows_of(spans)
    similarity = pack.cosines(rows, query.vector)
    order = np.argsort(-similarity, kind="stable")
    owner = np.arange(len(spans))
    if len(rows) > len(spans):
        owner = np.repeat(owner, pack.row_counts_of(spans))
    told = np.zeros_like(similarity)
    is_answer = pack.are_answers(rows)
    if is_answer.any():
        of_span = np.full(len(spans), np.nan, np.float32)
        of_span[owner[is_answer]] = similarity[is_answer]
        told = np.where(np.isnan(of_span[owner]), similarity, of_span[owner])
        order = order[~is_answer[order]]
    context = alike_before(pack, spans, query.before)
    topical = nearer_to_topic(pack, rows, similarity, query)
    owner = owner[order]
    return Candidates(
        rows[order], similarity[order], told[order], lexical[owner], context[owner], topical[order]
    )


def nearer_to_topic(pack: Pack, rows: IntArray, similarity: FloatArray, query: Query) -> FloatArray:
    """Return (C,) how much nearer `rows` are to the topic of `query` than to its own question.

    `similarity` (C,) are their cosines with the two together; all 0 where there is no topic.
    """
    if query.topic is None:
        return np.zeros_like(similarity)
    alike = pack.cosines(rows, query.topic)
    # Of unit vectors t and q, t · (t + q) / |t + q| = |t + q| / 2.
    length = np.float32(2) * (query.vector @ query.topic)
    nearer: FloatArray = 2 * alike - length * similarity
    return nearer


def alike_before(pack: Pack, spans: IntArray, before: FloatArray | None) -> FloatArray:
    """Return (len(spans),) cosines of `before` with the diamond each of `spans` goes on from.

    The mean of the others where it goes on from none; all 0 where none does, or `before` is None.
    """
    alike = np.zeros(len(spans), np.float32)
    if before is None or not pack.has_trajectories:
        return alike
    previous = pack.facets.previous[spans]
    follows = previous >= 0
    if follows.any():
        # The last row says most of a diamond: situation and outcome, where the outcome says any.
        alike[follows] = (
            pack.rows(pack.row_starts[previous[follows] + 1].astype(np.intp) - 1) @ before
        )
        alike[~follows] = alike[follows].mean()
    return alike


def nearest_rows(pack: Pack, vector: FloatArray, planned: Plan) -> IntArray:
    """Return the wanted rows that are likely nearest to (D,) `vector`, in ascending order.

    Of the `planned.scanned` rows, the sign codes find `planned.compared` by Hamming distance, and
    of those `planned.rescored` by the product of signs with a question kept in four bits.
    """
    near = nearest_codes(pack, vector, planned.compared, planned)
    if len(near) <= planned.rescored:
        return near
    apart = weighed_differences(pack.codes[:, near], vector)
    kept: IntArray = near[apart <= np.partition(apart, planned.rescored - 1)[planned.rescored - 1]]
    return kept


def weighed_differences(codes: NDArray[np.uint64], vector: FloatArray) -> NDArray[np.uint16]:
    """Return (N,): the less, the greater the product of (D,) `vector` with (D / 64, N) signs is.

    The vector is kept as signs and PLANES bits of magnitude. Where signs differ magnitudes are
    added up, by counting bits, one plane of the magnitudes after another (Gao and Long 2024,
    RaBitQ, arXiv:2405.12497, section 3.3.2): the sum over all dimensions is the same for every row.
    """
    size = np.abs(vector)
    most = 2**PLANES - 1
    levels = np.rint(size * np.float32(most / max(float(size.max()), 1e-12))).astype(np.uint8)
    flags = np.array([vector > 0, *(levels >> plane & 1 for plane in range(PLANES))])
    signs, *planes = np.packbits(flags, axis=1, bitorder="little").view("<u8")
    sums = np.zeros(codes.shape[1], np.uint16)
    for word, column in enumerate(codes):
        differ = column ^ signs[word]
        # Within a word, twice the bits of the upper planes fit a byte; the lowest is added apart.
        upper = np.bitwise_count(differ & planes[2][word])
        upper += upper
        upper += np.bitwise_count(differ & planes[1][word])
        sums += upper
        sums += upper
        sums += np.bitwise_count(differ & planes[0][word])
    return sums


def nearest_codes(
    pack: Pack, vector: FloatArray, count: int, planned: Plan | None = None
) -> IntArray:
    """Return the wanted rows nearest to (D,) `vector` by Hamming distance of sign codes.

    At least `count`, or all there are. Rows as far away as the last one are all included, so that
    the result does not depend on their order. Row numbers ascend.
    """
    rows = planned.rows if planned else None
    left_out = None
    if planned and planned.allowed is not None and rows is None:
        left_out = np.repeat(~planned.allowed, pack.row_counts)
    scanned = pack.row_count if rows is None else len(rows)
    if scanned <= count:
        every = np.arange(pack.row_count) if rows is None else rows
        return every if left_out is None else every[~left_out]
    code = sign_codes(vector[None, :], pack.mean)[:, 0]
    near = rows
    distance = _differing(pack.codes[:FIRST], code[:FIRST], near)
    if left_out is not None:
        distance[left_out] = UNREACHED
    if scanned > MANY:
        places = _within(distance, max(scanned // SHARE, count * WIDER), SAMPLED)
        distance, near = distance[places], places if rows is None else rows[places]
    total = distance.astype(np.uint16)
    for start in range(FIRST, len(code), FIRST):
        some = slice(start, start + FIRST)
        total += _differing(pack.codes[some], code[some], near)
    if left_out is not None:
        total[distance == UNREACHED] = OUT_OF_REACH
    found = _within(total, count)
    return found if near is None else near[found]


def _differing(
    codes: NDArray[np.uint64], code: NDArray[np.uint64], rows: IntArray | None
) -> NDArray[np.uint8]:
    """Return (N,) in how many bits the `rows` of (W, R) `codes` differ from (W,) `code`.

    All rows, where None are named. W is at most FIRST.
    """
    columns = codes if rows is None else (column[rows] for column in codes)
    each = (np.bitwise_count(c ^ word) for c, word in zip(columns, code, strict=True))
    bits: NDArray[np.uint8] = next(each)
    for more in each:
        bits += more
    return bits


def _within(distance: NDArray[np.unsignedinteger], count: int, every: int = 1) -> IntArray:
    """Return the places of the `count` smallest distances within reach, with all ties.

    Where `every` is more than 1, `count` is judged by one distance out of so many.
    """
    beyond = UNREACHED if distance.dtype == np.uint8 else OUT_OF_REACH
    reached = np.cumsum(np.bincount(distance[::every], minlength=beyond + 1)[:beyond])
    bar = np.searchsorted(reached, -(-count // every))
    return np.flatnonzero(distance <= min(int(bar), beyond - 1))


def bm25(pack: Pack, tokens: tuple[int, ...]) -> FloatArray:
    """Return (S,) float32 BM25 scores of the spans, as shares of the best reachable score."""
    words = pack.postings
    return words.everywhere(tokens) / np.float32(max(words.reachable(tokens), 1e-9))


def best_spans(
    walked: Walk, count: int, allowed: NDArray[np.bool_] | None = None
) -> NDArray[np.int32]:
    """Return the spans of the `count` highest scores, ties included up to twice that.

    Where `allowed` (S,) says which spans are wanted, they are of those.
    """
    spans = walked.found if allowed is None else walked.found[allowed[walked.found]]
    # A span was found by up to `walks` tokens, so so many more of them hold the best ones.
    spans = distinct(_best(spans, walked.scores, count * walked.walks))
    return _best(spans, walked.scores, count)[: 2 * count]


def distinct(values: NDArray[Whole]) -> NDArray[Whole]:
    """Return what occurs in `values`, ascending.

    Asked for no counts, `np.unique` first imports all of `numpy.ma`.
    """
    found: NDArray[Whole] = np.unique(values, return_counts=True)[0]
    return found


def _best(spans: NDArray[np.int32], scores: FloatArray, count: int) -> NDArray[np.int32]:
    if len(spans) <= count:
        return spans
    theirs = scores[spans]
    best: NDArray[np.int32] = spans[theirs >= np.partition(theirs, -count)[-count]]
    return best
