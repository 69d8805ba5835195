"""What each part of answering is worth: every task with the part, and without it.

    .venv/bin/python tests/bench/ablation.py [--data FOLDER] [--json FILE]

Packs are learned once a task; parts are then taken away one at a time, when asked. `only the
nearest` takes all away: the outcome of the phrasing with the highest cosine. A figure is the share
of questions whose best outcome is right, in percent, and the difference that the part makes; one
standard error of the difference stands behind it, over the questions that were decided otherwise.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arenalab.arena import Arena
from arenalab.confidence import Calibration
from arenalab.encode import Encoder, load_encoder
from arenalab.evaluate import metrics
from arenalab.evaluate.intent import Labelled, draw
from arenalab.evaluate.tables import read_labelled
from arenalab.learning import learn
from arenalab.match import Kernel, match
from arenalab.outcome import Prediction, predict
from arenalab.search import Candidates, candidates
from arenalab.span import Span

ROOT = Path(__file__).resolve().parents[2]
SHOTS = 10

Change = Callable[[Kernel], Kernel]


def same(kernel: Kernel) -> Kernel:
    """Return `kernel`."""
    return kernel


@dataclass(frozen=True, slots=True)
class Task:
    """Spans to learn, and questions with the text of the outcome each means."""

    name: str
    spans: Sequence[Span]
    asked: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Without:
    """A part that is taken away: what becomes of the kernel, and whether labels stay rows."""

    kernel: Change = same
    labels: bool = True


WITHOUT: Mapping[str, Without] = {
    "all parts": Without(),
    "shared words": Without(lambda kernel: replace(kernel, lexical_weight=0)),
    "answer text": Without(lambda kernel: replace(kernel, told_weight=0)),
    "labels as phrasings": Without(labels=False),
    "quality as noise": Without(lambda kernel: replace(kernel, quality_noise=0)),
    "constants by leave-one-out": Without(lambda _: Kernel()),
    "regression: the best match alone": Without(lambda kernel: replace(kernel, neighbours=1)),
    "all: only the nearest": Without(
        lambda kernel: replace(kernel, neighbours=1, lexical_weight=0, told_weight=0), labels=False
    ),
}


def tasks(data: Path) -> Iterator[Task]:
    """Give the tasks whose files stand in the folder `data`."""
    banking = data / "banking77"
    train, test = (
        read_labelled(name, (banking / name).read_bytes()) for name in ("train.csv", "test.csv")
    )
    yield Task("BANKING77", *_intent(train, test))
    for seed in range(2):
        yield Task(f"{SHOTS} a class, draw {seed}", *_intent(draw(train, SHOTS, seed), test))
    oos = data / "banking77_oos"
    yield Task("BANKING77-OOS, in scope", *_intent(_lines(oos / "train"), _lines(oos / "test")))
    pairs = json.loads((data / "stackfaq" / "stackExchange-FAQ.json").read_text(encoding="utf-8"))
    spans, asked = [], []
    for number, pair in enumerate(pairs["root"]["qapair"]):
        answer = pair["answer"] if isinstance(pair["answer"], str) else " ".join(pair["answer"])
        spans.append(Span(id=str(number), this=pair["question"], if_ok=answer))
        asked += [(text, answer) for text in pair["rephr"] if text and text != "*"]
    yield Task("StackFAQ", spans, asked)


def _intent(
    train: Sequence[Labelled], test: Sequence[Labelled]
) -> tuple[list[Span], list[tuple[str, str]]]:
    spans = [Span(id=str(i), this=one.text, if_ok=one.label) for i, one in enumerate(train)]
    return spans, [(one.text, one.label) for one in test]


def _lines(folder: Path) -> list[Labelled]:
    texts, labels = (
        (folder / name).read_text(encoding="utf-8").splitlines() for name in ("seq.in", "label")
    )
    return [Labelled(t, label) for t, label in zip(texts, labels, strict=True) if t.strip()]


def ablate(task: Task, encoder: Encoder) -> dict[str, Any]:
    """Return the share right and the calibration error of `task`, whole and without each part."""
    arena = Arena(learn(task.spans, encoder, name="ablation"), encoder, time.perf_counter)
    pack = arena.pack
    said = {span.if_ok: int(o) for span, o in zip(pack.texts, pack.outcomes, strict=True)}
    truth = np.array([said[outcome] for _, outcome in task.asked])
    found = [candidates(pack, q) for q in arena.encode_all([text for text, _ in task.asked])]
    ends = np.flatnonzero(~pack.answers) if pack.span_count else np.array([], np.intp)
    labels = np.array([r for r in pack.row_starts[ends + 1] - 1 if pack.is_label(int(r))], np.intp)
    rows: dict[str, Any] = {}
    for name, part in WITHOUT.items():
        kernel = part.kernel(arena.kernel)
        kept = found if part.labels else [f.without(np.isin(f.rows, labels)) for f in found]
        predictions = [_predict(arena, one, kernel) for one in kept]
        right = np.array([p.outcomes[0] for p in predictions]) == truth
        if not rows:
            whole = right
            judged = (arena.calibration, Calibration())
            rows["calibration error"], rows["the same, not calibrated"] = (
                _error(calibration, predictions, right) for calibration in judged
            )
        rows[name] = _compared(whole, right)
    return rows


def _predict(arena: Arena, found: Candidates, kernel: Kernel) -> Prediction:
    return predict(arena.pack, match(arena.pack, found, kernel), kernel)


def _compared(whole: NDArray[np.bool_], right: NDArray[np.bool_]) -> dict[str, float]:
    """Return the share right in percent, what is lost, and the standard error of that."""
    lost = whole.astype(np.float64) - right
    return {
        "right": 100 * float(right.mean()),
        "worth": 100 * float(lost.mean()),
        "error": 100 * float(lost.std() / len(lost) ** 0.5),
    }


def _error(
    calibration: Calibration, predictions: Sequence[Prediction], right: NDArray[np.bool_]
) -> dict[str, float]:
    sure = np.array([calibration.judge(p).right for p in predictions])
    return {"ece": metrics.ece(sure, right)}


def table(found: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the figures as a Markdown table: a row for each part, a column for each task."""
    lines = ["| without | " + " | ".join(found) + " |", "|---" * (len(found) + 1) + "|"]
    for name in next(iter(found.values())):
        cells = []
        for rows in found.values():
            cell = rows[name]
            if "ece" in cell:
                cells.append(f"{cell['ece']:.3f}")
            elif name == "all parts":
                cells.append(f"{cell['right']:.2f}")
            else:
                changed = f"{0 - cell['worth']:+.2f} ± {cell['error']:.2f}"
                cells.append(changed if cell["error"] else "0")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Measure, print the table, and write the figures where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--encoder", type=Path, default=ROOT / "dist" / "models" / "minilm.encoder")
    parser.add_argument("--json", type=Path, help="write the figures here")
    wanted = parser.parse_args()
    encoder = load_encoder(wanted.encoder.read_bytes())
    found = {task.name: ablate(task, encoder) for task in tasks(wanted.data)}
    print(table(found))
    if wanted.json:
        wanted.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
