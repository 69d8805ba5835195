"""wordpiece and characters: the tokens of BERT uncased, on every Python and every text."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

import minilm
from arenalab.encode.characters import words
from arenalab.encode.wordpiece import WordPiece

QUESTIONS = Path(__file__).parents[2] / "shared/data/opentriviaqa/opentriviaqa.jsonl"
VECTORS = json.loads(
    (Path(__file__).parent / "vectors" / "encoder_wordpiece.json").read_text(encoding="utf-8")
)
VOCABULARY = (
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
    *("un", "##aff", "##able", "##ffa", "able", "a", "##b", "b", "!", "中", "caf", "##e"),
)


@pytest.fixture(scope="module")
def tiny() -> WordPiece:
    """Return a tokenizer with seventeen tokens."""
    return WordPiece(VOCABULARY)


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: ascii(case["text"])[:30])
def test_words(case: dict[str, object]) -> None:
    """Cleaning, accents, case, ideographs and punctuation are those of the library."""
    assert words(case["text"]) == case["words"]


def test_words_of_every_code_point() -> None:
    """No code point is treated otherwise than by the library, whatever this Python's Unicode."""
    points = [chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000]
    digest = sha256()
    for start in range(0, len(points), 4096):
        text = " ".join(f"a{point}b" for point in points[start : start + 4096])
        digest.update(" ".join(words(text)).encode())
    assert digest.hexdigest() == VECTORS["all_code_points_sha256"]


def test_lone_surrogates_are_dropped() -> None:
    """Half a character, as broken JSON can hold, does not reach the tokens."""
    assert words("a\ud800b \udfff") == ["ab"]


def test_longest_match_first(tiny: WordPiece) -> None:
    """A word is taken apart from the left, the longest known piece first."""
    assert tiny.tokens("unaffable") == ["un", "##aff", "##able"]
    assert tiny.tokens("Café ABLE!") == ["caf", "##e", "able", "!"]


def test_unknown_word(tiny: WordPiece) -> None:
    """A word with any unknown rest is one [UNK]; its neighbours are not harmed."""
    assert tiny.tokens("a unaffx b") == ["a", "[UNK]", "b"]


def test_very_long_word(tiny: WordPiece) -> None:
    """A word of 100 characters is taken apart, one of 101 is unknown."""
    assert tiny.tokens("a" + "b" * 99) == ["a", *["##b"] * 99]
    assert tiny.tokens("a" + "b" * 100) == ["[UNK]"]


def test_special_tokens_in_a_text(tiny: WordPiece) -> None:
    """A special token written out is that token; written otherwise it is text."""
    assert tiny.tokens("a[MASK]b [mask]") == ["a", "[MASK]", "b", "[UNK]", "[UNK]", "[UNK]"]


def test_ids_are_framed_and_cut(tiny: WordPiece) -> None:
    """Ids begin with [CLS] and end with [SEP], also where the text is cut."""
    assert tiny.ids("", 8) == [2, 3]
    assert tiny.ids("a b", 8) == [2, 10, 12, 3]
    assert tiny.ids("a b a b a b a b", 5) == [2, 10, 12, 10, 3]


def test_a_vocabulary_needs_its_special_tokens() -> None:
    """A vocabulary without [UNK], [CLS] or [SEP] is refused."""
    with pytest.raises(KeyError, match="SEP"):
        WordPiece(["[UNK]", "[CLS]", "a"])


@pytest.mark.data
def test_tokens() -> None:
    """With BERT's vocabulary, tokens are those of the library."""
    tokenizer = WordPiece(minilm.vocabulary())
    for case in VECTORS["cases"]:
        assert tokenizer.tokens(case["text"]) == case["tokens"]


@pytest.mark.data
@pytest.mark.native
def test_every_trivia_question() -> None:
    """All 49,599 questions of OpenTriviaQA have the library's ids."""
    if not QUESTIONS.is_file():
        pytest.skip("the folder ../shared/data/opentriviaqa is absent")
    tokenizers = pytest.importorskip("tokenizers", reason="the tokenizers library is absent")
    theirs = tokenizers.BertWordPieceTokenizer(
        {token: i for i, token in enumerate(minilm.vocabulary())}, lowercase=True
    )
    ours = WordPiece(minilm.vocabulary())
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    assert len(questions) == 49_599
    for question, encoding in zip(questions, theirs.encode_batch(questions), strict=True):
        assert ours.ids(question, 10_000) == encoding.ids, question
