"""ArenaLab: a chat model made of curated examples, in pure Python and NumPy."""

__version__ = "0.1.0"
