"""Arrays → SVG for a report: risk-coverage, reliability, confusion, kinds of decision.

Boundary: draws and computes no measure but the bins of the reliability diagram. Colours come from
the classes of `report_style`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from arenalab.evaluate.metrics import Bools, Floats, risk_coverage

SIDE, LEFT, BOTTOM, RIGHT, TOP = 260, 52, 36, 12, 10
POINTS = 200  # of a curve; more cannot be seen
BINS = 15
LABELS = 12  # of a confusion matrix
LABEL_LENGTH = 34


def risk_coverage_chart(confidence: Floats, correct: Bools) -> str:
    """Draw the share of wrong answers against the share of questions answered."""
    coverage, risk = risk_coverage(confidence, correct)
    top = _ceiling(float(risk.max(initial=0)))
    chosen = np.unique(np.linspace(0, max(len(risk) - 1, 0), POINTS).astype(np.intp))[: len(risk)]
    points = [(_x(coverage[i]), _y(risk[i] / top)) for i in chosen]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    area = f"{_x(0):.1f},{_y(0):.1f} {line} {_x(1):.1f},{_y(0):.1f}"
    return _frame(
        f'<polygon class="area" points="{area}"/><polyline class="curve" points="{line}"/>',
        across="questions answered, surest first",
        along="wrong among them",
        top=top,
        name="Risk-coverage curve",
    )


def reliability_chart(probability: Floats, correct: Bools) -> str:
    """Draw how often answers of each stated probability are right; dot areas tell how many."""
    place = np.minimum((probability * BINS).astype(int), BINS - 1)
    count = np.bincount(place, minlength=BINS)
    used = np.flatnonzero(count)
    said = np.bincount(place, probability, minlength=BINS)[used] / count[used]
    was = np.bincount(place, correct, minlength=BINS)[used] / count[used]
    most = int(count.max(initial=1))
    dots = "".join(
        f'<line class="grid" x1="{_x(s):.1f}" y1="{_y(s):.1f}" x2="{_x(s):.1f}" y2="{_y(w):.1f}"/>'
        f'<circle class="point" cx="{_x(s):.1f}" cy="{_y(w):.1f}" r="{_radius(n / most)}">'
        f"<title>said {s:.2f}, right {w:.2f}, {n} items</title></circle>"
        for s, w, n in zip(said, was, count[used], strict=True)
    )
    ideal = f'<line class="ideal" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>'
    return _frame(
        ideal + dots, across="probability stated", along="share right", name="Reliability diagram"
    )


def confusion_chart(pairs: Mapping[tuple[str, str], int], hits: Mapping[str, int]) -> str:
    """Draw the outcomes most often confused: `pairs` of (truth, predicted) and their counts.

    `hits` counts each outcome's right predictions, for the diagonal.
    """
    labels = worst_outcomes(pairs)
    size = 26
    left, top = 232, 8
    most = max(pairs.values(), default=1)
    parts: list[str] = []
    for row, truth in enumerate(labels):
        y = top + row * size
        name = f"{row + 1}  {_short(truth)}"
        parts.append(f'<text x="{left - 8}" y="{y + 17}" text-anchor="end">{escape(name)}</text>')
        for column, said in enumerate(labels):
            n = hits.get(truth, 0) if row == column else pairs.get((truth, said), 0)
            kind = "hit" if row == column else "error"
            shade = 0.35 if row == column else 0.25 + 0.75 * n / most
            x = left + column * size
            box = f'x="{x}" y="{y}" width="{size - 2}" height="{size - 2}" rx="3"'
            style = f'class="{kind}" fill-opacity="{shade:.2f}"' if n else 'class="empty"'
            note = f"<title>{escape(truth)} → {escape(said)}: {n}</title>"
            parts.append(f"<rect {style} {box}>{note}</rect>")
            if n:
                middle = f'x="{x + size / 2 - 1}" y="{y + 16}" text-anchor="middle"'
                parts.append(f'<text class="strong" {middle}>{n}</text>')
    below = top + len(labels) * size + 12
    for i in range(len(labels)):
        middle = f'x="{left + i * size + size / 2 - 1}" y="{below}" text-anchor="middle"'
        parts.append(f"<text {middle}>{i + 1}</text>")
    width = left + len(labels) * size + 8
    # Not wider than it is drawn: a small matrix must not be blown up.
    style = f'style="max-width: {width * 1.25:.0f}px"'
    return _svg(f"{width} {below + 8}", "Confusion of the worst outcomes", "".join(parts), style)


def worst_outcomes(pairs: Mapping[tuple[str, str], int]) -> list[str]:
    """Return the outcomes in the most frequent confusions, partners side by side."""
    labels: list[str] = []
    for pair, _ in Counter(pairs).most_common():
        new = [label for label in dict.fromkeys(pair) if label not in labels]
        if len(labels) + len(new) > LABELS:
            break
        labels += new
    return labels


def shares_chart(parts: Sequence[tuple[str, int, str]]) -> str:
    """Draw counts as one bar: (name, count, class) from the left."""
    total = max(sum(count for _, count, _ in parts), 1)
    x, width, shapes = 0.0, 640.0, []
    for name, count, kind in parts:
        share = width * count / total
        shapes.append(
            f'<rect class="{kind}" x="{x:.1f}" y="0" width="{max(share - 1, 0):.1f}" height="18">'
            f"<title>{escape(name)}: {count}</title></rect>"
        )
        x += share
    return _svg(f"{width:.0f} 18", "Kinds of decision", "".join(shapes))


def _frame(inner: str, *, across: str, along: str, name: str, top: float = 1.0) -> str:
    """Axes with ticks around `inner`; both run from 0, to 1 across and to `top` upwards."""
    ticks = []
    for i in range(6):
        share = i / 5
        x, y = _x(share), _y(share)
        ticks.append(
            f'<line class="grid" x1="{_x(0)}" x2="{_x(1)}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{share * top:.2g}</text>'
            f'<text x="{x:.1f}" y="{_y(0) + 15:.1f}" text-anchor="middle">{share:.1f}</text>'
        )
    axes = (
        f'<line class="axis" x1="{_x(0)}" x2="{_x(1)}" y1="{_y(0)}" y2="{_y(0)}"/>'
        f'<text x="{_x(0.5)}" y="{_y(0) + 31:.1f}" text-anchor="middle">{escape(across)}</text>'
        f'<text transform="translate(11 {_y(0.5)}) rotate(-90)" text-anchor="middle">'
        f"{escape(along)}</text>"
    )
    size = f"{LEFT + SIDE + RIGHT} {TOP + SIDE + BOTTOM}"
    return _svg(size, name, "".join(ticks) + axes + inner)


def _svg(size: str, name: str, inner: str, style: str = "") -> str:
    return f'<svg viewBox="0 0 {size}" role="img" aria-label="{escape(name)}" {style}>{inner}</svg>'


def _x(share: float) -> float:
    return LEFT + SIDE * float(share)


def _y(share: float) -> float:
    return TOP + SIDE * (1 - float(share))


def _radius(share: float) -> str:
    return f"{2.5 + 6 * share**0.5:.1f}"


def _ceiling(value: float) -> float:
    """Return the least round number at or above `value` at which an axis may end."""
    rounds = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
    return next(end for end in rounds if value <= end or end == 1)


def _short(text: str) -> str:
    return text if len(text) <= LABEL_LENGTH else f"{text[: LABEL_LENGTH - 1]}…"
