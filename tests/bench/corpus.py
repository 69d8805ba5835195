"""Real texts for measuring search, their vectors, and seeded variations of them up to a million.

Indexed: OpenTriviaQA's questions but 200, then MedQuAD's questions, then the turns of SGD's
training dialogues. The 200 held out (seed 0) are asked in lower case with one word left out. A
million real texts do not exist here: above what there is, rows are noisy copies of real vectors.
Vectors are made once for an encoder and kept in `cache/`.
"""

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from arenalab.encode import load_encoder

CACHE = Path(__file__).resolve().parent / "cache"
HELD_OUT = 200
TRIVIA = 49_399  # questions of OpenTriviaQA that are indexed
NOISE = 0.03  # standard deviation, in each dimension, of a copy's difference
BLOCK = 50_000  # rows made together
PART = 5_000  # texts encoded between two savings

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Corpus:
    """`texts` to index, `queries` that are not among them, `known`: perturbed `texts[:200]`."""

    texts: list[str]
    queries: list[str]
    known: list[str]


def read(data: Path) -> Corpus:
    """Return the corpus from the data folder."""
    trivia = [row["question"].strip() for row in lines(data / "opentriviaqa/opentriviaqa.jsonl")]
    rng = np.random.default_rng(0)
    order = rng.permutation(len(trivia))

    def perturbed(text: str) -> str:
        words = text.lower().split()
        if len(words) > 1:
            del words[int(rng.integers(len(words)))]
        return " ".join(words)

    indexed = [trivia[i] for i in order[HELD_OUT:]]
    queries = [perturbed(trivia[i]) for i in order[:HELD_OUT]]
    known = [perturbed(text) for text in indexed[:HELD_OUT]]
    return Corpus([*indexed, *dict.fromkeys(others(data))], queries, known)


def others(data: Path) -> Iterator[str]:
    """Yield MedQuAD's questions, then what is said in SGD's training dialogues."""
    for row in lines(data / "medquad/medquad_with_answers.jsonl.gz"):
        yield row["question"].strip()
    for dialogue in lines(data / "sgd_dialogues/train_6000.jsonl"):
        yield from (turn["utterance"].strip() for turn in dialogue["turns"])


def lines(file: Path) -> Iterator[dict]:
    """Yield the JSON values of a file, which may be compressed."""
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8") as text:
        yield from map(json.loads, text)


def encoded(texts: list[str], encoder_file: Path, progress: Callable[[int, int], None]) -> Floats:
    """Return (N, D) unit vectors of `texts`; those kept from before are not made again."""
    encoder = load_encoder(encoder_file.read_bytes())
    CACHE.mkdir(exist_ok=True)
    parts = []
    for start in range(0, len(texts), PART):
        part = texts[start : start + PART]
        key = hashlib.sha256("\0".join([encoder.digest, *part]).encode()).hexdigest()[:24]
        file = CACHE / f"vectors-{key}.npy"
        if not file.exists():
            np.save(file, encoder.encode(part))
        parts.append(np.load(file))
        progress(start + len(part), len(texts))
    return np.concatenate(parts)


def rows(real: Floats, count: int) -> Iterator[Floats]:
    """Yield `count` unit rows in blocks: the first of `real`, and above that noisy copies of all.

    The same `real` and `count` give the same rows.
    """
    yield real[:count]
    noise = np.random.default_rng(1)
    copies = copied(len(real), count)[len(real) :]
    for start in range(0, len(copies), BLOCK):
        block = real[copies[start : start + BLOCK]]
        block = block + noise.standard_normal(block.shape, np.float32) * np.float32(NOISE)
        yield block / np.linalg.norm(block, axis=1, keepdims=True)


def copied(real: int, count: int) -> NDArray[np.intp]:
    """Return (count,): which of the `real` rows each of `rows` is, or is a copy of."""
    drawn = np.random.default_rng(0).integers(real, size=max(0, count - real))
    return np.concatenate([np.arange(min(real, count)), drawn])
