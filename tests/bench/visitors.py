"""The starter pack, asked as visitors ask: what they get from either encoder, and what is wrong.

    python build.py site
    python tests/bench/visitors.py [--dist dist] [--all]

The questions stand in tests/vectors/visitors.tsv, each after the diamond that answers it, or "-"
where none does. Some ways to ask were added to the starter diamonds after a look at what failed, so
this holds the pack to what it once knew; it does not say how strangers' questions fare.
"""

import argparse
import time
from pathlib import Path

from arenalab.arena import Arena
from arenalab.constitution import read_constitution
from arenalab.encode import load_encoder, load_static
from arenalab.pack import read_pack

ROOT = Path(__file__).resolve().parents[2]
ENCODERS = {"static": load_static, "minilm": load_encoder}


def main() -> None:
    """Print what goes wrong, one a line, and a table of both encoders."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--dist", type=Path, default=ROOT / "dist")
    options.add_argument("--all", action="store_true", help="print what is not answered, too")
    chosen = options.parse_args()
    rows = (ROOT / "tests/vectors/visitors.tsv").read_text(encoding="utf-8").splitlines()
    asked = [row.split("\t", 1) for row in rows]
    pack = read_pack((chosen.dist / "packs/starter.diamonds").read_bytes())
    table = []
    for name, load in ENCODERS.items():
        encoder = load((chosen.dist / f"models/{name}.encoder").read_bytes())
        principles = (chosen.dist / f"packs/{name}.constitution").read_bytes()
        arena = Arena(pack, encoder, time.perf_counter, read_constitution(principles, encoder))
        counts = dict.fromkeys(("right", "not answered", "wrong", "foreign", "foreign answered"), 0)
        for wanted, question in asked:
            answer = arena.answer(question)
            best = answer.receipts[0].span_id if answer.receipts else ""
            said = answer.kind == "answer" or (answer.kind == "refusal" and wanted == "-")
            cared = answer.verdict is not None and answer.verdict.action == "care"
            right = wanted != "-" and (cared or (said and best == wanted))
            wrong = not right and (answer.kind == "answer" or (answer.verdict and wanted != "-"))
            if wanted == "-":
                counts["foreign"] += 1
                counts["foreign answered"] += bool(wrong)
            else:
                counts["right" if right else "wrong" if wrong else "not answered"] += 1
            if wrong or (chosen.all and not right and wanted != "-"):
                print(f"{name:7} {answer.kind:8} {answer.confidence:.2f} {question!r} -> {best}")
        table.append(f"{name:10}" + "".join(f"{count:18}" for count in counts.values()))
    print(f"{'':10}" + "".join(f"{column:>18}" for column in counts), *table, sep="\n")


if __name__ == "__main__":
    main()
