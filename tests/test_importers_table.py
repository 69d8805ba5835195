"""read_table: columns are found by their names, whatever the delimiter and the encoding."""

import pytest

from arenalab.errors import SourceError
from arenalab.importers import read


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", [".csv", ".tsv"])
def test_delimiter_is_found(delimiter: str, ending: str) -> None:
    """Any usual delimiter is recognised by the header, under both endings."""
    text = f"Id{delimiter}Question{delimiter}Answer\n7{delimiter}Why?{delimiter}So.\n"
    (span,) = read(f"a{ending}", text.encode()).spans
    assert (span.id, span.this, span.if_ok) == ("7", "Why?", "So.")


@pytest.mark.parametrize(
    "header",
    ["question,answer", "QUESTION , Answer", "q,a", "prompt,response", "Prompt,completion",
     "instruction,output", "title,body", "frage,antwort", "text,label", "text,category"],
)  # fmt: skip
def test_names_of_columns(header: str) -> None:
    """The usual names of the two columns are known, without case and spaces."""
    (span,) = read("a.csv", f"{header}\nwhere is my card,card_arrival\n".encode()).spans
    assert (span.this, span.if_ok) == ("where is my card", "card_arrival")


def test_optional_columns() -> None:
    """Id, address, title, tags, language, licence and other phrasings are taken along."""
    text = (
        "question,answer,url,page title,tags,lang,license,alternates\n"
        "Why?,So.,/faq#why,Help,a|b,en,MIT,How come?|What for?\n"
    )
    (span,) = read("a.csv", text.encode(), base_url="https://site.example/").spans
    assert span.to_json() == {
        "id": "a-why",
        "this": "Why?",
        "status": "completed",
        "if_ok": "So.",
        "metadata": {
            "source": {"url": "https://site.example/faq#why", "title": "Help"},
            "license": "MIT",
            "lang": "en",
            "tags": ["a", "b"],
            "alternates": ["How come?", "What for?"],
        },
    }


def test_unknown_columns_are_named() -> None:
    """A table without a known pair of columns says what it has and what is accepted."""
    with pytest.raises(SourceError, match=r"columns 'foo, bar'; name two .*question/answer"):
        read("a.csv", b"foo,bar\n1,2\n")


def test_rows_that_cannot_be_used_are_noted_with_their_line() -> None:
    """Empty cells and rows with too many cells are notes; blank rows are nothing."""
    text = b'question,answer\n\nmulti,"line\nanswer"\n,no question\nno answer,\na,b,c\n,\n'
    found = read("a.csv", text)
    assert [span.this for span in found.spans] == ["multi"]
    assert [(note.kind, note.where) for note in found.notes] == [
        ("empty-question", "a.csv, line 5"),
        ("empty-answer", "a.csv, line 6"),
        ("extra-cells", "a.csv, line 7"),
    ]


def test_repeats() -> None:
    """The same pair again is left out; another answer to it is kept; both are noted."""
    found = read("a.csv", b"q,a\nWhy?,So.\nwhy ?,so\nWhy,Thus.\n")
    assert [(span.id, span.if_ok) for span in found.spans] == [
        ("a-why", "So."),
        ("a-why-2", "Thus."),
    ]
    assert [note.kind for note in found.notes] == ["duplicate", "different-answers"]


def test_given_id_that_is_taken_is_renamed() -> None:
    """Two rows with one id: the second gets a number, with a note."""
    found = read("a.csv", b"id,q,a\n1,Why?,So.\n1,How?,Thus.\n")
    assert [span.id for span in found.spans] == ["1", "1-2"]
    assert [note.kind for note in found.notes] == ["renamed"]


def test_unclosed_quote_is_named_with_its_line() -> None:
    """A quotation mark that is never closed is a SourceError at the line where it opens."""
    with pytest.raises(SourceError, match=r"line 2: .*quotation mark"):
        read("a.csv", b'q,a\n"why,so\n' + b"x" * 200_000)


def test_excel_delimiter_line_is_skipped() -> None:
    """The line "sep=;" that Excel writes is no header."""
    assert len(read("a.csv", b"sep=;\nq;a\nWhy?;So.\n").spans) == 1


def test_html_in_cells_becomes_markdown() -> None:
    """Answers exported as HTML become Markdown, and their links are followed."""
    cell = "<p>See <b>the</b> <a href='/x'>page</a>.</p><script>x</script><ul><li>one<li>two</ul>"
    found = read("a.csv", f'q,a\n"<p>Why?</p>","{cell}"\n'.encode(), base_url="https://s.example/")
    assert found.spans[0].this == "Why?"
    assert found.spans[0].if_ok == "See **the** [page](https://s.example/x).\n\n- one\n- two"


def test_markdown_with_some_html_keeps_its_shape() -> None:
    """A Markdown answer with a tag in it is still read as Markdown."""
    found = read("a.jsonl", b'{"q": "Why?", "a": "One<br>two\\n\\n- `<b>` *x*\\n- y"}')
    assert found.spans[0].if_ok == "One  \ntwo\n\n- `<b>` *x*\n- y"
