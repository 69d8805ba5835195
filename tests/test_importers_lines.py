"""read_lines: each line of JSON is read for what it is."""

import json

import pytest

from arenalab.errors import SourceError
from arenalab.importers import read


def lines(*values: object) -> bytes:
    """Return values as lines of JSON."""
    return "\n".join(json.dumps(value) for value in values).encode()


def test_pairs_under_their_usual_names() -> None:
    """Questions and answers are found under the names in use, extras included."""
    found = read(
        "a.jsonl",
        lines(
            {"id": "x1", "question": "Why?", "answer": "So.", "alternates": ["How come?"]},
            {"prompt": "How?", "completion": "Thus."},
            {"question": "When?", "answer": ["1972", "in 1972"], "category": "time"},
        ),
    )
    assert [(span.id, span.this, span.if_ok) for span in found.spans] == [
        ("x1", "Why?", "So."),
        ("a-how", "How?", "Thus."),
        ("a-when", "When?", "1972 / in 1972"),
    ]
    assert found.spans[0].metadata.alternates == ("How come?",)
    assert found.spans[2].metadata.tags == ("time",)


def test_conversation_becomes_a_trajectory() -> None:
    """Each answer of a conversation is a span that names the one before it."""
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hi."},
        {"role": "user", "content": [{"type": "text", "text": "How?"}, {"type": "image_url"}]},
        {"role": "user", "content": "Please."},
        {"role": "assistant", "content": "Thus."},
        {"role": "user", "content": "Thanks"},
    ]
    found = read("a.jsonl", lines({"messages": messages}))
    first, second = found.spans
    assert (first.this, first.if_ok, first.context.previous_spans) == ("Hello", "Hi.", ())
    assert (second.this, second.if_ok) == ("How? Please.", "Thus.")
    assert second.context.previous_spans == (first.id,)
    assert second.context.environment == {"system": "Be brief."}
    assert [note.kind for note in found.notes] == ["empty-answer"]


def test_the_speaker_called_system_answers() -> None:
    """In dialogue sets of two speakers, SYSTEM is who answers, not an instruction."""
    said = [("USER", "A table?"), ("SYSTEM", "Where?"), ("USER", "Here."), ("SYSTEM", "Done.")]
    turns = [{"speaker": who, "utterance": what} for who, what in said]
    first, second = read("a.jsonl", lines({"dialogue_id": "1", "turns": turns})).spans
    assert (first.this, first.if_ok) == ("A table?", "Where?")
    assert (second.if_ok, second.context.previous_spans) == ("Done.", (first.id,))


def test_turns_that_repeat_are_kept() -> None:
    """A later turn with the words of an earlier one is a place of its own in the trajectory."""
    turns = [{"from": who, "value": what} for who, what in [("human", "a"), ("gpt", "b")] * 3]
    found = read("a.jsonl", lines({"conversations": turns}))
    assert len(found.spans) == 3
    assert not found.notes


def test_messages_that_are_no_text_are_noted() -> None:
    """Tool calls, odd roles and things that are no message are left out with a note."""
    messages = [1, {"role": "tool", "content": "x"}, {"role": "user", "content": "a"}]
    answer = {"role": "assistant", "content": "b"}
    found = read("a.jsonl", lines({"messages": [*messages, answer]}, {"messages": "x"}))
    assert [note.kind for note in found.notes] == ["malformed", "unsupported", "malformed"]


def test_spans_are_taken_as_they_are() -> None:
    """A span keeps all its fields; only unsafe links are taken out."""
    span = {
        "id": "s1",
        "this": "Why?",
        "status": "failed",
        "if_ok": "[So](javascript:x).",
        "if_not": "Not [thus](https://a.example/).",
        "metadata": {"source": {"url": "javascript:x", "title": "T"}, "reviewed": True},
        "colour": "blue",
    }
    found = read("a.ndjson", lines(span))
    span["if_ok"] = "So."
    span["metadata"] = {"source": {"title": "T"}, "reviewed": True}
    assert found.spans[0].to_json() == span
    assert [note.kind for note in found.notes] == ["unsafe-link", "unsafe-link"]


def test_span_again_is_left_out_and_another_with_its_id_renamed() -> None:
    """The same span twice is one; another span under its id gets a number."""
    one, other = {"id": "s", "this": "Why?"}, {"id": "s", "this": "How?"}
    found = read("a.ndjson", lines(one, one, other))
    assert [(span.id, span.this) for span in found.spans] == [("s", "Why?"), ("s-2", "How?")]
    assert [note.kind for note in found.notes] == ["duplicate", "renamed"]


def test_lines_that_cannot_be_used_are_noted_with_their_number() -> None:
    """Broken JSON, values that are no object, unknown fields, bad spans: notes, no crash."""
    data = b'{"q": "Why?", "a": "So."}\n\n{"q": \n[1]\n{"x": 1}\n{"this": "t"}\n' + b"[" * 100_000
    found = read("a.jsonl", data)
    assert len(found.spans) == 1
    assert [note.where for note in found.notes] == [f"a.jsonl, line {n}" for n in (3, 4, 5, 6, 7)]
    assert {note.kind for note in found.notes} == {"malformed"}


def test_nothing_usable_is_refused() -> None:
    """A file of which no line can be used is a SourceError that quotes the first reasons."""
    with pytest.raises(SourceError, match=r"line 1: .*'foo'"):
        read("a.jsonl", b'{"foo": 1}\n')


@pytest.mark.parametrize(
    "value",
    [
        [{"q": "Why?", "a": "So."}],
        {"q": "Why?", "a": "So."},
        {"version": "1", "faq": [{"question": "Why?", "answer": "So."}]},
        {"data": [{"id": "s", "this": "Why?", "if_ok": "So."}]},
    ],
)
def test_json_files(value: object) -> None:
    """One JSON value may be a record, a list of them, or an object around such a list."""
    data = json.dumps(value, indent=1).encode()
    assert [(span.this, span.if_ok) for span in read("a.json", data).spans] == [("Why?", "So.")]


def test_half_surrogates_are_replaced() -> None:
    """Text that JSON can write but UTF-8 cannot hold does not reach a span."""
    found = read("a.jsonl", b'{"q": "Why \\ud800?", "a": "So.", "\\ud800": 1}')
    assert found.spans[0].this == "Why \ufffd?"
