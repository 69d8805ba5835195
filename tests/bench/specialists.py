r"""Three domains for `arenalab eval ensemble`: a bank's intents, a FAQ of web apps, and services.

    .venv/bin/python tests/bench/specialists.py DATA -o specialists/
    cd specialists && arenalab eval ensemble banking_train.csv banking_test.csv \
        sgd_train.csv sgd_test.csv stack_faq.jsonl stack_q.jsonl

DATA is a folder with `banking77`, `sgd_dialogues` and `stackfaq`. Of BANKING77 and of SGD's intents
20 examples a class are learned; 600 questions of each domain are asked, drawn with seed 0.
"""

import argparse
import csv
import json
import random
from collections import defaultdict
from pathlib import Path

SHOTS, ASKED = 20, 600
SHORTEST = 4  # words of an utterance that tells an intent by itself

Labelled = list[tuple[str, str]]


def banking(data: Path, draw: random.Random) -> tuple[Labelled, Labelled]:
    """Return what is learned and what is asked of BANKING77."""
    train, test = (
        [(r["text"], r["category"]) for r in csv.DictReader((data / name).open(encoding="utf-8"))]
        for name in ("banking77/train.csv", "banking77/test.csv")
    )
    return few(train, draw), draw.sample(test, ASKED)


def services(data: Path, draw: random.Random) -> tuple[Labelled, Labelled]:
    """Return what is learned of the first, and asked of the second file of SGD: intents told."""
    train, test = (told(data / f"sgd_dialogues/{name}.jsonl") for name in ("train_6000", "dev"))
    known = {label for _, label in train}
    return few(train, draw), draw.sample([one for one in test if one[1] in known], ASKED)


def told(file: Path) -> Labelled:
    """Return the distinct user turns that tell an intent, in order."""
    turns = [
        (turn["utterance"], turn["intent"])
        for line in file.read_text(encoding="utf-8").splitlines()
        for turn in json.loads(line)["turns"]
        if turn["speaker"] == "USER" and "INFORM_INTENT" in turn["acts"]
    ]
    named = [(text, intent) for text, intent in turns if intent and intent != "NONE"]
    return list(dict.fromkeys(one for one in named if len(one[0].split()) >= SHORTEST))


def few(items: Labelled, draw: random.Random) -> Labelled:
    """Return SHOTS items of each label, all where there are fewer."""
    by_label: dict[str, list[str]] = defaultdict(list)
    for text, label in items:
        by_label[label].append(text)
    return [
        (text, label)
        for label, texts in by_label.items()
        for text in draw.sample(texts, min(SHOTS, len(texts)))
    ]


def stack(data: Path, draw: random.Random) -> tuple[list[object], list[object]]:
    """Return the questions of StackFAQ and paraphrases of them."""
    document = json.loads((data / "stackfaq/stackExchange-FAQ.json").read_text(encoding="utf-8"))
    faqs: list[object] = []
    queries: list[object] = []
    for number, pair in enumerate(document["root"]["qapair"]):
        question, answer, asked = (
            [part] if isinstance(part, str) else part
            for part in (pair["question"], pair["answer"], pair["rephr"])
        )
        faq = {"id": str(number), "question": " ".join(question), "answer": " ".join(answer)}
        faqs.append(faq)
        queries += [{"query": q, "id": str(number)} for q in asked if q and q.strip() != "*"]
    return faqs, draw.sample(queries, ASKED)


def main() -> None:
    """Write two files for each domain."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True, help="a folder")
    given = parser.parse_args()
    given.output.mkdir(exist_ok=True)
    draw = random.Random(0)
    for name, read in (("banking", banking), ("sgd", services)):
        for part, items in zip(("train", "test"), read(given.data, draw), strict=True):
            with (given.output / f"{name}_{part}.csv").open("w", encoding="utf-8") as file:
                csv.writer(file).writerows([("text", "label"), *items])
    for part, rows in zip(("faq", "q"), stack(given.data, draw), strict=True):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (given.output / f"stack_{part}.jsonl").write_text(lines, encoding="utf-8")
    print(f"{given.output}: three domains, {ASKED} questions each")


if __name__ == "__main__":
    main()
