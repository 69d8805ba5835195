"""`arenalab ask` and `arenalab chat`: questions to a pack, one or many."""

import json
from typing import Annotated

import typer
from rich.markdown import Markdown
from rich.markup import escape
from rich.table import Table

from arenalab.cli.opening import Method, PackPaths, open_arenas
from arenalab.cli.principles import ConstitutionPath
from arenalab.cli.terminal import AsJson, EncoderPath, complain, out
from arenalab.cli.wanted import Domain, Lang, MinQuality, Since, Tags, Until
from arenalab.context import Turn
from arenalab.errors import QuestionError
from arenalab.filter import Filter
from arenalab.respond import Answer

Receipts = Annotated[bool, typer.Option("--receipts", help="Show the diamonds behind the answer.")]
Explain = Annotated[bool, typer.Option("--explain", help="Say how the pack was searched.")]


def ask(
    packs: PackPaths,
    question: Annotated[str, typer.Argument(help="What you want to know.")],
    *,
    receipts: Receipts = False,
    explain: Explain = False,
    tag: Tags = None,
    lang: Lang = "",
    domain: Domain = "",
    since: Since = "",
    until: Until = "",
    min_quality: MinQuality = 0.0,
    ensemble: Method = None,
    constitution: ConstitutionPath = None,
    encoder: EncoderPath = None,
    as_json: AsJson = False,
) -> None:
    """Ask a pack one question, or several packs together."""
    wanted = Filter(tuple(tag or ()), lang, domain, since, until, min_quality)
    arena = open_arenas(packs, ensemble, encoder, constitution)
    answer = arena.answer(question, wanted=wanted)
    if as_json:
        out.print_json(json.dumps(answer.to_json()))
    else:
        show(answer, receipts=receipts, explain=explain)


def chat(
    packs: PackPaths,
    *,
    receipts: Receipts = False,
    explain: Explain = False,
    tag: Tags = None,
    lang: Lang = "",
    domain: Domain = "",
    since: Since = "",
    until: Until = "",
    min_quality: MinQuality = 0.0,
    ensemble: Method = None,
    constitution: ConstitutionPath = None,
    encoder: EncoderPath = None,
) -> None:
    """Talk with a pack, or several together; an empty line or Ctrl-D ends it.

    A follow-up is understood from what was said before. Where you are asked what you meant, the
    number of a suggestion is enough.
    """
    wanted = Filter(tuple(tag or ()), lang, domain, since, until, min_quality)
    arena = open_arenas(packs, ensemble, encoder, constitution)
    out.print(f"[dim]{escape(arena.name)}: {arena.span_count:,} diamonds[/]")
    history: list[Turn] = []
    offered: dict[str, str] = {}
    while True:
        try:
            typed = out.input("[bold]› [/]").strip()
        except EOFError:
            return
        if not typed:
            return
        question = offered.get(typed, typed)
        try:
            answer = arena.answer(question, history, wanted=wanted)
        except QuestionError as error:
            complain(str(error))
            continue
        show(answer, receipts=receipts, explain=explain)
        history += [Turn("user", question), Turn("assistant", answer.text)]
        offered = {str(n): option.question for n, option in enumerate(answer.options, 1)}


def show(answer: Answer, *, receipts: bool, explain: bool) -> None:
    """Print an answer for a person: its text, how sure it is, its sources.

    On wish also its receipts, and how the pack was searched.
    """
    if answer.resolved:
        out.print(f"[dim]understood as: {escape(answer.resolved)}[/]", soft_wrap=True)
    out.print(Markdown(answer.text))
    for number, option in enumerate(answer.options, 1):
        out.print(f"  {number}. {escape(option.question)}", soft_wrap=True)
    _show_sureness(answer)
    if answer.verdict:
        principle, example = answer.verdict.principle, answer.verdict.example
        out.print(f"[dim]principle {escape(principle)}, as in: {escape(example)}[/]")
    if answer.kind == "answer":
        for address in dict.fromkeys(r.source_url for r in answer.receipts if r.supports):
            if address:
                out.print(f"[dim]source: {escape(address)}[/]", soft_wrap=True)
    if explain or not answer.plan["scanned"]:
        out.print(f"[dim]{escape(answer.plan['words'])}[/]", soft_wrap=True)
    if receipts and answer.receipts:
        table = Table("weight", "similarity", "", "pack", "diamond", "asked as")
        for r in answer.receipts:
            mark = "✓" if r.supports else "–"
            row = (f"{r.weight:+.3f}", f"{r.similarity:.3f}", mark, r.pack, r.span_id, r.question)
            table.add_row(*map(escape, row))
        out.print(table)


def _show_sureness(answer: Answer) -> None:
    """Print how sure an answer is, of several questions for each, and how long it took."""
    took = sum(answer.timing.values())
    sure = "" if answer.kind == "refusal" else f"{answer.word}, {answer.confidence:.0%} · "
    out.print(f"[dim]{sure}{took:.0f} ms[/]")
    for number, part in enumerate(answer.parts, 1):
        what = f"{part.word}, {part.confidence:.0%}" if part.kind == "answer" else part.kind
        out.print(f"[dim]question {number}: {what} · {escape(part.question)}[/]", soft_wrap=True)
