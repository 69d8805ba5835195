"""Several questions in a message: how often all are answered, and a single one is torn apart.

    python tests/bench/parts.py minilm.encoder

The pack holds StackFAQ's 125 threads (../shared/data). Single questions are all its paraphrases;
messages are pairs of them (seed 0), each with its question mark, or joined by "and". A pair can be
answered whole only where each half would be by itself: that share stands beside.
"""

import argparse
from pathlib import Path

import numpy as np
from follow_ups import read_threads

from arenalab.arena import Arena, learn
from arenalab.encode import load_encoder
from arenalab.respond import Answer
from arenalab.sentences import said_once

PAIRS = 200


def main() -> None:
    """Print a table of what came of messages, and a line about single questions."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("encoder", type=Path)
    spans, asked = read_threads()
    encoder = load_encoder(options.parse_args().encoder.read_bytes())
    arena = Arena(learn(spans, encoder, name="threads"), encoder, lambda: 0.0)
    outcomes = {span.id: span.if_ok for span in spans}

    def says(answer: Answer, *threads: str) -> bool:
        return answer.kind == "answer" and answer.text == "\n\n".join(
            filter(None, said_once([outcomes[t] for t in threads]))
        )

    singles = {text: arena.answer(text) for text, _ in asked}
    torn = sum(a.kind == "answer" and a.text not in outcomes.values() for a in singles.values())
    print(f"{len(singles)} single questions, {torn} of them torn apart")
    random = np.random.default_rng(0)
    drawn = [(asked[i], asked[j]) for i, j in random.integers(len(asked), size=(PAIRS, 2))]
    pairs = [(a, b) for a, b in drawn if a[1] != b[1]]
    halves = np.mean([all(says(singles[t], w) for t, w in pair) for pair in pairs])
    print(f"{len(pairs)} pairs; each half alone answered right: {halves:.3f}")
    print(f"{'joined by':12}{'both said':>11}{'one said':>10}{'wrong':>7}{'no answer':>11}")
    for between in ("? ", " and "):
        counts = dict.fromkeys(("both", "one", "wrong", "none"), 0)
        for (first, one), (second, other) in pairs:
            answer = arena.answer(f"{first.strip().rstrip('?.')}{between}{second.strip()}")
            if answer.kind != "answer":
                counts["none"] += 1
            elif says(answer, one, other):
                counts["both"] += 1
            else:
                counts["one" if says(answer, one) or says(answer, other) else "wrong"] += 1
        shares = [count / len(pairs) for count in counts.values()]
        print(f"{between!r:12}{shares[0]:11.3f}{shares[1]:10.3f}{shares[2]:7.3f}{shares[3]:11.3f}")


if __name__ == "__main__":
    main()
