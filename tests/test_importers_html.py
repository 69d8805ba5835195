"""read_html: pages as they stand on the web become questions with cited answers."""

import json

import pytest

from arenalab.errors import SourceError
from arenalab.importers import Import, read

PAGE = "https://site.example/faq"


def page(markup: str, base_url: str | None = PAGE) -> Import:
    """Return what an HTML page gives."""
    return read("faq.html", markup.encode(), base_url=base_url)


def pairs(markup: str) -> dict[str, str]:
    """Return the answers of an HTML page by question."""
    return {span.this: span.if_ok for span in page(markup).spans}


def test_whole_page() -> None:
    """Only the page's own text is read; title, language and address come from its head."""
    found = page(
        "<!doctype html><html lang=en><head><title>FAQ | Example Ltd</title>"
        '<link rel=canonical href="https://own.example/faq"><style>p{}</style></head><body>'
        "<header><a href=/>Home</a></header><nav><h2>Is this a menu?</h2>No.</nav><main>"
        '<h2 id=free>Is it free?<a class=headerlink href="#free">¶</a></h2>'
        "<p>Yes.<script>alert(1)</script><!-- no --> <button>Copy</button></p>"
        "</main><footer><h2>Is this a footer?</h2>Yes.</footer></body></html>",
        None,
    )
    (span,) = found.spans
    assert (span.this, span.if_ok, span.metadata.lang) == ("Is it free?", "Yes.", "en")
    assert span.metadata.source is not None
    assert span.metadata.source.url == "https://own.example/faq#free"
    assert span.metadata.source.title == "FAQ"


@pytest.mark.parametrize(
    "markup",
    [
        "<details><summary>Is it free?</summary><p>Yes.</p></details>",
        "<dl><dt>Is it free?<dd>Yes.<dt>Is it fast?<dd>Very.</dl>",
        "<h3><button aria-expanded=false>Is it free?</button></h3><div hidden><p>Yes.</p></div>",
        "<button aria-controls=a>Is it free?</button><div id=a><p>Yes.</p></div>",
        "<div class=faq-question>Is it free?</div><div class=faq-answer>Yes.</div>",
        "<div class='accordion-item'><div class='accordion-header'>Is it free?</div>"
        "<div class='accordion-body'>Yes.</div></div>",
        "<div itemscope itemtype='https://schema.org/Question'><p itemprop=name>Is it free?</p>"
        "<div itemprop=acceptedAnswer>Yes.</div></div>",
        "<p class=info-title>Is it free?</p><p>Yes.</p>",
        "<p><b>Q: Is it free?</b><br>A: Yes.</p>",
        "<ul><li><b>Is it free?</b> Yes.<li><b>Is it fast?</b> Very.</ul>",
        "<div><div><section><h4>Is it free?</h4></section></div><div>Yes.</div></div>",
    ],
)
def test_ways_to_write_a_question(markup: str) -> None:
    """Accordions, definition lists, marked-up and bold questions are all found."""
    assert pairs(f"<title>FAQ</title><main>{markup}</main>")["Is it free?"] == "Yes."


def test_folded_parts_that_are_no_questions_stay_in_the_text() -> None:
    """What a label such as "Show more" folds is part of the answer."""
    markup = "<h2>Is it really free?</h2>Yes.<details><summary>Show more</summary>Really.</details>"
    assert pairs(markup) == {"Is it really free?": "Yes.\n\n**Show more**\n\nReally."}


def test_text_after_a_folded_question_belongs_to_the_heading() -> None:
    """What follows a question that ends with its element goes on with the part before."""
    markup = (
        "<title>FAQ</title><h2>Billing</h2><p>One.</p>"
        "<details><summary>Is it free?</summary>Yes.</details><p>Two.</p>"
    )
    assert pairs(markup) == {"Billing": "One.\n\nTwo.", "Is it free?": "Yes."}


@pytest.mark.parametrize(
    ("markup", "anchor"),
    [
        ("<h2 id=x>Is it free?</h2>Yes.", "#x"),
        ("<h2><a name=x></a>Is it free?</h2>Yes.", "#x"),
        ("<a id=x></a><h2>Is it free?</h2>Yes.", "#x"),
        ("<section id=x><h2>Is it free?</h2>Yes.</section>", "#x"),
        ("<details id=x><summary>Is it free?</summary>Yes. <a id=y></a></details>", "#x"),
        ("<dl><dt id=x>Is it free?</dt><dd>Yes.</dd></dl>", "#x"),
        ("<section id=x>Text.<h2>Is it free?</h2>Yes.</section>", ""),
    ],
)
def test_anchors(markup: str, anchor: str) -> None:
    """The anchor is the heading's, one just before it, or that of what it opens."""
    found = page(f"<title>FAQ</title><p>Intro.</p>{markup}")
    source = found.spans[0].metadata.source
    assert source is not None
    assert source.url == PAGE + anchor


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("a <b> c </b>d <i>e</i><br> f", "a **c** d *e*  \nf"),
        ("<p>one<p>two", "one\n\ntwo"),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", "- a\n  - b\n- c"),
        ("<ol start=3><li>a<li><p>b<pre>c</pre></ol>", "3. a\n\n4. b\n\n   ```\n   c\n   ```"),
        ("<ul>stray<li>a</ul>", "- stray\n- a"),
        ('<div class="highlight-python3"><pre>x\n  y</pre></div>', "```python3\nx\n  y\n```"),
        ("<pre>```</pre>", "````\n```\n````"),
        ("<code>a`b</code> <kbd>Ctrl</kbd>", "``a`b`` Ctrl"),
        ("<table><tr><th>a<th>b<tr><td>1|2<td><p>x<p>y</table>", "| a | b |\n| --- | --- |\n"
         "| 1\\|2 | x y |"),
        ("<table><tr><td>only</td></tr></table>", "only"),
        ("<dl><dt>term<dd>text</dl>", "**term**\n\ntext"),
        ("<blockquote><h3>Not a part</h3>x</blockquote>", "> **Not a part**\n>\n> x"),
        ("<a href=/x>text</a> <a href='https://a.example/'>https://a.example/</a>",
         "[text](https://site.example/x) <https://a.example/>"),
        ("<a href='java&#10;script:x'>text</a>", "text"),
        ("<p># no title<p>1. no list<p>- no item", "\\# no title\n\n1\\. no list\n\n\\- no item"),
        ("<figure><img src=x alt=y><figcaption>z</figcaption></figure>", "*z*"),
        ("<div class='alert'><p class='alert-title'>Careful</p>x</div>", "> **Careful:** x"),
        ("<a href=/x><div>block</div></a>", "block"),
        ("x<sup>2</sup> <q>y</q> <del>z</del>", "x2 “y” ~~z~~"),
    ],
)  # fmt: skip
def test_prose(markup: str, expected: str) -> None:
    """Every element of a text comes out as the Markdown that shows the same."""
    assert pairs(f"<h2>What does it look like?</h2>{markup}") == {
        "What does it look like?": expected
    }


def test_template_that_was_not_rendered() -> None:
    """Template code goes, text stays, macros without arguments are filled in, code is kept."""
    found = page(
        "{% extends 'base.html' %}{% macro q() %}{% trans %}Is it free?{% endtrans %}{% endmacro %}"
        '<h2 id="{{ x }}">{{ q() }}</h2><p>Yes, <a href="{% url \'x\' %}">see</a> '
        "<code>{{ kept }}</code>.{# gone #}</p>"
    )
    assert [(span.this, span.if_ok) for span in found.spans] == [
        ("Is it free?", "Yes, see `{{ kept }}`.")
    ]
    assert [note.kind for note in found.notes] == ["template"]


def test_questions_stated_for_search_engines() -> None:
    """JSON-LD of a FAQ page is read where the page itself does not show a question."""
    data = {
        "@type": "FAQPage",
        "mainEntity": [
            {"@type": "Question", "name": name, "acceptedAnswer": {"text": "<p><b>Yes.</b></p>"}}
            for name in ("Is it free?", "Is it fast?")
        ],
    }
    markup = (
        f'<script type="application/ld+json">{json.dumps(data)}</script>'
        '<script type="application/ld+json">{broken</script>'
        "<title>FAQ</title><h2>Is it free?</h2><p>It is.</p>"
    )
    assert pairs(markup) == {"Is it free?": "It is.", "Is it fast?": "**Yes.**"}


def test_deep_nesting_is_kept_as_plain_text() -> None:
    """Markup nested without end does not crash; its text is kept, with a note."""
    found = page(f"<h2>Is it really deep?</h2>{'<div>' * 3000}Yes.{'</div>' * 3000}")
    assert found.spans[0].if_ok == "Yes."
    assert [note.kind for note in found.notes] == ["nested"]


def test_page_without_text_is_refused() -> None:
    """A page of menus only holds nothing to import."""
    with pytest.raises(SourceError):
        page("<nav><h2>Is this a menu?</h2>Yes.</nav>")
