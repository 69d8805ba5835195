"""Shows a person what the build is doing: one line a step, a bar where the end is known.

Boundary: the only module of the build that writes to the terminal. All of it goes to standard
error, so that a step's own output can be piped.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn

Tell = Callable[[int, int], None]
"""Called with (done, total) in any one unit while a step runs."""

console = Console(stderr=True, highlight=False)


def say(message: str) -> None:
    """One plain line."""
    console.print(message, markup=False, soft_wrap=True)


@contextmanager
def step(label: str) -> Iterator[Tell]:
    """Show ``label`` with a bar while the block runs, then one line with the time it took.

    Where no person watches (CI), a line at the start, and one at the end of a long step.
    """
    started = perf_counter()
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task(label, total=None)

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        if not console.is_terminal:
            say(f"  {label} …")
        yield tell
    took = perf_counter() - started
    if console.is_terminal or took > 1:
        say(f"✓ {label} ({took:.1f} s)")
