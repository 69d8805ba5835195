"""A compiled constitution ↔ its bytes: a container of kind `constitution`.

It saves solving for thousands of examples. `meta` holds the principles, the bars and the digest of
the encoder it is for; the sections are the arrays of `Constitution`. The lexicon, which a reader
makes faster than it could load it, is left out, and so are the vectors of a static encoder
(`vectors`). Files of format 1 held those as well, and are read all the same.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arenalab import container
from arenalab.constitution.compile import LONGEST
from arenalab.constitution.judge import Constitution, Shape
from arenalab.constitution.lexicon import Lexicon
from arenalab.constitution.principle import Principle
from arenalab.constitution.vectors import Packed, Summed, Vectors
from arenalab.encode import Encoder
from arenalab.encode.static import StaticEncoder
from arenalab.errors import DamagedFileError, InputError

KIND = "constitution"
FORMAT = 2


def write_constitution(constitution: Constitution) -> bytes:
    """Return the file of what was compiled; weights in half precision."""
    sections: dict[str, NDArray[Any]] = {
        "weights": constitution.weights.astype(np.float16),
        **constitution.vectors.sections(),
    }
    return container.write(
        KIND,
        FORMAT,
        {
            "principles": [principle.to_json() for principle in constitution.principles],
            "encoder": constitution.encoder,
            "shape": asdict(constitution.shape),
            "bars": constitution.bars,
        },
        sections,
    )


def read_constitution(data: bytes | memoryview, encoder: Encoder) -> Constitution:
    """Open such a file for `encoder`.

    Raises DamagedFileError (cut short, changed, contradicting itself), NewerFormatError, or
    InputError when it was compiled with another encoder.
    """
    file = _open(data)
    made_for = str(file.meta["encoder"])
    if made_for != encoder.digest:
        raise InputError(
            f"the constitution was compiled with encoder {made_for[:12]}…, not with {encoder.id} "
            f"({encoder.digest[:12]}…); compile its principles again with this encoder"
        )
    principles = _principles(file)
    texts = [text for p in principles for text in (*p.bad, *p.good)]
    tokens = [encoder.tokenizer.ids(text, LONGEST) for text in texts]
    constitution = Constitution(
        principles=principles,
        encoder=made_for,
        shape=Shape(**file.meta["shape"]),
        bars=dict(file.meta["bars"]),
        vectors=_vectors(file, encoder, tokens),
        weights=file.array("weights").astype(np.float32),
        lexicon=Lexicon.build([ids[1:-1] for ids in tokens]),
    )
    _check(constitution, len(texts), encoder.dimensions)
    return constitution


def principles_in(data: bytes | memoryview) -> tuple[Principle, ...]:
    """Return the principles of such a file, whatever encoder it is for. Raises as above."""
    return _principles(_open(data))


def _open(data: bytes | memoryview) -> container.Container:
    file = container.Container.open(data, kind=KIND, newest_format=FORMAT)
    file.verify_all()
    try:
        str(file.meta["encoder"]), Shape(**file.meta["shape"])
        [float(file.meta["bars"][stage]) for stage in ("question", "draft")]
    except (KeyError, TypeError, ValueError) as error:
        raise _garbled(error) from error
    return file


def _vectors(
    file: container.Container, encoder: Encoder, tokens: Sequence[Sequence[int]]
) -> Vectors:
    if "codes" in file.sections:
        return Packed(file.array("codes"), file.array("scales"))
    lengths = file.array("lengths")
    if not isinstance(encoder, StaticEncoder) or lengths.shape != (len(tokens), 1):
        raise _contradicting(len(tokens))
    return Summed.of(encoder, tokens, lengths)


def _principles(file: container.Container) -> tuple[Principle, ...]:
    try:
        return tuple(map(Principle.from_json, file.meta["principles"]))
    except (KeyError, TypeError, InputError) as error:
        raise _garbled(error) from error


def _garbled(error: Exception) -> DamagedFileError:
    return DamagedFileError(
        f"the constitution's header lacks or garbles {error}; build or download it again"
    )


def _check(constitution: Constitution, examples: int, dimensions: int) -> None:
    """Digests prove that bytes are as written; this proves that what was written fits together."""
    holds = constitution.vectors.shape == (examples, dimensions) and constitution.weights.shape == (
        examples,
        1 + len(constitution.principles),
    )
    if not holds:
        raise _contradicting(examples)


def _contradicting(examples: int) -> DamagedFileError:
    return DamagedFileError(
        "the constitution contradicts itself: its sections do not fit its "
        f"{examples} examples; build or download it again"
    )
