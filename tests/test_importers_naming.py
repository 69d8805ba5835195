"""naming: stable slugs, GitHub's anchors, readable names."""

import pytest

from arenalab.importers.naming import file_title, heading_slug, path_language, slug, span_name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Can't upload?", "cant-upload"),
        ("Können Sie das? – Ja!", "konnen-sie-das-ja"),
        ("どうやって？", "どうやって"),
        ("snake_case C++", "snake-case-c"),
        ("???", ""),
        ("word " * 40, "-".join(["word"] * 13)),
        ("w" * 100, "w" * 64),
    ],
)
def test_slug(text: str, expected: str) -> None:
    """A slug is lower case, without accents and signs, cut at a word."""
    assert slug(text) == expected


@pytest.mark.parametrize(
    ("file", "question", "expected"),
    [
        ("help/reset.md", "Reset", "reset"),
        ("help/reset.md", "Reset — Windows", "reset-windows"),
        ("my-faq.md", "FAQ of the day?", "my-faq-of-the-day"),
        ("faq.md", "Is it free?", "faq-is-it-free"),
        ("faq.md", "???", "faq"),
        ("", "", "span"),
    ],
)
def test_span_name(file: str, question: str, expected: str) -> None:
    """An id is the file's name and the question; what they share stands once."""
    assert span_name(file, question) == expected


def test_heading_slug_is_githubs() -> None:
    """Anchors are those of github-slugger, numbered on repeats."""
    taken: dict[str, int] = {}
    headings = ["What's new?", "Was ist *neu*?", "A – B", "What's new?", "What's new?"]
    assert [heading_slug(heading, taken) for heading in headings] == [
        "whats-new",
        "was-ist-neu",
        "a--b",
        "whats-new-1",
        "whats-new-2",
    ]


def test_file_title() -> None:
    """A file's name reads as a title."""
    assert file_title("help/forgot-your_password.md") == "Forgot your password"


@pytest.mark.parametrize(
    ("name", "language"),
    [("_es/help/faq.md", "es"), ("docs/fr/faq.md", "fr"), ("faq.de.md", "de"), ("go/faq.md", None)],
)
def test_path_language(name: str, language: str | None) -> None:
    """A language folder or suffix tells the language; other names do not."""
    assert path_language(name) == language
