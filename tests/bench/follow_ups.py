"""Follow-ups in a conversation: how often they are understood, and what a conversation costs.

    python tests/bench/follow_ups.py minilm.encoder [--part choose|report]

Packs are built of real FAQ pages (../shared/data); every question is asked through `Arena.answer`
with and without the conversation before it. Five kinds:

follow-up  written by hand (tests/vectors/follow_ups.ndjson); and, of diseases, made from what is
           known of each: "What is X?", then "and the treatment?"
section    of pages alike: what another page has too ("Troubleshooting"), asked after its own page
own        a diamond's own words, after one of the same page or any other
fresh      StackExchange paraphrases, after a diamond of another matter was talked of
foreign    open-domain questions, which no pack answers, after a diamond was talked of

Thresholds of `arenalab.context` and `arenalab.match` were chosen on the part `choose`; `report` was
kept apart.
"""

import argparse
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np

from arenalab import importers
from arenalab.arena import Arena, learn
from arenalab.context import Turn
from arenalab.encode import load_encoder
from arenalab.span import Span

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared/data"
PAGES = {
    "go": "faq_docs/go/faq.md",
    "python": "faq_docs/python_3.11/rst/**/*.rst",
    "syncthing": "faq_docs/syncthing/*.rst",
    "login": "faq_docs/login_gov/_en/**/*.md",
    "arduino": "faq_docs/arduino_help_center/**/*.md",
}
DISEASES = 80
OWN = 120  # of each pack
FORMS = ("what about {}?", "{}?", "and {}?", "{}")
PARTS = ("choose", "report")
# How people ask on, by what MedQuAD calls the question.
ASKED_ON = {
    "symptoms": ("what are the symptoms?", "how would I notice?"),
    "treatment": ("how is it treated?", "and the treatment?"),
    "inheritance": ("is it inherited?", "can my children get it from me?"),
    "frequency": ("how common is it?", "how many people have it?"),
    "genetic changes": ("which genes are involved?", "what about the genes behind it?"),
    "causes": ("what causes it?", "why do people get it?"),
    "exams and tests": ("how is it diagnosed?", "which tests are there for that?"),
    "outlook": ("what is the prognosis?", "how does it usually end?"),
    "susceptibility": ("who is at risk?", "am I in danger of getting it?"),
    "prevention": ("can it be prevented?", "how can I avoid it?"),
    "research": ("are there clinical trials?", "what research is being done?"),
    "complications": ("what complications are there?", "what can go wrong with it?"),
    "stages": ("what are the stages?", "and the stages?"),
}


@dataclass(frozen=True, slots=True)
class Case:
    """A question to `pack` after the diamond `after`, and the diamonds that answer it, if any."""

    kind: str
    pack: str
    part: str
    after: Span
    asked: str
    wants: frozenset[str]


def read_pages() -> dict[str, list[Span]]:
    """Return the diamonds of every FAQ."""
    spans = {}
    for name, pattern in PAGES.items():
        files = [file for file in sorted(DATA.glob(pattern)) if file.stem != "LICENSE"]
        named = [(str(file.relative_to(DATA)), file.read_bytes()) for file in files]
        spans[name] = list(importers.read_all(named).spans)
    return spans


def read_diseases() -> dict[str, dict[str, Span]]:
    """Return what MedQuAD says of DISEASES diseases with at least five questions each."""
    found: dict[str, dict[str, Span]] = {}
    with gzip.open(DATA / "medquad/medquad_with_answers.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            name, kind = row.get("focus"), row["qtype"]
            if row.get("answer") and name:
                span = Span(f"{name}/{kind}", row["question"], row["answer"])
                found.setdefault(name, {}).setdefault(kind, span)
    names = sorted(name for name, kinds in found.items() if len(kinds) >= 5)
    places = np.linspace(0, len(names) - 1, DISEASES).astype(int)
    return {names[place]: found[names[place]] for place in places}


def read_threads() -> tuple[list[Span], list[tuple[str, str]]]:
    """Return StackFAQ's threads, and its paraphrases with the thread of each."""
    document = json.loads((DATA / "stackfaq/stackExchange-FAQ.json").read_text(encoding="utf-8"))
    spans, asked = [], []
    for number, row in enumerate(document["root"]["qapair"]):
        spans.append(Span(str(number), _text(row["question"]), _text(row["answer"])))
        paraphrases = [row["rephr"]] if isinstance(row["rephr"], str) else row["rephr"]
        asked += [(text, str(number)) for text in paraphrases if text and text != "*"]
    return spans, asked


def cases(
    pages: dict[str, list[Span]],
    diseases: dict[str, dict[str, Span]],
    threads: tuple[list[Span], list[tuple[str, str]]],
) -> Iterator[Case]:
    """Yield everything that is asked."""
    for line in (ROOT / "tests/vectors/follow_ups.ndjson").read_text("utf-8").splitlines():
        row = json.loads(line)
        known = {span.this: span for span in reversed(pages[row["pack"]])}
        wants = frozenset(known[text].id for text in row["wants"])
        after = known[row["after"]]
        yield Case("follow-up", row["pack"], row["part"], after, row["asked"], wants)
    for place, kinds in enumerate(diseases.values()):
        for kind in kinds.keys() & ASKED_ON.keys() if "information" in kinds else ():
            asked, wants = ASKED_ON[kind][place // 2 % 2], frozenset([kinds[kind].id])
            after = kinds["information"]
            yield Case("follow-up", "diseases", PARTS[place % 2], after, asked, wants)
    for name, known in pages.items():
        yield from sections(name, known)
        yield from own(name, known)
    random = np.random.default_rng(0)
    spans, paraphrases = threads
    for place, number in enumerate(random.permutation(len(paraphrases))[:400]):
        asked, thread = paraphrases[number]
        after = spans[random.integers(len(spans))]
        if after.id != thread:
            yield Case("fresh", "threads", PARTS[place % 2], after, asked, frozenset([thread]))
    lines = (DATA / "nq_open/NQ-open.dev.jsonl").read_text(encoding="utf-8").splitlines()[:100]
    for place, asked in enumerate(json.loads(line)["question"] for line in lines):
        for name, known in pages.items():
            after = known[random.integers(len(known))]
            yield Case("foreign", name, PARTS[place % 2], after, asked, frozenset())


def sections(name: str, known: list[Span]) -> Iterator[Case]:
    """Yield headings that several pages have, each asked after another section of its page."""
    paths = {span.id: span.this.split(" — ") for span in known}
    pages: dict[str, list[Span]] = {}
    for span in known:
        pages.setdefault(_page(span), []).append(span)
    having: dict[str, set[str]] = {}
    for span in known:
        if len(paths[span.id]) > 1:
            having.setdefault(paths[span.id][-1].casefold(), set()).add(_page(span))
    for span in known:
        heading = paths[span.id][-1]
        if len(having.get(heading.casefold(), ())) < 2 or not span.if_ok:
            continue
        others = [o for o in pages[_page(span)] if o.if_ok and paths[o.id][-1] != heading]
        if others:
            number = crc32(span.id.encode())
            asked = FORMS[number % len(FORMS)].format(heading.rstrip("?.:").lower())
            part = PARTS[crc32(_page(span).encode()) % 2]
            after = others[number % len(others)]
            yield Case("section", name, part, after, asked, frozenset([span.id]))


def own(name: str, known: list[Span]) -> Iterator[Case]:
    """Yield diamonds asked in their own words, every other one after its neighbour."""
    random = np.random.default_rng(1)
    for place, number in enumerate(random.permutation(len(known))[:OWN]):
        span = known[number]
        after = known[number - 1] if place % 4 < 2 else known[random.integers(len(known))]
        if after.if_ok and span.if_ok and after is not span:
            yield Case("own", name, PARTS[place % 2], after, span.this, frozenset([span.id]))


def measure(arena: Arena, case: Case) -> dict[str, bool]:
    """Ask `case` with and without its conversation, and tell what came of it."""
    history = [Turn("user", case.after.this), Turn("assistant", case.after.if_ok)]
    outcomes = {span.id: span.if_ok for span in arena.pack.texts if span.id in case.wants}
    found = {}
    for name, before in (("alone", ()), ("talked", history)):
        answer = arena.answer(case.asked, before)
        best = answer.receipts[0].outcome if answer.receipts else ""
        found[f"{name} best"] = best in outcomes.values()
        found[f"{name} right"] = answer.kind == "answer" and answer.text in outcomes.values()
        found[f"{name} wrong"] = answer.kind == "answer" and answer.text not in outcomes.values()
    return {**found, "going on": bool(answer.resolved), "new topic": answer.new_topic}


def main() -> None:
    """Print a table: of each kind and pack, shares of the questions asked."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("encoder", type=Path)
    options.add_argument("--part", choices=PARTS, default="report")
    chosen = options.parse_args()
    encoder = load_encoder(chosen.encoder.read_bytes())
    pages, diseases, threads = read_pages(), read_diseases(), read_threads()
    packs = {**pages, "diseases": [s for kinds in diseases.values() for s in kinds.values()]}
    packs["threads"] = threads[0]
    asked = [case for case in cases(pages, diseases, threads) if case.part == chosen.part]
    columns = [f"{w} {m}" for w in ("alone", "talked") for m in ("best", "right", "wrong")]
    columns += ["going on", "new topic"]
    print(f"{'part ' + chosen.part:22}{'n':>5}", *(f"{column:>12}" for column in columns))
    rows: dict[tuple[str, str], list[dict[str, bool]]] = {}
    for name, spans in packs.items():
        arena = Arena(learn(spans, encoder, name=name), encoder, lambda: 0.0)
        for case in (case for case in asked if case.pack == name):
            rows.setdefault((case.kind, name), []).append(measure(arena, case))
    for kind in ("follow-up", "section", "own", "fresh", "foreign"):
        mine = {name: found for (of, name), found in rows.items() if of == kind}
        for name, found in {**mine, "all": [row for rows in mine.values() for row in rows]}.items():
            shares = [sum(row[column] for row in found) / len(found) for column in columns]
            print(f"{kind + ' ' + name:22}{len(found):5}", *(f"{share:12.3f}" for share in shares))


def _page(span: Span) -> str:
    source = span.metadata.source
    return (source.url or "").split("#")[0] if source else span.id


def _text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else " ".join(value)


if __name__ == "__main__":
    main()
