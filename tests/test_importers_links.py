"""links: addresses of pages, links followed from them, unsafe links removed."""

import pytest

from arenalab.importers.links import Address, page_address, scheme
from arenalab.importers.report import Notebook


def at(page: str) -> Address:
    """Return the address of a page with an empty notebook."""
    return Address(page, "f.md", Notebook())


@pytest.mark.parametrize(
    "target",
    ["javascript:alert(1)", " JavaScript:alert(1)", "java\tscript:x", "java&#115;cript:x",
     "&#x6A;avascript:x", "vbscript:x", "data:text/html,x", "\x01javascript:x"],
)  # fmt: skip
def test_unsafe_links_are_removed_with_a_note(target: str) -> None:
    """A scheme that runs code is found however it is disguised."""
    address = at("https://site.example/faq")
    assert address.follow(target) == ""
    assert [note.kind for note in address.notes.notes()] == ["unsafe-link"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("https://other.example/a b", "https://other.example/a%20b"),
        ("other.md#x", "https://site.example/help/other.md#x"),
        ("/root", "https://site.example/root"),
        ("#part", "https://site.example/help/faq#part"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("file:///etc/passwd", ""),
        ("//[", ""),
        ("", ""),
    ],
)
def test_links_are_followed_from_the_page(target: str, expected: str) -> None:
    """A link leads where a browser on the page would go."""
    assert at("https://site.example/help/faq").follow(target) == expected


def test_relative_link_without_address_is_kept_as_text() -> None:
    """Where the page's address is not known a relative link becomes its text, with a note."""
    address = at("faq.md")
    assert address.rewrite("See [the guide](guide.md) and [this](#x).") == "See the guide and this."
    assert [note.kind for note in address.notes.notes()] == ["relative-link"]


@pytest.mark.parametrize(
    "text",
    ["[a](javascript:x)", "[a](<javascript:x>)", "[a](\njavascript:x)", "[a]\n\n[a]: javascript:x",
     "<javascript:x>", "`c` [a`]`](javascript:x)", "```x`\n[a](javascript:x)",
     "`\n\n[a](data:x,y)\n`", '<a href="javascript:x">a</a>', "<img src=data:image/png;base64,x>",
     '<a class="x" href="javascript:x">a</a>', "[a\\\\](javascript:x)"],
)  # fmt: skip
def test_unsafe_links_leave_markdown(text: str) -> None:
    """No unsafe address is left in an answer, however Markdown or HTML writes the link."""
    assert not any(word in at("faq.md").rewrite(text) for word in ("javascript:", "data:"))


def test_links_in_code_are_left_alone() -> None:
    """What looks like a link inside code is shown as it stands."""
    text = "`[a](b.md)`\n\n```\n[c](d.md)\n```\n"
    assert at("https://site.example/").rewrite(text) == text


def test_escaped_text_is_no_link() -> None:
    """What a backslash makes plain text stays as it is."""
    text = r"[a\](javascript:x) \<javascript:x> \<a href=javascript:x>"
    assert at("faq.md").rewrite(text) == text


def test_escaped_bracket_defines_no_link() -> None:
    """A bracket that is escaped ends no label, so what follows it is no address."""
    address = at("")
    assert address.rewrite(r"[\]:y") == r"[\]:y"
    assert address.rewrite(r"[a\]b]: y") == r"[a\]b]: #"


def test_link_parts_are_kept() -> None:
    """Titles, brackets in the text and parentheses in the address survive."""
    text = '[a [b] c](x_(y) "title")'
    expected = '[a [b] c](https://site.example/x_%28y%29 "title")'
    assert at("https://site.example/").rewrite(text) == expected


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        (None, "help/faq.md"),
        ("https://site.example/faq", "https://site.example/faq"),
        ("https://site.example/docs/", "https://site.example/docs/help/faq.md"),
        ("https://site.example/{path}.html", "https://site.example/help/faq.html"),
        ("https://site.example/{stem}/", "https://site.example/faq/"),
        ("https://site.example/{id}", "https://site.example/42"),
        ("https://site.example/{unknown}", "https://site.example/"),
    ],
)
def test_page_address(base_url: str | None, expected: str) -> None:
    """A base_url is a page, a folder, or a pattern with the file's name or front matter."""
    assert page_address("help/faq.md", base_url, {"id": "42"}, Notebook()).page == expected


def test_page_that_states_its_address_is_believed() -> None:
    """Without a base_url the page's own absolute address is used, and only an absolute one."""
    own = page_address("f.md", None, {"canonical": "https://site.example/x"}, Notebook())
    assert own.at("part one") == "https://site.example/x#part%20one"
    assert page_address("f.md", None, {"source": "javascript:x"}, Notebook()).page == "f.md"


def test_scheme_of_relative_addresses_is_empty() -> None:
    """A colon alone makes no scheme."""
    assert (scheme("a/b:c"), scheme("1:2"), scheme("HTTP://x")) == ("", "", "http")
