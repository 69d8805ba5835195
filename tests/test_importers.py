"""importers: one file or a folder of them becomes spans, and everything odd becomes a note."""

import pytest

from arenalab import importers
from arenalab.errors import SourceError, UnavailableError
from arenalab.exporters import ndjson
from arenalab.importers import EXTENSIONS, KINDS, MAX_BYTES, Import, read, read_all
from arenalab.importers import read_table as table_module
from arenalab.importers.report import SHOWN_PER_KIND

FAQ = b"# FAQ\n\n## Is it free?\n\nYes.\n\n## Does it work offline?\n\nIt does.\n"


def kinds(found: Import) -> list[str]:
    """Return the kinds of the notes, in their order."""
    return [note.kind for note in found.notes]


def test_public_names() -> None:
    """The package offers exactly its reading functions, its types and its limits."""
    assert importers.__all__ == [
        "EXTENSIONS",
        "KINDS",
        "MAX_BYTES",
        "Import",
        "Note",
        "read",
        "read_all",
    ]


def test_unknown_ending_is_refused() -> None:
    """A file of no known kind is refused with the endings that are known."""
    with pytest.raises(SourceError, match=r"'photo\.png' is of no kind .*\.csv.*\.html"):
        read("photo.png", b"x")


def test_ending_is_read_without_case() -> None:
    """FAQ.MD is Markdown too."""
    assert len(read("FAQ.MD", FAQ).spans) == 2


def test_too_large_a_file_is_refused() -> None:
    """A file over the limit is refused unread, with its size and the cure."""
    with pytest.raises(SourceError, match=r"big\.csv has 64 MiB; up to 64 MiB .*split it"):
        read("big.csv", b"\x00" * (MAX_BYTES + 1))


def test_nothing_to_import_is_an_error_with_the_reason() -> None:
    """A file without any question is refused, and its notes say why."""
    with pytest.raises(SourceError, match=r"holds no question with an answer: .*no text below"):
        read("empty.md", b"# FAQ\n\n## Is it free?\n")


@pytest.mark.parametrize("ending", EXTENSIONS)
def test_empty_file_is_refused(ending: str) -> None:
    """An empty file of any kind is a SourceError."""
    with pytest.raises(SourceError):
        read(f"empty{ending}", b"")


def test_missing_library_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a format's library is not installed, the message says what to install."""

    def missing(*_: object) -> None:
        raise ModuleNotFoundError("No module named 'bs4'", name="bs4")

    monkeypatch.setattr(table_module, "read", missing)
    with pytest.raises(
        UnavailableError, match=r"library bs4; install it with .*arenalab\[import\]"
    ):
        read("a.csv", b"q,a\n1,2\n")


def test_ids_are_readable_and_unique_over_files() -> None:
    """An id is file and question; a repeat in another file gets a number."""
    found = read_all([("en/faq.md", FAQ), ("fr/faq.md", FAQ.replace(b"Yes", b"Oui"))])
    assert [span.id for span in found.spans] == [
        "faq-is-it-free",
        "faq-does-it-work-offline",
        "faq-is-it-free-2",
    ]
    assert kinds(found) == ["different-answers", "duplicate"]


def test_folder_keeps_going_over_a_file_that_cannot_be_read() -> None:
    """One bad file of a folder is a note; the others are imported."""
    found = read_all([("a.md", FAQ), ("b.bin", b""), ("c.csv", b"x,y\n1,2\n"), ("LICENSE.md", FAQ)])
    assert len(found.spans) == 2
    assert [(note.kind, note.where) for note in found.notes] == [
        ("skipped", "b.bin"),
        ("skipped", "c.csv"),
        ("skipped", "LICENSE.md"),
    ]


def test_folder_without_a_question_is_refused() -> None:
    """A folder in which nothing can be imported is a SourceError with the reasons."""
    with pytest.raises(SourceError, match=r"these files hold no question .*b\.bin"):
        read_all([("b.bin", b"")])


def test_progress_names_each_file() -> None:
    """The caller hears of each file before it is read."""
    names: list[str] = []
    read_all([("a.md", FAQ), ("b.md", FAQ)], progress=names.append)
    assert names == ["a.md", "b.md"]


def test_licence_applies_where_none_is_stated() -> None:
    """A licence given for the file reaches every span that does not state its own."""
    lines = b'{"q": "a?", "a": "b"}\n{"q": "c?", "a": "d", "license": "MIT"}\n'
    found = read("x.jsonl", lines, license="CC0-1.0")
    assert [span.metadata.license for span in found.spans] == ["CC0-1.0", "MIT"]


def test_many_notes_of_a_kind_are_counted() -> None:
    """After the first notes of a kind the rest of a file's are one number."""
    found = read("x.csv", b"q,a\nok?,yes\n" + b"why?,\n" * 1000)
    assert len(found.notes) == SHOWN_PER_KIND + 1
    assert found.notes[-1].message.startswith("980 more like this")


def test_every_kind_of_note_is_explained() -> None:
    """Each kind has a sentence of explanation."""
    assert all(KINDS.values())


def test_export_and_import_give_the_same_spans() -> None:
    """NDJSON written by the exporter is read back span for span."""
    spans = read("faq.md", FAQ, base_url="https://site.example/faq", license="CC0-1.0").spans
    assert read("spans.ndjson", ndjson.dump(spans)).spans == spans


@pytest.mark.parametrize("base_url", ["javascript:alert(1)", "site.example", "/faq"])
def test_base_url_must_be_an_address(base_url: str) -> None:
    """A base_url that is no web address is refused with the value."""
    with pytest.raises(SourceError, match=r"base_url is .*https://"):
        read("faq.md", FAQ, base_url=base_url)
