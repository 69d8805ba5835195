"""Risk and coverage as a drawing: what each threshold would answer, and how much of it wrongly."""

from page.elements import drawing
from page.say import percent, say

WIDTH = 240
HEIGHT = 96
EDGE = 8
FOOT = 18  # below the axis, for its words
LEAST_TOP = 0.1  # share wrong that the axis reaches at least, so that little looks like little


def coverage_chart(coverage: tuple, now: tuple) -> list:
    """The chart in a list, [] where nothing was measured. `now` is the row to mark."""
    if not coverage:
        return []
    top = max([LEAST_TOP] + [row[2] for row in coverage])
    points = [_place(row, top) for row in coverage]
    x, y = _place(now, top)
    floor = HEIGHT - FOOT
    return [
        drawing(
            "svg",
            drawing("path", _class="axis", d=f"M{EDGE} {EDGE}V{floor}H{WIDTH - EDGE}"),
            drawing("polyline", _class="curve", points=" ".join(f"{a},{b}" for a, b in points)),
            drawing("path", _class="guide", d=f"M{x} {floor}V{y}H{EDGE}"),
            drawing("circle", _class="now", cx=x, cy=y, r=4),
            _text(f"{percent(top)} {say('chart_wrong')}", EDGE + 4, EDGE + 8, "start"),
            _text(f"{percent(1.0)} {say('chart_answered')}", WIDTH - EDGE, HEIGHT - 3, "end"),
            viewBox=f"0 0 {WIDTH} {HEIGHT}",
            role="img",
            aria_label=say("chart"),
            direction="ltr",
        )
    ]


def _place(row: tuple, top: float) -> tuple:
    _, answered, wrong = row
    x = EDGE + answered * (WIDTH - 2 * EDGE)
    y = HEIGHT - FOOT - wrong / top * (HEIGHT - FOOT - EDGE)
    return round(x, 1), round(y, 1)


def _text(words: str, x: int, y: int, anchor: str) -> object:
    return drawing("text", words, x=x, y=y, text_anchor=anchor)
