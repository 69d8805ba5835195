"""assembly.lean: what only readers need goes, what the browser reads stays."""

import pytest

from assembly.lean import lean

pytestmark = pytest.mark.native  # the build's own code


def test_comments_and_indentation_go() -> None:
    """Blocks of documentation, lines of comment and comments after code are not served."""
    script = "/**\n * What it is.\n */\n{\n  // Why.\n  const a = 1; // one\n\n  b(a);\n}\n"
    assert lean(script) == "{\nconst a = 1;\nb(a);\n}\n"


def test_what_looks_like_a_comment_inside_a_line_stays() -> None:
    """An address in a string keeps its slashes, a pattern its own."""
    script = 'const url = "https://a.example/b";\nconst web = /^https?:\\/\\//;\n'
    assert lean(script) == script
