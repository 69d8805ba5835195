"""Text → unit vector.

    text ──wordpiece──▶ token ids ──transformer──▶ 384 numbers, one vector a text

`encoder` puts the two together, `file` keeps them in one file, `build` makes that file from the
published model. The vectors of different texts are compared by their dot product.
"""

from arenalab.encode.file import load_encoder, load_static
from arenalab.encode.protocol import Encoder

__all__ = ["Encoder", "load_encoder", "load_static"]
