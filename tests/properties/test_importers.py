"""importers: whatever a file holds, the result is an import or an error that tells the cure."""

from urllib.parse import urlsplit

from hypothesis import given, settings
from hypothesis import strategies as st

from arenalab.errors import InputError
from arenalab.exporters import ndjson
from arenalab.importers import EXTENSIONS, Import, read
from arenalab.importers.escape import code_span, escape_line_starts, escape_text
from arenalab.importers.links import UNSAFE_SCHEMES, Address, scheme
from arenalab.importers.read_markdown import to_html
from arenalab.importers.report import Notebook
from arenalab.importers.soup import parse
from arenalab.span import Source, Span

# Pieces of every format, so that random texts get beyond the first line of a parser.
PIECES = (
    '<p>', '</p>', '<details><summary>What?</summary>', '</details>', '<h2>', '</h2>', '<ul>',
    '<li>', '<dl>', '<dt>', '<dd>', '<b>Why?</b>', '<table>', '<tr>', '<td>', '<pre>',
    '<code>', "<a href='javascript:x'>", '<!--', '<![CDATA[', '<?', '</', 'Q: Why?', 'A: So',
    '# ', '## Why?', '```', '~~~', ':::tip x', ':::', '!!! note', '    ', '- ', '1. ', '{{',
    '}}', '{%', '%}', '{#', '#}', '---\n', '+++\n', 'title: x\n', '====', 'Title\n=====\n',
    '.. note::', '.. only:: html', '.. include:: x', '.. raw:: html', '.. _x:', ':ref:`x`',
    '`x`_', '|x|_', '::', ' ', '\n', '\n\n', '|', '"', '\x00', '[x](y)', '[x](javascript:y)',
    '![x](data:y)', '<x:y>', '[x]: y', '*', '**', '_', '`', '>', '\\', 'question,answer',
    'q;a', ',', ';', '\t', '{"q":"a","a":"b"}', '{"this":"a","id":"b"}', '{"messages":[',
    ']}', '"\\ud800"', 'é', '日本', '&lt;',
)  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=30).map("".join)
contents = st.binary(max_size=400) | st.builds(
    str.encode, texts, st.sampled_from(["utf-8", "utf-16", "cp1252"]), st.just("replace")
)


def imported(name: str, data: bytes, base_url: str | None = None) -> Import | None:
    """Return the import, or None for an error that is meant for people."""
    try:
        return read(name, data, base_url=base_url)
    except InputError:
        return None


@settings(deadline=None, max_examples=400)
@given(ending=st.sampled_from(EXTENSIONS), data=contents, known=st.booleans())
def test_any_file_is_read_or_refused(ending: str, data: bytes, known: bool) -> None:
    """No content raises anything but an InputError, and what comes out is whole and safe."""
    found = imported(f"a{ending}", data, "https://site.example/" if known else None)
    if found is None:
        return
    assert len({span.id for span in found.spans}) == len(found.spans)
    for span in found.spans:
        assert Span.from_json(span.to_json()) == span
        source = span.metadata.source or Source()
        assert scheme(source.url or "") not in UNSAFE_SCHEMES
        for link in parse(to_html(span.if_ok, {}), "a.md").main.find_all("a", href=True):
            assert scheme(str(link["href"])) not in UNSAFE_SCHEMES
    again = read("a.ndjson", ndjson.dump(found.spans))
    # What shows an unsafe link in code is disarmed there too when it comes as Markdown.
    disarmed = any(note.kind == "unsafe-link" for note in again.notes)
    assert again.spans == found.spans or disarmed


@settings(deadline=None)
@given(name=st.text(max_size=30), ending=st.sampled_from(EXTENSIONS))
def test_any_file_name_is_read(name: str, ending: str) -> None:
    """A file's name may be anything; only its ending decides how the content is read."""
    lines = ending in (".jsonl", ".ndjson", ".json")
    data = b'{"q": "Why?", "a": "So."}' if lines else b"q,a\n\n# Why?\n\n<h1>How?</h1>So."
    found = imported(f"{name}/{name}{ending}", data)
    assert found is not None or not lines
    assert found is None or found.spans[0].id


@settings(deadline=None)
@given(text=st.text(max_size=60))
def test_escaped_text_reads_back_as_itself(text: str) -> None:
    """Text that is escaped shows in Markdown exactly as it was."""
    plain = " ".join(text.split()).replace("\x00", "")
    shown = parse(to_html(escape_line_starts(escape_text(plain)), {}), "a.md").main.get_text()
    assert " ".join(shown.split()) == " ".join(plain.split())


@settings(deadline=None)
@given(text=st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1))
def test_code_reads_back_as_itself(text: str) -> None:
    """Inline code shows what it holds, white space collapsed."""
    plain = " ".join(text.split())
    main = parse(to_html(code_span(plain), {}), "a.md").main
    assert " ".join(main.get_text().split()) == plain


@settings(deadline=None)
@given(target=st.text(max_size=40))
def test_any_link_is_followed_or_dropped(target: str) -> None:
    """Following a link never raises, and what it returns is an address that can be parsed."""
    urlsplit(Address("https://site.example/", "a.md", Notebook()).follow(target))
