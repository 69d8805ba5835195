"""The principles ArenaLab has unless a pack brings its own: the file beside this one."""

from functools import cache
from importlib.resources import files

from arenalab.constitution.principle import Principle, read_principles


@cache
def default_principles() -> tuple[Principle, ...]:
    """Return the principles of `default.toml`."""
    return read_principles(files(__package__).joinpath("default.toml").read_text("utf-8"))
