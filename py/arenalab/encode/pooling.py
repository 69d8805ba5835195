"""How much each token counts when a text's token vectors are averaged.

A plain mean gives "the" the say of "refund". Weights that grow with rarity, as in smooth inverse
frequency (Arora, Liang and Ma 2017), classify and retrieve better with the same network. No
corpus is needed: BERT's vocabulary is in order of falling frequency after its single characters,
and by Zipf's law the information of the token of rank r is about log r.
"""

import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# In BERT's uncased vocabulary, ids below this are special tokens and single characters.
FIRST_WORD = 1996
LETTER_RANK, SYMBOL_RANK = 20, 5000  # of single ASCII letters and digits; of other characters
OFFSET = 10  # keeps the commonest words from counting nothing


def rarity(vocabulary: Sequence[str]) -> NDArray[np.float32]:
    """Return (V,) float32 weights, 0 for special tokens and punctuation."""
    ranks = [rank(place, token) for place, token in enumerate(vocabulary)]
    return np.array([np.sqrt(np.log(r + OFFSET)) if r else 0 for r in ranks], np.float32)


def rank(place: int, token: str) -> int:
    """Return a token's place by falling frequency, from 1; 0 for a special one or a mark."""
    if place >= FIRST_WORD:
        return place - FIRST_WORD + 1
    character = token.removeprefix("##")
    if len(character) != 1 or unicodedata.category(character)[0] in "PS":
        return 0
    return LETTER_RANK if character.isascii() and character.isalnum() else SYMBOL_RANK
