"""What a pack can believe before TruthfulQA asks it: CREAK and Wikipedia's list of misconceptions.

    .venv/bin/python tests/bench/beliefs.py DATA -o beliefs/
    .venv/bin/arenalab build static/diamonds beliefs -o beliefs.diamonds
    .venv/bin/arenalab eval truthfulqa DATA/truthfulqa/2025/TruthfulQA.csv --pack beliefs.diamonds

DATA is a folder with `creak/train.json` (https://github.com/yasumasaonoe/creak, MIT) and
`misconceptions_wikipedia/misconceptions_en.json` (CC BY-SA). A true claim is an outcome that
worked; of a false one the claim is what does not, and its explanation what does. No item of the
benchmark is among them; what comes near to one is left out by `eval truthfulqa` and reported.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from arenalab.span import Metadata, Source, Span


def creak(data: bytes) -> Iterator[Span]:
    """Yield a span for each labelled claim."""
    source = Source("https://github.com/yasumasaonoe/creak", "CREAK")
    told = Metadata(source=source, license="MIT", lang="en", tags=("belief",))
    for line in data.decode().splitlines():
        row = json.loads(line)
        claim, why = row["sentence"].strip(), row["explanation"].strip()
        true = row["label"] == "true"
        yield Span(
            id=f"creak-{row['ex_id']}",
            this=claim,
            if_ok=f"{claim} {why}" if true else why or "It is not so.",
            if_not="" if true else claim,
            metadata=told,
        )


def misconceptions(data: bytes) -> Iterator[Span]:
    """Yield a span for each correction, asked by the matter its first sentence is about."""
    for row in json.loads(data):
        text = row["text"].strip()
        source = Source(row["source_url"], "Wikipedia: List of common misconceptions")
        yield Span(
            id=f"misconception-{row['id']}",
            this=text.partition(". ")[0],
            if_ok=text,
            metadata=Metadata(source=source, license="CC-BY-SA-3.0", lang="en", tags=("belief",)),
        )


def main() -> None:
    """Write one NDJSON file of spans for each source."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True, help="a folder")
    given = parser.parse_args()
    given.output.mkdir(exist_ok=True)
    read = {
        "creak": creak((given.data / "creak/train.json").read_bytes()),
        "misconceptions": misconceptions(
            (given.data / "misconceptions_wikipedia/misconceptions_en.json").read_bytes()
        ),
    }
    for name, spans in read.items():
        lines = [json.dumps(span.to_json(), ensure_ascii=False) + "\n" for span in spans]
        (given.output / f"{name}.ndjson").write_text("".join(lines), encoding="utf-8")
        print(f"{given.output / name}.ndjson: {len(lines):,} spans")


if __name__ == "__main__":
    main()
