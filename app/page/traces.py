"""What took how long: the last answers of this tab, one drawn as a waterfall, all to take along.

Read from the engine when the section is opened; nothing of it is stored.
"""

import asyncio

from page.elements import by_id, drawing, element
from page.engine import EngineError
from page.say import date, number, say

WIDTH = 240
ROW = 22  # a stage: its words, below them its bar
BAR = 5
LEAST = 1.5  # width of a bar that would be too thin to see


def listen(page: object) -> None:
    """Show traces when their section is opened, and the one that is chosen."""
    section, choice = by_id("traces"), by_id("trace")
    shown = []

    def draw(_event: object) -> None:
        if shown:
            by_id("waterfall").replaceChildren(waterfall(shown[int(choice.value)]))

    async def read() -> None:
        try:
            told = await page.engine.traces()
        except EngineError as error:
            by_id("waterfall").textContent = str(error)
            return
        shown[:] = told["traces"]
        lines = [element("option", title(one), value=k) for k, one in enumerate(shown)]
        choice.replaceChildren(*lines)
        by_id("trace-row").hidden = by_id("export-traces").hidden = not shown
        by_id("waterfall").textContent = "" if shown else say("no_traces")
        draw(None)

    def opened(_event: object) -> None:
        if section.open and page.state.ready:
            asyncio.create_task(read())

    section.addEventListener("toggle", opened)
    choice.addEventListener("change", draw)


def title(trace: dict) -> str:
    """A trace in a line: when, what, how it ended, how long it took."""
    return (
        f"{date(trace['at'])} · {trace['name']} · {trace['result']} · {milliseconds(trace['ms'])}"
    )


def waterfall(trace: dict) -> object:
    """The stages of a trace, one below the other, each a bar from its begin to its end."""
    rows = []
    words = []
    for k, bar in enumerate(trace["bars"]):
        y = k * ROW
        width = max(LEAST, bar["width"] * WIDTH)
        x = min(bar["begin"] * WIDTH, WIDTH - width)
        words.append(f"{bar['name']} {milliseconds(bar['ms'])}")
        rows.append(drawing("text", words[-1], x=0, y=y + 10))
        rows.append(drawing("rect", _class="track", x=0, y=y + 13, width=WIDTH, height=BAR))
        rows.append(
            drawing(
                "rect",
                _class="level",
                x=round(x, 2),
                y=y + 13,
                width=round(width, 2),
                height=BAR,
            )
        )
    return drawing(
        "svg",
        *rows,
        viewBox=f"0 0 {WIDTH} {len(trace['bars']) * ROW}",
        role="img",
        aria_label=", ".join(words),
        direction="ltr",
    )


def milliseconds(value: float) -> str:
    """A time with as many decimals as it needs."""
    return f"{number(value, 1 if value < 10 else 0)} ms"
