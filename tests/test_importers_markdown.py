"""read_markdown: Markdown of every dialect becomes questions with cited answers."""

import pytest

from arenalab.importers import Import, read, read_all

PAGE = "https://site.example/help/faq"


def pairs(text: str, base_url: str | None = PAGE) -> dict[str, str]:
    """Return the answers of a Markdown page by question."""
    return {span.this: span.if_ok for span in page(text, base_url).spans}


def page(text: str, base_url: str | None = PAGE) -> Import:
    """Return what a Markdown page gives."""
    return read("faq.md", text.encode(), base_url=base_url)


def test_faq_page() -> None:
    """In a FAQ each heading that asks is a question, its category a tag, its anchor the source."""
    found = page("# FAQ\n\nWelcome!\n\n## Billing\n\n### Is it free?\n\nYes.\n\n### Why?\n\nSo.\n")
    first, second = found.spans
    assert (first.this, first.if_ok, first.metadata.tags) == ("Is it free?", "Yes.", ("Billing",))
    assert first.metadata.source is not None
    assert first.metadata.source.url == f"{PAGE}#is-it-free"
    assert first.metadata.source.title == "FAQ"
    # "Why?" alone says too little.
    assert (second.this, second.metadata.alternates) == ("Billing — Why?", ())
    assert [note.kind for note in found.notes] == ["introduction"]


def test_article() -> None:
    """In an article the title is the first question, and headings are understood beside it."""
    long = "text " * 400
    found = page(
        "---\ntitle: 'Authentication options'\ntags: [account, security]\n---\n"
        f"Choose one.\n\n## Security key\n\n{long}\n\n## What is a backup code?\n\nA code.\n\n"
        "## See also\n\n- [Other](other.md)\n"
    )
    title, key, code = found.spans
    assert title.this == "Authentication options"
    assert title.if_ok == (
        f"Choose one.\n\n- [Security key]({PAGE}#security-key)\n"
        f"- [What is a backup code?]({PAGE}#what-is-a-backup-code)"
    )
    assert key.this == "Authentication options — Security key"
    assert key.metadata.tags == ("account", "security")
    assert (code.this, code.if_ok) == ("What is a backup code?", "A code.")
    assert code.metadata.alternates == ("Authentication options — What is a backup code?",)
    assert [note.kind for note in found.notes] == ["navigation"]


def test_short_article_answers_whole() -> None:
    """A title whose whole article is short answers with all of it."""
    text = (
        "# Reset it\n\nTwo ways.\n\n## With the app\n\nPress reset.\n\n## By hand\n\nTurn it off.\n"
    )
    assert pairs(text)["Reset it"] == (
        "Two ways.\n\n**With the app**\n\nPress reset.\n\n**By hand**\n\nTurn it off."
    )


def test_steps_stay_together() -> None:
    """Numbered steps, and a part called "Steps", are one answer to the title."""
    text = "# Reset it\n\n## Step 1: Open\n\nOpen it.\n\n## Step 2: Press\n\nPress it.\n"
    assert pairs(text) == {
        "Reset it": "**Step 1: Open**\n\nOpen it.\n\n**Step 2: Press**\n\nPress it."
    }
    long = "word " * 400
    answers = pairs(f"# Reset it\n\nLead.\n\n## Steps\n\nPress.\n\n## Background\n\n{long}\n")
    assert list(answers) == ["Reset it", "Reset it — Background"]
    assert answers["Reset it"].startswith("Lead.\n\n**Steps**\n\nPress.")


def test_heading_above_headings_is_part_of_the_question() -> None:
    """A part further down is asked with all it stands under, once each."""
    answers = pairs("# Drivers\n\n## Install drivers\n\n### Windows\n\nRun it.\n")
    assert "Install drivers — Windows" in answers


def test_text_without_title_or_question_is_noted() -> None:
    """Text that no heading introduces is left out, aloud."""
    found = page("Just text.\n\n## Is it free?\n\nYes.\n")
    assert [note.kind for note in found.notes] == ["empty-question"]


def test_heading_without_text_is_noted() -> None:
    """A question without an answer is left out, aloud; a category with questions is not one."""
    found = page("# FAQ\n\n## A\n\n### Is it free?\n\n### Is it fast?\n\nYes.\n")
    assert [(note.kind, note.where) for note in found.notes] == [
        ("empty-answer", "faq.md, “Is it free?”")
    ]


def test_markdown_is_kept() -> None:
    """Lists, code, tables, quotes and emphasis come through."""
    body = (
        "Some *emphasis*, **strong** and `code`:\n\n"
        "1. one\n   - nested\n2. two\n\n"
        "```python\nprint('<b>')\n\n# [no link](x)\n```\n\n"
        "| a | b |\n| --- | --- |\n| `x\\|y` | z |\n\n"
        "> quoted"
    )
    assert pairs(f"# FAQ\n\n## What does it look like?\n\n{body}\n") == {
        "What does it look like?": body
    }


def test_text_that_looks_like_markdown_is_escaped() -> None:
    """Signs that were text in the page are text in the answer."""
    text = r"\*not\* \_that\_ a \<b> 5 * 3, snake_case, x < y, [a] and \[b](c)"
    answer = pairs(f"# FAQ\n\n## What does it look like?\n\n{text}\n")["What does it look like?"]
    assert answer == r"\*not\* \_that\_ a \<b> 5 * 3, snake_case, x < y, [a] and [b\](c)"


def test_links_are_followed() -> None:
    """Links in an answer lead from the page; unsafe ones go, pictures become descriptions."""
    text = (
        "[a](other.md) [b](#here) [c](javascript:x) ![icon](i.png) end\n\n"
        "![alone](https://cdn.example/p.png)\n\n![gone](p.png)\n"
    )
    found = page(f"# FAQ\n\n## Where do links lead to?\n\n{text}")
    assert found.spans[0].if_ok == (
        f"[a](https://site.example/help/other.md) [b]({PAGE}#here) c (icon) end\n\n"
        "[Image: alone](https://cdn.example/p.png)"
    )
    assert [note.kind for note in found.notes] == ["unsafe-link"]


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("## Is it really free? {#free}", "free"),
        ("## Is it really free? {: #free .big}", "free"),
        ("## Is it really free?\n{: .big}", "is-it-really-free"),
        ('<a id="free"></a>\n\n## Is it really free?', "free"),
        ('## <a name="free"></a>Is it really free?', "free"),
        ("(free)=\n## Is it really free?", "free"),
        ('<h2 id="free">Is it really free?</h2>\n', "free"),
    ],
)
def test_anchors(heading: str, anchor: str) -> None:
    """An author's anchor is used in every dialect; else the one that GitHub makes."""
    (span,) = page(f"# FAQ\n\n{heading}\n\nYes.\n").spans
    assert span.this == "Is it really free?"
    assert span.metadata.source is not None
    assert span.metadata.source.url == f"{PAGE}#{anchor}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("> [!NOTE]\n> Mind this.", "> **Note:** Mind this."),
        (":::tip Advice\nMind this.\n:::", "> **Advice:** Mind this."),
        ("::: warning\n- one\n:::", "> **Warning:**\n>\n> - one"),
        ("```{note}\n:class: x\nMind this.\n```", "> **Note:** Mind this."),
        ('!!! note "Advice"\n    Mind this.', "> **Advice:** Mind this."),
        ("See {ref}`label-x` and {func}`f`.", "See label x and `f()`."),
        ("```{code-block} py\n:linenos:\nx\n```", "```py\nx\n```"),
        ("```{toctree}\nx\n```\n\nText.", "Text."),
        ("[a](https://b.example/){.external} c\n{: .list}", "[a](https://b.example/) c"),
        ('a {.x} `{.kept}` b {: .y z="1"}\n{.z}', "a `{.kept}` b"),
        ("[TOC]\n\nText.", "Text."),
        ("{% include x.html %}Text {{ site.name }}.", "Text ."),
        ("`{{ kept }}` in code", "`{{ kept }}` in code"),
        ("{{raw `<b>Text</b>`}}", "**Text**"),
    ],
)
def test_dialects(text: str, expected: str) -> None:
    """Boxes, roles, attributes, contents and templates of other sites come out as Markdown."""
    assert pairs(f"# FAQ\n\n## What does it look like?\n\n{text}\n") == {
        "What does it look like?": expected
    }


@pytest.mark.parametrize(
    "text",
    [
        "<details><summary>Is it free?</summary>\n\nYes.\n</details>",
        "Q: Is it free?\n\nA: Yes.",
        "Q: Is it free?\nA: Yes.",
        "**Q: Is it free?**\n\n**A:** Yes.",
        "**Q1.** Is it free?\n\nA1. Yes.",
        "**Is it free?**\n\nYes.",
        "**Is it free?**\nYes.",
        "- **Is it free?** Yes.\n- **Is it fast?** Very.",
        "<dl><dt>Is it free?</dt><dd>Yes.</dd></dl>",
        "1. **Is it free?**\n\n   Yes.\n",
    ],
)
def test_questions_that_are_no_headings(text: str) -> None:
    """The other ways in which people write a FAQ are understood."""
    assert pairs(f"# FAQ\n\n{text}\n")["Is it free?"] == "Yes."


def test_bold_question_below_a_heading_that_asks_is_part_of_its_answer() -> None:
    """A question in bold inside an answer does not cut the answer off."""
    text = "# FAQ\n\n## Is it really free?\n\nYes.\n\n**Really free?**\n\nReally.\n"
    assert pairs(text) == {"Is it really free?": "Yes.\n\n**Really free?**\n\nReally."}


def test_table_of_contents_is_left_out() -> None:
    """A list of links into the page is no text; its announcement goes too."""
    text = "# Reset it\n\nLead.\n\nIn this article:\n\n- [A](#a)\n- [B](#b)\n\n## A\n\nText.\n"
    found = page(text)
    assert found.spans[0].if_ok == "Lead.\n\n**A**\n\nText."
    assert [note.kind for note in found.notes] == ["navigation"]


def test_list_of_links_is_left_out() -> None:
    """A part that only lists links answers nothing, whether they can be followed or not."""
    text = "# Reset it\n\nLead.\n\n## Topics\n\n- [A](a.md)\n- [B](b.md)\n"
    for base_url in (PAGE, None):
        found = page(text, base_url)
        assert [span.this for span in found.spans] == ["Reset it"]
        assert "navigation" in [note.kind for note in found.notes]


def test_draft_is_left_out() -> None:
    """A page marked as a draft is not imported."""
    found = read("a.md", b"---\ntitle: T\ndraft: false\n---\nText.\n")
    assert len(found.spans) == 1
    with pytest.raises(ValueError, match="marked as a draft"):
        read("a.md", b"---\ntitle: T\ndraft: true\n---\nText.\n")


def test_front_matter() -> None:
    """What a page says of itself is used: title, tags, language, licence, other names, address."""
    head = (
        '---\n# comment\ntitle: "It\'s \\"new\\""\ncategory: help  # comment\ntags:\n  - a\n  - b\n'
        "lang: en\nlicense: MIT\naka: ['The new one', Another]\ncanonical: https://own.example/x\n"
        "nested:\n  key: value\n---\n"
    )
    (span,) = page(f"{head}Text.", None).spans
    assert span.this == 'It\'s "new"'
    assert span.metadata.tags == ("a", "b", "help")
    assert (span.metadata.lang, span.metadata.license) == ("en", "MIT")
    assert span.metadata.alternates == ("The new one", "Another")
    assert span.metadata.source is not None
    assert span.metadata.source.url == "https://own.example/x"


def test_toml_front_matter() -> None:
    """Hugo's TOML head is read too; a broken one is skipped."""
    assert pairs('+++\ntitle = "Reset"\ntags = ["a"]\n+++\nText.') == {"Reset": "Text."}
    assert pairs("+++\ntitle = \n+++\n# Reset\n\nText.") == {"Reset": "Text."}


def test_title_and_heading_are_one() -> None:
    """A heading that repeats the title is no second question; another form of it is kept."""
    (same,) = page("---\ntitle: Reset\n---\n## Reset\n\nText.\n").spans
    assert (same.this, same.metadata.alternates) == ("Reset", ())
    (other,) = page("---\ntitle: Reset\n---\n# How to reset\n\nText.\n").spans
    assert (other.this, other.metadata.alternates) == ("Reset", ("How to reset",))


def test_long_answer_is_noted() -> None:
    """An answer far too long for a chat is kept whole, with a note."""
    found = page(f"# FAQ\n\n## Is it really long?\n\n{'word ' * 2000}\n")
    assert [note.kind for note in found.notes] == ["long-answer"]


def test_plain_text_is_markdown_or_restructuredtext() -> None:
    """A .txt file is read by the markup it shows."""
    assert read("a.txt", b"Q: Is it free?\nA: Yes.\n").spans[0].if_ok == "Yes."
    rst = b".. _x:\n\nIs it free?\n===========\n\nSee :func:`f`.\n"
    assert read("a.txt", rst).spans[0].if_ok == "See `f()`."


def test_heading_that_many_use_is_no_other_way_to_ask() -> None:
    """A heading alone is another phrasing only where a single question has it."""
    text = b"# Reset\n\nLead.\n\n## What you need\n\nA pin.\n\n## Forgotten pin\n\nWrite.\n"
    found = read_all([("a.md", text), ("b.md", text.replace(b"# Reset", b"# Order"))])
    alternates = {span.this: span.metadata.alternates for span in found.spans}
    assert alternates["Reset — What you need"] == ()
    alone = {span.this: span.metadata.alternates for span in read("a.md", text).spans}
    assert alone["Reset — Forgotten pin"] == ("Forgotten pin",)


def test_answers_that_only_point_lead_to_what_they_point_to() -> None:
    """With "See the next question" a question becomes another way to ask that one."""
    text = (
        "# FAQ\n\n## Why is one plus one three?\n\nSee the next question.\n\n"
        "## Why are sums not exact?\n\nRounding.\n\n## Is that really a bug?\n\n"
        "See the previous question.\n\n# Other\n\n## Where does this point to?\n\n"
        "See the next question.\n"
    )
    found = page(text)
    assert [(span.this, span.if_ok) for span in found.spans] == [
        ("Why are sums not exact?", "Rounding."),
        ("Where does this point to?", "See the next question."),
    ]
    assert found.spans[0].metadata.alternates == (
        "Why is one plus one three?",
        "Is that really a bug?",
    )
    assert "pointer" in [note.kind for note in found.notes]
