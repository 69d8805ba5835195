"""Words → WordPiece tokens (Schuster & Nakajima 2012), the longest match first.

Boundary: knows a vocabulary, not its vectors. Tokens and ids equal those of the Hugging Face
`tokenizers` library for BERT's uncased models.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Final

from arenalab.encode.characters import words

LONGEST_WORD: Final = 100  # characters; a longer word is unknown, as in BERT
REMEMBERED: Final = 1 << 16  # words whose tokens are kept

# Written out in a text, these mean the token itself.
_SPECIAL: Final = re.compile(r"(\[(?:PAD|UNK|CLS|SEP|MASK)\])")


class WordPiece:
    """A tokenizer for one vocabulary, in id order. Raises KeyError without [UNK], [CLS], [SEP]."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self.vocabulary = tuple(vocabulary)
        self._ids = {token: i for i, token in enumerate(self.vocabulary)}
        self._longest_token = max(map(len, self.vocabulary))
        self._unknown = (self._ids["[UNK]"],)
        self._begin, self._end = self._ids["[CLS]"], self._ids["[SEP]"]
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._split)

    def tokens(self, text: str) -> list[str]:
        """Return the tokens of `text`; one that continues a word begins with ``##``."""
        return [self.vocabulary[i] for i in self._walk(text)]

    def ids(self, text: str, limit: int) -> list[int]:
        """Return the ids of `text` between [CLS] and [SEP], at most `limit` (≥ 2) in all."""
        return [self._begin, *islice(self._walk(text), limit - 2), self._end]

    def _walk(self, text: str) -> Iterator[int]:
        for i, part in enumerate(_SPECIAL.split(text)):
            if i % 2:
                yield self._ids.get(part, self._unknown[0])
            else:
                for word in words(part):
                    yield from self._remembered(word)

    def _split(self, word: str) -> tuple[int, ...]:
        if len(word) > LONGEST_WORD:
            return self._unknown
        found: list[int] = []
        start = 0
        while start < len(word):
            prefix = "##" if start else ""
            for end in range(min(len(word), start + self._longest_token), start, -1):
                piece = self._ids.get(prefix + word[start:end])
                if piece is not None:
                    found.append(piece)
                    start = end
                    break
            else:
                return self._unknown
        return tuple(found)
