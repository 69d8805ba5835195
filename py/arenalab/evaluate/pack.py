"""`eval pack`: what a pack weighs, whether its search finds what is nearest, and what it knows.

It needs no benchmark. The pack's own phrasings are asked: the scan of sign codes against the
cosines of all stored rows in float32, and answers with the phrasing itself, or all that says the
same, left out. Since that is also what a pack calibrates itself on, its calibration looks better
here than elsewhere; its order of confidence does not.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from arenalab.arena import Arena, Progress, terms
from arenalab.confidence.leave_one_out import answerable_rows, as_if_new, sample_rows
from arenalab.container import read_header
from arenalab.evaluate import metrics
from arenalab.evaluate.records import SILENT, Evaluation, Record, decision, mean
from arenalab.match import match
from arenalab.outcome import predict
from arenalab.pack import Pack
from arenalab.pack.model import IntArray
from arenalab.search import Candidates, nearest_codes

ASKED = 200  # rows whose nearest are looked up
REMOVED = 600  # rows asked with themselves left out
NEAREST = 10
SCANNED = (100, 300, 1000)  # how many rows the scan may hand on
BLOCK = 1 << 15  # rows unpacked to float32 at once


def evaluate_pack(arena: Arena, data: bytes, progress: Progress) -> Evaluation:
    """Return sizes, recall of the scan, and how the pack answers its own phrasings.

    `data` is the pack's file. The measures under `leave_one_out` are those of `eval intent`; items
    whose outcome no other phrasing shares are asked as what cannot be answered.
    """
    pack = arena.pack
    sections = read_header(data).sections
    records = _leave_one_out(arena, progress)
    measures = {
        "bytes": len(data),
        "bytes_a_diamond": len(data) / pack.span_count,
        "spans": pack.span_count,
        "rows": pack.row_count,
        "outcomes": len(np.unique(pack.outcomes)),
        "leave_one_out": _measures(records),
        "scan": scan_recall(pack, progress),
        "sections": {
            name: {"bytes": s.length, "bytes_a_diamond": s.length / pack.span_count}
            for name, s in sections.items()
        },
    }
    return Evaluation("pack", measures, tuple(records))


def scan_recall(pack: Pack, progress: Progress) -> dict[str, dict[str, float]]:
    """Return which share of the ten nearest rows the scan of sign codes hands on.

    Nearest by the cosine of stored rows in float32; a row asked is none of its own nearest.
    """
    rows = np.unique(np.linspace(0, pack.row_count - 1, ASKED).astype(np.intp))
    asked = pack.rows(rows)
    exact = nearest_rows(pack, rows, NEAREST)
    found: dict[int, list[float]] = {count: [] for count in SCANNED}
    for done, (row, true) in enumerate(zip(rows, exact, strict=True), 1):
        for count, shares in found.items():
            scanned = nearest_codes(pack, asked[done - 1], count + 1)  # it finds itself as well
            shares.append(float(np.isin(true, scanned[scanned != row]).mean()) if len(true) else 1)
        progress("scan", done, len(rows))
    return {f"{n} rows": {"recall_at_10": mean(np.array(s))} for n, s in found.items()}


def nearest_rows(pack: Pack, asked: IntArray, count: int) -> IntArray:
    """Return (len(asked), up to `count`) the rows nearest to each row asked, itself left out."""
    queries = pack.rows(asked)
    count = min(count, pack.row_count - 1)
    places: list[IntArray] = []
    cosines = []
    for start in range(0, pack.row_count, BLOCK):
        rows = np.arange(start, min(start + BLOCK, pack.row_count))
        block = queries @ pack.rows(rows).T
        block[asked[:, None] == rows] = -np.inf
        best = np.argsort(-block, axis=1, kind="stable")[:, :count]
        places.append(rows[best])
        cosines.append(np.take_along_axis(block, best, axis=1))
    order = np.argsort(-np.concatenate(cosines, axis=1), axis=1, kind="stable")[:, :count]
    return np.take_along_axis(np.concatenate(places, axis=1), order, axis=1)


def _leave_one_out(arena: Arena, progress: Progress) -> list[Record]:
    """Ask a sample of rows twice: with the row left out, and with its whole outcome left out."""
    pack = arena.pack
    outcome_of = pack.outcomes[pack.row_spans].astype(np.intp)
    answerable = answerable_rows(pack, outcome_of)
    rows = sample_rows(pack, ~pack.answer_rows, REMOVED)
    row_terms = _row_terms(arena, rows)
    records: list[Record] = []
    for done, row in enumerate(map(int, rows), 1):
        found = as_if_new(pack, row, row_terms)
        if answerable[row]:
            kept = found.without(found.rows == row)
            records.append(_decide(arena, row, kept, int(outcome_of[row])))
        kept = found.without(outcome_of[found.rows] == outcome_of[row])
        records.append(_decide(arena, row, kept, None))
        progress("answer", done, len(rows))
    return records


def _decide(arena: Arena, row: int, found: Candidates, truth: int | None) -> Record:
    pack = arena.pack
    prediction = predict(pack, match(pack, found, arena.kernel), arena.kernel)
    judgement = arena.calibration.judge(prediction)
    best = int(prediction.outcomes[0]) if len(prediction.outcomes) else None
    correct = best is not None and best == truth
    return Record(
        id=f"{row}" if truth is not None else f"{row} without its outcome",
        text=pack.phrasing(row),
        truth=_said(pack, truth),
        predicted=_said(pack, best),
        correct=correct,
        kind=decision(inside=truth is not None, answered=judgement.answers, correct=correct),
        probability=judgement.probability,
        right=judgement.right,
        within=judgement.within,
    )


def _measures(records: Sequence[Record]) -> dict[str, Any]:
    inside = np.array([bool(r.truth) for r in records])
    confidence = np.array([r.probability for r in records], np.float64)
    right = np.array([r.correct for r in records])
    silent = np.array([r.kind in SILENT for r in records])
    if_known = np.array([r.right for r in records], np.float64)
    return {
        "n": int(inside.sum()),
        "n_oos": int((~inside).sum()),
        "accuracy_in_scope": mean(right[inside]),
        "answered": mean(~silent[inside]),
        "oos_auroc": metrics.auroc(confidence[inside], confidence[~inside]),
        "oos_recall": mean(silent[~inside]),
        "ece": metrics.ece(if_known[inside], right[inside]),
        "risk_coverage": metrics.risk_coverage_area(confidence[inside], right[inside]),
    }


def _said(pack: Pack, outcome: int | None) -> str:
    """Return what an outcome says, by the first diamond that has it."""
    if outcome is None:
        return ""
    span = pack.texts[int(np.argmax(pack.outcomes == outcome))]
    return str(span.if_ok or span.if_not)


def _row_terms(arena: Arena, rows: IntArray) -> list[tuple[int, ...]]:
    """Return the BM25 terms of every row of the spans that `rows` belong to, none of the others."""
    pack = arena.pack
    found: list[tuple[int, ...]] = [()] * pack.row_count
    for row in map(int, pack.rows_of(np.unique(pack.row_spans[rows]))):
        span = pack.texts[int(pack.row_spans[row])]
        told = pack.answer_rows[row]
        found[row] = terms(
            arena.encoder, f"{span.this} {span.if_ok}" if told else pack.phrasing(row)
        )
    return found
