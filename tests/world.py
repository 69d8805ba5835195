"""A tiny deterministic world for tests: an encoder of hashed words, and a dozen diamonds."""

import hashlib
import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from arenalab.pack import Pack, build_pack
from arenalab.parts import MOST
from arenalab.sentences import sentences
from arenalab.span import Context, Metadata, Source, Span
from arenalab.synthesise import TEMPLATES

VOCABULARY = 997
DIMENSIONS = 128


class WordTokenizer:
    """Words, each a number below VOCABULARY."""

    vocabulary = tuple(map(str, range(VOCABULARY)))

    def ids(self, text: str, limit: int) -> list[int]:
        """Return the numbers of the words of `text` between those of beginning and end."""
        words = [int(_digest(word)[:8], 16) % VOCABULARY for word in _words(text)]
        return [0, *words[: limit - 2], 1]


class WordEncoder:
    """An encoder in which a text is the sum of its words' random signs."""

    id = "test-words"
    digest = "0" * 64
    dimensions = DIMENSIONS
    tokenizer = WordTokenizer()

    def encode(
        self, texts: Sequence[str], *, progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return (len(texts), DIMENSIONS) float32 unit rows."""
        rows = np.zeros((len(texts), DIMENSIONS), np.float32)
        for index, text in enumerate(texts):
            rows[index] = sum(map(_signs, _words(text)), _signs("")) / 1
            rows[index] /= np.linalg.norm(rows[index])
            if progress:
                progress(index + 1, len(texts))
        return rows


def span(name: str, this: str, if_ok: str, *alternates: str, before: str = "") -> Span:
    """Return a small completed span with a source."""
    return Span(
        id=name,
        this=this,
        if_ok=if_ok,
        context=Context(previous_spans=(before,) if before else ()),
        metadata=Metadata(
            source=Source(f"https://example.org/{name}", name.title()),
            license="CC0-1.0",
            alternates=alternates,
        ),
    )


SPANS = (
    span("password", "How do I reset my password?", "Press *Forgot password*.", "Lost my password"),
    span("delete", "How do I delete my account?", "Open settings, press *Delete account*."),
    span("price", "What does the basic plan cost?", "Nothing: it is free.", "Is the plan free?"),
    span("refund", "Can I get a refund?", "Yes, within 30 days.", "I want my money back"),
    span("offline", "Does the app work offline?", "Yes, after one visit."),
    span("language", "Which languages are supported?", "English and Spanish."),
    span("export", "How can I export the data?", "Choose *Export* in the menu."),
    span("browser", "Which browsers are supported?", "Chromium, Firefox and Safari."),
    span("contact", "How do I reach a human?", "Write to help@example.org.", "Talk to support"),
    span("license", "Under which licence is it published?", "Apache 2.0."),
    span("price-business", "And for a business?", "Ten euros a month.", before="price"),
    span("security", "Is my data encrypted at rest?", "Yes, with a key only you hold."),
)


# Every sentence that the engine says by itself.
CATALOGUE = frozenset(
    piece
    for template in TEMPLATES.values()
    for number in range(1, MOST + 1)
    for piece in sentences(template.format(number=number))
)


def pack_of_vectors(vectors: NDArray[np.float32], outcomes: Sequence[str] = ()) -> Pack:
    """Return a pack whose row i is `vectors[i]`, made unit length, of a span that says only i.

    Or, where they are given, `outcomes[i]`.
    """
    outcomes = outcomes or [f"outcome {i}" for i in range(len(vectors))]
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return build_pack(
        [Span(id=str(i), this=f"question {i}", if_ok=said) for i, said in enumerate(outcomes)],
        unit.astype(np.float32),
        np.zeros(len(unit), np.bool_),
        [[i % VOCABULARY] for i in range(len(unit))],
        np.ones((len(unit), 5)),
        vocabulary_size=VOCABULARY,
        meta={"name": "vectors", "encoder": {"id": "none", "digest": "0" * 64}},
    )


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _digest(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


def _signs(word: str) -> NDArray[np.float32]:
    bits = np.unpackbits(np.frombuffer(bytes.fromhex(_digest(word)), np.uint8))[:DIMENSIONS]
    return np.where(bits, np.float32(1), np.float32(-1)) * np.float32(0.2 if not word else 1)
