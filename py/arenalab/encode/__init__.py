"""Text → unit vector."""

from arenalab.encode.file import load_encoder

__all__ = ["load_encoder"]
