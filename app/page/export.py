"""What a person takes with them: conversations as Markdown or JSON, corrections as NDJSON. Pure."""

import json

from page.model import Draft, State, find_pack, turns_of
from page.records import turn_to_record
from page.say import date, say
from page.words import said, sureness

FORMAT = 1


def conversation_markdown(state: State, id: str) -> str:
    """A conversation to read or print: questions as headings, answers with their sources."""
    parts = ["# " + _title(state, id)]
    for turn in turns_of(state, id):
        parts.append("## " + " ".join(turn.question.split()))
        parts.append(f"*{date(turn.at)}*")
        if not turn.answer:
            parts.append(turn.error or say("no_answer"))
            continue
        parts.append(said(turn.answer))
        parts.append("> " + sureness(turn.answer))
        sources = [source_line(receipt) for receipt in turn.answer["receipts"]]
        if turn.provided and turn.provided["text"]:
            heading = "### {provider}, {model}".format(**turn.provided)
            parts += [heading, turn.provided["text"], "> " + say("provided_aside")]
        named = [line for k, line in enumerate(sources) if line and line not in sources[:k]]
        if named and turn.answer["kind"] == "answer":
            parts.append("\n".join(["- " + line for line in named]))
    return "\n\n".join(parts) + "\n"


def source_line(receipt: dict) -> str:
    """The source of a receipt as a Markdown link, or ""."""
    url, title = receipt["source_url"], receipt["source_title"]
    if not receipt["supports"] or not (url or title):
        return ""
    words = (title or url).replace("[", "(").replace("]", ")")
    return f"[{words}](<{url}>)" if url and url.startswith(("https://", "http://")) else words


def conversation_json(state: State, id: str) -> str:
    """A conversation whole: every field the page stores of it."""
    turns = [turn_to_record(turn) for turn in turns_of(state, id)]
    return json.dumps({"format": FORMAT, "id": id, "title": _title(state, id), "turns": turns})


def all_json(state: State) -> str:
    """All conversations, whole."""
    whole = [json.loads(conversation_json(state, one.id)) for one in state.conversations]
    return json.dumps({"format": FORMAT, "conversations": whole})


def drafts_ndjson(state: State) -> str:
    """Every draft as a pending span, one a line: what a curator imports."""
    return "".join(json.dumps(span(draft, state)) + "\n" for draft in state.drafts)


def span(draft: Draft, state: State) -> dict:
    """A draft as a JSON✯Atomic span: pending, with what was said as what did not work.

    A note is what the person would have had said, so it stands as the proposed outcome.
    """
    pack = find_pack(state, draft.pack)
    return {
        "id": "draft-" + draft.id,
        "this": draft.question,
        "when": draft.when,
        "status": "pending",
        "if_ok": draft.note,
        "if_not": draft.answer,
        "context": {
            "previous_spans": list(draft.examples),
            "environment": {"pack": pack.name if pack else draft.pack},
        },
        "metadata": {"tags": _tags(draft), "lang": draft.lang},
    }


def _tags(draft: Draft) -> list:
    return ["provider"] if draft.reason == "provider" else ["correction", draft.reason]


def file_name(title: str, kind: str) -> str:
    """A harmless file name out of a title; dots stay inside words alone, as in faq.csv."""
    kept = "".join(c if c.isalpha() or c.isdigit() or _may_stay(c) else "-" for c in title)
    words = [word.strip(".") for word in kept.split("-") if word.strip(".")]
    return ("-".join(words)[:60] or "arenalab") + kind


def _may_stay(c: str) -> bool:
    """Whether a dot, or a character beyond ASCII: marks that turn text around may not stay.

    MicroPython's `isalpha` knows ASCII alone.
    """
    return c == "." or (ord(c) > 0x9F and not 0x2000 <= ord(c) <= 0x206F)


def _title(state: State, id: str) -> str:
    return next((one.title for one in state.conversations if one.id == id), id)
