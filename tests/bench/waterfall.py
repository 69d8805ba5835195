"""The start as a picture: which stage ran when, cold above warm; SVG for light and dark."""

from collections.abc import Mapping
from html import escape
from typing import Any

from figures import MOMENTS

ROW, LEFT, WIDTH, TOP = 22, 150, 640, 34
STAGES = {
    "runtime": "Python, bytes",
    "inflate": "Image inflated",
    "compile": "Compiled, linked",
    "restore": "Python restored",
    "packages": "Packages, bytes",
    "encoder": "Encoder, bytes",
    "pack": "Starter pack, bytes",
    "open": "Opened",
}
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #1d2026 }
.bar { fill: #2f6f8f } .mark { fill: #b4532a } .grid { stroke: #1d202622 } .dim { fill: #6a707c }
@media (prefers-color-scheme: dark) {
  text { fill: #e8e6e1 } .bar { fill: #6fb3d2 } .mark { fill: #f0a37c } .grid { stroke: #e8e6e122 }
  .dim { fill: #9aa0ab }
}
"""


def waterfall(starts: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the picture of each start by name; all share one scale, in seconds."""
    end = max(start["answer"]["median"] for start in starts.values())
    scale = WIDTH / end
    parts: list[str] = []
    y = 0
    for name, start in starts.items():
        rows = [
            (STAGES.get(stage, stage), edges["first"], edges["last"], "bar")
            for stage, edges in start["stages"].items()
        ]
        rows = [row for row in rows if row[0] not in ("hello", "missing")]
        rows += [
            (label.split(",")[0], 0, start[key]["median"], "mark") for key, label in MOMENTS.items()
        ]
        rows.sort(key=lambda row: row[2])
        height = ROW * len(rows)
        parts.append(f'<text x="8" y="{y + 20}" font-weight="600">{escape(name)}</text>')
        parts += _grid(end, scale, y + TOP, height)
        for number, row in enumerate(rows):
            parts += _row(row, scale, y + TOP + number * ROW)
        y += TOP + height + 28
    size = f"{LEFT + WIDTH + 90} {y}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" role="img" '
        f'aria-label="How the page starts"><style>{STYLE}</style>{"".join(parts)}</svg>\n'
    )


def _row(row: tuple[str, float, float, str], scale: float, y: float) -> list[str]:
    label, first, last, kind = row
    x = LEFT + (first if kind == "bar" else last) * scale
    width = max((last - first) * scale, 2) if kind == "bar" else 3
    return [
        f'<text x="{LEFT - 8}" y="{y + 15}" text-anchor="end">{escape(label)}</text>',
        f'<rect class="{kind}" x="{x:.1f}" y="{y + 4}" width="{width:.1f}" '
        f'height="{ROW - 8}" rx="2"/>',
        f'<text class="dim" x="{x + width + 6:.1f}" y="{y + 15}">{last / 1000:.2f} s</text>',
    ]


def _grid(end: float, scale: float, y: float, height: float) -> list[str]:
    step = next(s for s in (100, 200, 500, 1000, 2000, 5000, 10_000, 60_000) if end / s <= 12)
    lines = []
    for at in range(0, int(end) + 1, step):
        x = LEFT + at * scale
        lines.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{y}" y2="{y + height}"/>')
        lines.append(
            f'<text class="dim" x="{x:.1f}" y="{y + height + 14}" text-anchor="middle">'
            f"{at / 1000:g}</text>"
        )
    return lines
