"""wordpiece: any Unicode text gives the tokens of the tokenizers library, and never an error."""

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arenalab.encode.characters import words
from arenalab.encode.wordpiece import WordPiece

VOCABULARY = ["[UNK]", "[CLS]", "[SEP]", "a", "b", "ab", "##a", "##b", "##ba", "##bab", "aba", "!"]

# Hypothesis seldom draws accents one after another, where normalisation has most to do.
ACCENTS = st.sampled_from(
    "\u0334\u0301\u0327\u0345\u05b0\u0897\u302e\U0001d165\U0001d16d\U00011938"
)
TEXTS = st.text() | st.text(ACCENTS | st.characters(exclude_categories=["Cs"]), max_size=12)


@cache
def library() -> Any:  # noqa: ANN401 - the library has no types
    """Return the tokenizers library, or skip."""
    return pytest.importorskip("tokenizers", reason="the tokenizers library is absent")


@pytest.mark.native
@settings(deadline=None, max_examples=500)
@given(text=TEXTS)
def test_words(text: str) -> None:
    """Words are those of the library's BertNormalizer and BertPreTokenizer."""
    normal = library().normalizers.BertNormalizer().normalize_str(text)
    pairs = library().pre_tokenizers.BertPreTokenizer().pre_tokenize_str(normal)
    assert words(text) == [word for word, _ in pairs]


@pytest.mark.native
@settings(deadline=None)
@given(text=st.text("ab! AB", max_size=30))
def test_pieces(text: str) -> None:
    """Pieces of words are those of the library's WordPiece model."""
    theirs = library().BertWordPieceTokenizer({token: i for i, token in enumerate(VOCABULARY)})
    assert WordPiece(VOCABULARY).ids(text, 999) == theirs.encode(text).ids


@settings(deadline=None)
@given(text=st.text(st.characters()), limit=st.integers(2, 20))
def test_any_text(text: str, limit: int) -> None:
    """Any text, lone surrogates too, gives between two and `limit` valid ids."""
    ids = WordPiece(VOCABULARY).ids(text, limit)
    assert 2 <= len(ids) <= limit
    assert all(0 <= i < len(VOCABULARY) for i in ids)


@settings(deadline=None)
@given(text=st.text())
def test_words_of_words(text: str) -> None:
    """Words taken apart again stay as they are: nothing is left to clean."""
    once = words(text)
    assert [word for part in once for word in words(part)] == once
