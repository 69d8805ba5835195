"""A compiled constitution ↔ its bytes: a container of kind `constitution`.

It saves solving for thousands of examples. `meta` holds the principles, the bars and the digest of
the encoder it is for; the sections are the arrays of `Constitution`. The lexicon, which a reader
makes faster than it could load it, is left out, and so are the vectors of a static encoder
(`vectors`); the tokens that both are made of are there. Files of format 1 held those vectors, and
no tokens; they are read all the same.
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
from arenalab.constitution.tokens import Tokens
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
        "tokens": _narrow(constitution.tokens.ids),
        "token_counts": constitution.tokens.counts.astype(np.uint16),
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
    tokens = _tokens(file, encoder, texts)
    constitution = Constitution(
        principles=principles,
        encoder=made_for,
        shape=Shape(**file.meta["shape"]),
        bars=dict(file.meta["bars"]),
        tokens=tokens,
        vectors=_vectors(file, encoder, tokens),
        weights=file.array("weights").astype(np.float32),
        lexicon=Lexicon.build(tokens),
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


def _narrow(ids: NDArray[np.int64]) -> NDArray[Any]:
    return ids.astype(np.uint16 if ids.max(initial=0) < 1 << 16 else np.uint32)


def _tokens(file: container.Container, encoder: Encoder, texts: Sequence[str]) -> Tokens:
    if "tokens" not in file.sections:
        return Tokens.of([encoder.tokenizer.ids(text, LONGEST)[1:-1] for text in texts])
    ids = file.array("tokens").astype(np.int64)
    counts = file.array("token_counts").astype(np.intp)
    known = len(encoder.tokenizer.vocabulary)
    if counts.shape != (len(texts),) or ids.shape != (counts.sum(),) or (ids >= known).any():
        raise _contradicting(len(texts))
    return Tokens(ids, counts)


def _vectors(file: container.Container, encoder: Encoder, tokens: Tokens) -> Vectors:
    if "codes" in file.sections:
        return Packed(file.array("codes"), file.array("scales"))
    lengths = file.array("lengths")
    if not isinstance(encoder, StaticEncoder) or lengths.shape != (len(tokens.counts), 1):
        raise _contradicting(len(tokens.counts))
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
