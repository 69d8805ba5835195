"""importers on real help pages: what a site owner would find in the pack.

Thresholds are the counts found when this was written, less a few, so that a better reading of a
page may change them a little but a lost page cannot pass.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from arenalab.importers import Import, read, read_all

PAGES = Path(__file__).parents[2] / "shared" / "data" / "faq_docs"
pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not PAGES.is_dir(), reason="the folder ../shared/data/faq_docs is absent"),
]


def folder(name: str, base_url: str) -> Import:
    """Return what a folder of pages gives."""
    root = PAGES / name
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return read_all(
        ((path.relative_to(root).as_posix(), path.read_bytes()) for path in files),
        base_url=base_url,
    )


def answers(found: Import) -> dict[str, str]:
    """Return the answers by question."""
    return {span.this: span.if_ok for span in found.spans}


def source(found: Import, question: str) -> str | None:
    """Return the address of the source of a question."""
    span = next(span for span in found.spans if span.this == question)
    return span.metadata.source.url if span.metadata.source else None


def test_python_faq_in_restructuredtext() -> None:
    """The Python FAQ gives its questions with anchors, code and references, without noise."""
    found = folder("python_3.11/rst", "https://docs.python.org/3/faq/{path}.html")
    assert len(found.spans) >= 175
    oddities = {"different-answers", "empty-answer", "pointer", "skipped"}
    assert {note.kind for note in found.notes} == oddities
    style = "Are there coding standards or a style guide for Python programs?"
    assert answers(found)[style] == (
        "Yes. The coding style required for standard library modules is documented as "
        "[PEP 8](https://peps.python.org/pep-0008/)."
    )
    assert answers(found)["How do I make an executable from a Python script?"] == (
        "See [How can I create a stand-alone binary from a Python script?]"
        "(https://docs.python.org/3/faq/programming.html#faq-create-standalone-binary) for a list "
        "of tools that can be used to make executables."
    )
    assert source(found, "Is a *.pyd file the same as a DLL?") == (
        "https://docs.python.org/3/faq/windows.html#is-a-pyd-file-the-same-as-a-dll"
    )


def test_python_faq_in_html() -> None:
    """The same FAQ as rendered pages gives the same questions."""
    base_url = "https://docs.python.org/3/faq/{path}.html"
    rendered, written = folder("python_3.11/html", base_url), folder("python_3.11/rst", base_url)

    def plain(found: Import) -> set[str]:
        quotes = str.maketrans("’“”", '\'""')
        return {span.this.translate(quotes).replace("...", "…") for span in found.spans}

    assert len(plain(rendered) & plain(written)) >= 170


def test_arduino_help_center() -> None:
    """Help-centre articles give their titles, and their parts beside the titles."""
    found = folder("arduino_help_center", "https://support.arduino.cc/hc/en-us/articles/{id}")
    assert len(found.spans) >= 1300
    store = "Find your receipt or invoice — Find a receipt or invoice for an Amazon purchase"
    assert answers(found)[store].startswith("When you buy Arduino products on Amazon")
    assert source(found, store) == (
        "https://support.arduino.cc/hc/en-us/articles/360016121859#amazon"
    )
    assert not any("Still need help" in question for question in answers(found))


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_login_gov(language: str) -> None:
    """Pages of one topic each give that topic as a question, steps included."""
    found = folder(f"login_gov/_{language}", "https://login.gov/{path}/")
    assert len(found.spans) >= 28
    assert "template" not in {note.kind for note in found.notes}
    if language == "en":
        forgot = answers(found)["Forgot your password"]
        assert "2. Select the “Forgot your password?” link" in forgot
        assert "{:" not in forgot


@pytest.mark.parametrize(
    ("file", "least", "question", "part"),
    [
        ("go/faq.md", 84, "Is the language called Go or Golang?", "The language is called Go."),
        ("pyodide/faq.md", 15, "How to detect that code is run with Pyodide?", "```py\nimport sys"),
        ("vue/faq.md", 13, "Who maintains Vue?", "https://vuejs.org/sponsor/"),
        ("vue/composition-api-faq.md", 11, "Can I use both APIs in the same component?", "Yes."),
        ("syncthing/general.rst", 7, "What is Syncthing?", "synchronize your files"),
        ("syncthing/troubleshooting.rst", 11, "Why is the sync so slow?", "firewall setup"),
        ("syncthing/usage.rst", 17, "How do I upgrade Syncthing?", "`syncthing --upgrade`"),
    ],
)
def test_faq_pages(file: str, least: int, question: str, part: str) -> None:
    """Each FAQ gives its questions with the text below them."""
    found = read(file, (PAGES / file).read_bytes(), base_url="https://vuejs.org/about/faq")
    assert len(found.spans) >= least
    assert part in answers(found)[question]


@pytest.mark.parametrize(
    ("pattern", "allowed"),
    [("**/*.md", 0), ("**/*.rst", 0), ("**/*.html", 0)],
)
def test_no_markup_is_left_in_answers(pattern: str, allowed: int) -> None:
    """Attributes, directives, roles and tags of the source do not reach an answer's text."""
    leftovers: tuple[Callable[[str], bool], ...] = (
        lambda line: "{:" in line or "{." in line,
        lambda line: line.startswith((":::", ".. ")),
        lambda line: ":ref:" in line or ":func:" in line,
        lambda line: "</p>" in line or "</div>" in line,
    )
    found = read_all(
        (path.relative_to(PAGES).as_posix(), path.read_bytes())
        for path in sorted(PAGES.glob(pattern))
    )
    odd = []
    for span in found.spans:
        prose = [part for part in span.if_ok.split("```")[::2] for part in part.split("`")[::2]]
        lines = [line for part in prose for line in part.split("\n")]
        odd += [(span.id, line) for line in lines if any(left(line) for left in leftovers)]
    assert len(odd) <= allowed, odd[:10]
