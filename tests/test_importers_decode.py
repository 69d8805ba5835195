"""decode: bytes become text, and anything but UTF-8 is reported."""

import pytest

from arenalab.errors import SourceError
from arenalab.importers.decode import clean, decode
from arenalab.importers.report import Notebook

TEXT = "Wie öffne ich den Käse? – „So“ …\n" * 3


@pytest.mark.parametrize(
    ("encoding", "noted"),
    [("utf-8", ""), ("utf-8-sig", ""), ("utf-16", "utf-16-le"), ("utf-32", "utf-32-le"),
     ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"), ("cp1252", "cp1252")],
)  # fmt: skip
def test_encodings_are_found(encoding: str, noted: str) -> None:
    """Text in any usual encoding is read; a note says which, unless it is UTF-8."""
    notes = Notebook()
    assert decode(TEXT.encode(encoding), "f.txt", notes) == TEXT
    assert [note.kind for note in notes.notes()] == (["encoding"] if noted else [])
    assert all(noted in note.message for note in notes.notes())


def test_declared_charset_of_a_page_is_believed_if_it_fits() -> None:
    """The charset in a page's head is used; one that is no character set is not."""
    notes = Notebook()
    page = '<meta charset="koi8-r"><p>Как?</p>'
    assert "Как?" in decode(page.encode("koi8-r"), "f.html", notes)
    odd = b'<meta charset="unicode_escape"><p>\\x41</p>'
    assert "\\x41" in decode(odd, "f.html", notes)


def test_bytes_that_are_no_text_are_refused() -> None:
    """A picture under the name of a text is a SourceError, not a page of signs."""
    with pytest.raises(SourceError, match="not a text file"):
        decode(bytes(range(32)) * 40, "f.md", Notebook())


def test_clean_drops_what_utf8_cannot_hold() -> None:
    """Control characters go, half surrogates are replaced, line ends are made one."""
    assert clean("a\x00b\r\nc\rd\ud800") == "ab\nc\nd\ufffd"
