"""A pack made of dialogues, asked in the middle of others: what knowing the talk before is worth.

    python tests/bench/trajectories.py minilm.encoder [--dialogues N]

The pack is imported from N of SGD's training dialogues (../shared/data, seed 0). Every user turn
but the first of 150 development dialogues is asked, by itself and after its dialogue. The reply
found is compared with the true one: whether it belongs to the same service and does the same
(SGD's acts, such as REQUEST or CONFIRM), and by the cosine of the two.

A last line tells how often a new topic is noticed: by mistake within a dialogue, and rightly where
the first turn of one is put after the middle of another, which is of other services.

`Kernel.context_weight` was chosen on other development dialogues: every 13th of the file, which
are left out here.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from arenalab import importers
from arenalab.arena import Arena, learn
from arenalab.context import Turn
from arenalab.encode import Encoder, load_encoder

DATA = Path(__file__).resolve().parents[3] / "shared/data/sgd_dialogues"
ASKED, LEFT_OUT = 150, 13

What = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A user turn after the turns `before`; the true reply, and what it does in which services."""

    before: tuple[Turn, ...]
    text: str
    reply: str
    does: What


def turns(dialogue: dict) -> list[Asked]:
    """Return every user turn of a dialogue with what came before and after."""
    found, before = [], []
    for user, system in zip(dialogue["turns"][::2], dialogue["turns"][1::2], strict=True):
        does = (tuple(sorted(system["acts"])), tuple(dialogue["services"]))
        found.append(Asked(tuple(before), user["utterance"], system["utterance"], does))
        before += [Turn("user", user["utterance"]), Turn("assistant", system["utterance"])]
    return found


def learned(encoder: Encoder, count: int) -> tuple[Arena, dict[str, set[What]]]:
    """Return an arena over `count` imported dialogues, and what each of its replies does."""
    lines = (DATA / "train_6000.jsonl").read_text(encoding="utf-8").splitlines()
    chosen = [lines[i] for i in np.random.default_rng(0).permutation(len(lines))[:count]]
    does: dict[str, set[What]] = {}
    for line in chosen:
        for asked in turns(json.loads(line)):
            does.setdefault(" ".join(asked.reply.split()), set()).add(asked.does)
    spans = importers.read("sgd.jsonl", "\n".join(chosen).encode()).spans
    chained = sum(bool(span.context.previous_spans) for span in spans)
    print(f"{count} dialogues, {len(spans)} diamonds, {chained} of them go on from another")
    return Arena(learn(spans, encoder, name="dialogues"), encoder, lambda: 0.0), does


def fits(mine: What, true: What) -> bool:
    """Whether a reply does the same as the true one, in a service they share."""
    return mine[0] == true[0] and bool(set(mine[1]) & set(true[1]))


def main() -> None:
    """Print, for turns asked alone and in their dialogue, how well the reply found fits."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("encoder", type=Path)
    options.add_argument("--dialogues", type=int, default=500)
    chosen = options.parse_args()
    encoder = load_encoder(chosen.encoder.read_bytes())
    arena, does = learned(encoder, chosen.dialogues)
    lines = (DATA / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    others = [line for place, line in enumerate(lines) if place % LEFT_OUT]
    picked = [others[i] for i in np.random.default_rng(1).permutation(len(others))[:ASKED]]
    asked = [turn for line in picked for turn in turns(json.loads(line))[1:]]
    true = encoder.encode([turn.reply for turn in asked])
    print(f"{len(asked)} turns asked{'':8}{'service and acts':>18}{'cosine':>9}{'answered':>10}")
    for name in ("alone", "in its dialogue"):
        answers = [
            arena.answer(turn.text, turn.before if name != "alone" else ()) for turn in asked
        ]
        replies = [answer.receipts[0].outcome for answer in answers]
        done = [
            any(fits(mine, turn.does) for mine in does.get(" ".join(reply.split()), ()))
            for reply, turn in zip(replies, asked, strict=True)
        ]
        likeness = (encoder.encode(replies) * true).sum(axis=1).mean()
        answered = np.mean([answer.kind == "answer" for answer in answers])
        print(f"{name:24}{np.mean(done):18.3f}{likeness:9.3f}{answered:10.3f}")
    within = np.mean([answer.new_topic for answer in answers])
    talks = [turns(json.loads(line)) for line in picked]
    joined = [
        arena.answer(other[0].text, talk[len(talk) // 2].before)
        for talk, other in zip(talks, talks[1:] + talks[:1], strict=True)
        if not set(talk[0].does[1]) & set(other[0].does[1])
    ]
    changes = [answer for answer in joined if answer.kind == "answer"]
    print(f"new topic noticed: {within:.3f} within a dialogue; ", end="")
    print(f"{np.mean([a.new_topic for a in changes]):.3f} of {len(changes)} changes answered")


if __name__ == "__main__":
    main()
