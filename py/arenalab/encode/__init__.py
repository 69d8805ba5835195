"""Text → unit vector."""

from arenalab.encode.file import load_encoder
from arenalab.encode.protocol import Encoder

__all__ = ["Encoder", "load_encoder"]
