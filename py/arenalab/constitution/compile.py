"""Principles → a constitution that can judge: examples encoded, weights solved, bars set.

The weights are those of kernel ridge regression, `(K + λI)⁻¹ Y`, one solve for all principles.
The same inverse gives what each example would score had it been left out, without solving again:
`Y − (K + λI)⁻¹Y / diag (K + λI)⁻¹` (Rasmussen and Williams 2006, equation 5.12). The bar of a
stage is the least score that no more than FALSE_ALARMS of the good examples then reach, and no less
than BAR. Good examples were picked because they look forbidden, so that other questions reach it
more seldom.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from arenalab.constitution.judge import Constitution, Shape, bad_rows, scores
from arenalab.constitution.lexicon import Lexicon
from arenalab.constitution.principle import Principle, check_principles
from arenalab.constitution.tokens import Tokens
from arenalab.constitution.vectors import Packed, Summed, Vectors
from arenalab.encode import Encoder
from arenalab.encode.static import StaticEncoder

FALSE_ALARMS = 0.01
FEWEST = 100  # good examples below which such a share says nothing
BAR = 0.25  # the least that ever counts, and what counts then
LONGEST = 512  # tokens of an example that are read


def compile_principles(
    principles: Sequence[Principle],
    encoder: Encoder,
    *,
    shape: Shape | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Constitution:
    """Return the constitution of `principles`, for texts that `encoder` encodes.

    Time grows with the cube of the number of examples: 5,000 take half a minute. Raises
    InputError when two principles share an id.
    """
    checked = check_principles(principles)
    shape = shape or Shape()
    texts = [text for principle in checked for text in (*principle.bad, *principle.good)]
    words = [encoder.tokenizer.ids(text, LONGEST)[1:-1] for text in texts]
    tokens = Tokens.of(words)
    vectors: Vectors
    if isinstance(encoder, StaticEncoder) and encoder.correction is None:
        vectors = Summed.of(encoder, tokens)
    else:
        vectors = Packed.of(encoder.encode(texts, progress=progress))
    lexicon = Lexicon.build(tokens)
    wanted = _targets(checked, len(texts))
    inverse = _inverse(vectors, lexicon, words, shape)
    weights = inverse @ wanted
    left_out = wanted - weights / np.diag(inverse)[:, None]
    return Constitution(
        principles=checked,
        encoder=encoder.digest,
        shape=shape,
        bars={
            "question": _bar(checked, left_out, [p.judges("question") for p in checked]),
            "draft": _bar(checked, left_out, [p.judges("draft") for p in checked]),
        },
        tokens=tokens,
        vectors=vectors,
        weights=weights.astype(np.float32),
        lexicon=lexicon,
    )


def _targets(principles: tuple[Principle, ...], count: int) -> NDArray[np.float64]:
    """What the regression shall answer of each example, (R, 1 + P), as `Constitution` says."""
    wanted = np.zeros((count, 1 + len(principles)))
    wanted[:, 0] = -1
    for place, rows in enumerate(bad_rows(principles)):
        wanted[rows, 0] = 0
        wanted[rows, 1 + place] = 1
    return wanted


def _inverse(
    vectors: Vectors, lexicon: Lexicon, words: Sequence[Sequence[int]], shape: Shape
) -> NDArray[np.float64]:
    """Return (R, R): the inverse of the examples' kernel matrix with its noise."""
    gram = np.exp(shape.beta * (vectors.gram() - 1).astype(np.float64))
    for row, ids in enumerate(words):
        gram[row] += shape.lexical * lexicon.similarity(ids)
    gram[np.diag_indices_from(gram)] += shape.ridge
    return np.linalg.inv(gram)


def _bar(
    principles: tuple[Principle, ...], left_out: NDArray[np.float64], judges: list[bool]
) -> float:
    """Return the bar of a stage, from what every example scores when it is left out."""
    judging = [i for i, p in enumerate(principles) if p.bad and judges[i]]
    good = np.concatenate(
        [
            np.full(len(p.bad) + len(p.good), judges[i])  # "allow" has no look-alikes
            for i, p in enumerate(principles)
        ]
        or [np.zeros(0, np.bool_)]
    )
    for rows in bad_rows(principles):
        good[rows] = False
    if not judging or good.sum() < FEWEST:
        return BAR
    score, _ = scores(left_out[good], judging)
    return max(BAR, float(np.quantile(score, 1 - FALSE_ALARMS, method="higher")))
