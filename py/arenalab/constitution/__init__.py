"""What is never said, what is said with care, and what is said first: principles as data.

    principles ──compile──▶ Constitution ──judge──▶ Verdict, or None where nothing speaks against

`default.toml` holds the principles ArenaLab has unless a pack brings its own; `choose` decides.
A verdict names its principle and the example that matched, as an answer names its diamonds.
"""

from arenalab.constitution.choose import choose, open_constitution
from arenalab.constitution.compile import compile_principles
from arenalab.constitution.default import default_principles
from arenalab.constitution.file import read_constitution, write_constitution
from arenalab.constitution.judge import Constitution, Verdict
from arenalab.constitution.principle import Principle, read_principles

__all__ = [
    "Constitution",
    "Principle",
    "Verdict",
    "choose",
    "compile_principles",
    "default_principles",
    "open_constitution",
    "read_constitution",
    "read_principles",
    "write_constitution",
]
