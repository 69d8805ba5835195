"""A compiled constitution ↔ its bytes: a container of kind `constitution`.

The browser reads it at start instead of encoding thousands of examples. `meta` holds the
principles, the bars and the encoder's digest; the sections are the arrays of `Constitution` and of
its `Lexicon`.
"""

from dataclasses import asdict

import numpy as np

from arenalab import container
from arenalab.constitution.judge import Constitution, Shape
from arenalab.constitution.lexicon import Lexicon
from arenalab.constitution.principle import Principle
from arenalab.errors import DamagedFileError, InputError

KIND = "constitution"
FORMAT = 1


def write_constitution(constitution: Constitution) -> bytes:
    """Return the file of `constitution`; weights in half precision, as they need no more."""
    lexicon = constitution.lexicon
    return container.write(
        KIND,
        FORMAT,
        {
            "principles": [principle.to_json() for principle in constitution.principles],
            "encoder": constitution.encoder,
            "shape": asdict(constitution.shape),
            "bars": constitution.bars,
        },
        {
            "vectors": constitution.vectors,
            "scales": constitution.scales,
            "weights": constitution.weights.astype(np.float16),
            "keys": lexicon.keys,
            "starts": lexicon.starts,
            "rows": lexicon.rows,
            "values": lexicon.values.astype(np.float16),
        },
    )


def read_constitution(data: bytes | memoryview) -> Constitution:
    """Open such a file.

    Raises DamagedFileError (cut short, changed, contradicting itself) or NewerFormatError.
    """
    file = container.Container.open(data, kind=KIND, newest_format=FORMAT)
    file.verify_all()
    try:
        constitution = Constitution(
            principles=tuple(map(Principle.from_json, file.meta["principles"])),
            encoder=str(file.meta["encoder"]),
            shape=Shape(**file.meta["shape"]),
            bars={stage: float(file.meta["bars"][stage]) for stage in ("question", "draft")},
            vectors=file.array("vectors"),
            scales=file.array("scales"),
            weights=file.array("weights").astype(np.float32),
            lexicon=Lexicon(
                file.array("keys"),
                file.array("starts"),
                file.array("rows"),
                file.array("values").astype(np.float32),
                len(file.array("scales")),
            ),
        )
    except (KeyError, TypeError, ValueError, InputError) as error:
        raise DamagedFileError(
            f"the constitution's header lacks or garbles {error}; build or download it again"
        ) from error
    _check(constitution)
    return constitution


def _check(constitution: Constitution) -> None:
    """Digests prove that bytes are as written; this proves that what was written fits together."""
    lexicon = constitution.lexicon
    examples = sum(len(p.bad) + len(p.good) for p in constitution.principles)
    posted = len(lexicon.rows)
    holds = (
        constitution.vectors.ndim == 2
        and len(constitution.vectors) == examples
        and constitution.scales.shape == (examples,)
        and constitution.weights.shape == (examples, 1 + len(constitution.principles))
        and lexicon.starts.shape == (len(lexicon.keys) + 1,)
        and int(lexicon.starts[-1]) == posted == len(lexicon.values)
        and bool(np.all(lexicon.starts[1:] > lexicon.starts[:-1]))
        and int(lexicon.rows.max(initial=0)) < max(examples, 1)
    )
    if not holds:
        raise DamagedFileError(
            "the constitution contradicts itself: its sections do not fit its "
            f"{examples} examples; build or download it again"
        )
