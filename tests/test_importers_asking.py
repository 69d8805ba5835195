"""asking: which headings ask, and what a heading means beside its title."""

import pytest

from arenalab.importers import asking


@pytest.mark.parametrize(
    "heading",
    ["How to sign in", "Why?", "Can I undo this", "I can't log in", "¿Cómo entro?", "“What is it”",
     "Comment faire", "Wie geht das", "Upload fails?", "これは何ですか？"],
)  # fmt: skip
def test_headings_that_ask(heading: str) -> None:
    """A question mark or a question's first word makes a question, in many languages."""
    assert asking.asks(heading)


@pytest.mark.parametrize("heading", ["Security key", "Island life", "Whatever", "Canada", "Howto"])
def test_headings_that_do_not_ask(heading: str) -> None:
    """A topic is no question, nor is a word that only begins like one."""
    assert not asking.asks(heading)


@pytest.mark.parametrize(
    ("title", "topic"),
    [
        ("Frequently Asked Questions (FAQ)", ""),
        ("FAQ", ""),
        ("Overview", ""),
        ("Python on Windows FAQ", "Python on Windows"),
        ("FAQ: Arduino Opta", "Arduino Opta"),
        ("Drivers fail in IDE 1.8 (Windows)", "Drivers fail in IDE 1.8 (Windows)"),
        ("Trouble signing in?", "Trouble signing in"),
    ],
)
def test_topic(title: str, topic: str) -> None:
    """What a title says about its headings is what is left without "FAQ"."""
    assert asking.topic(title) == topic


@pytest.mark.parametrize(
    "heading",
    ["Further reading", "See also", "Related articles:", "Still need help?", "Table of Contents",
     "Was this article helpful?", "Need more help", "Artículos relacionados"],
)  # fmt: skip
def test_furniture(heading: str) -> None:
    """Headings that lead away or close a page are known."""
    assert asking.is_furniture(heading)


@pytest.mark.parametrize("heading", ["Related problems", "Contents of the box", "Help with Wi-Fi"])
def test_no_furniture(heading: str) -> None:
    """Headings that only resemble those are kept."""
    assert not asking.is_furniture(heading)


@pytest.mark.parametrize(
    ("heading", "tidy"),
    [
        ("2. How do I log in? ¶", "How do I log in?"),
        ("Q3: How do I log in?", "How do I log in?"),
        ("Security:", "Security"),
        ("Step 1: Open it", "Step 1: Open it"),
        ("3.2 Install", "3.2 Install"),
        (":", ":"),
    ],
)
def test_tidy_heading(heading: str, tidy: str) -> None:
    """Pilcrow, colon and a question's number go; the number of a step stays."""
    assert asking.tidy_heading(heading) == tidy


def test_without_number() -> None:
    """A chapter's number goes."""
    assert asking.without_number("3.2 Install") == "Install"
