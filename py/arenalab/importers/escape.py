"""Text → Markdown that reads back as that text (CommonMark 0.31, sections 2.4 and 4).

Escapes are added only where a sign would mean something: an answer is also shown as plain text on a
command line, and searched, so every needless backslash costs.
"""

import re

_SIGN = re.compile(
    r"\\(?=[!-/:-@\[-`{-~])"  # a backslash before a sign
    r"|`|\*(?=\S)|(?<=\S)\*"
    r"|(?<![^\W_])_|_(?![^\W_])"  # "_" is emphasis at the edge of a word only
    r"|<(?=[A-Za-z/!?])"
    r"|\](?=[(\[:])"
    r"|~(?=~)"
    r"|&(?=#?\w{1,31};)"
)
_LINE_START = re.compile(
    r"^(\s*)(?:(#{1,6}(?=\s|$)|[-+*](?=\s|$)|>|=+\s*$|-+\s*$)|(\d{1,9})([.)])(?=\s|$))",
    re.MULTILINE,
)


def escape_text(text: str) -> str:
    """Return a run of plain text with the signs escaped that Markdown would read inside a line."""
    return _SIGN.sub(r"\\\g<0>", text)


def escape_line_starts(text: str) -> str:
    """Return a paragraph with the signs escaped that would begin a heading, list or quote."""
    return _LINE_START.sub(
        lambda found: (
            f"{found[1]}\\{found[2]}" if found[2] else f"{found[1]}{found[3]}\\{found[4]}"
        ),
        text,
    )


def code_span(text: str) -> str:
    """Return `text` as inline code, whatever backticks it holds (CommonMark, section 6.1)."""
    text = " ".join(text.split())
    if not text:
        return ""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def code_block(text: str, language: str = "") -> str:
    """Return `text` as a fenced code block (CommonMark, section 4.5)."""
    longest = max((len(run) for run in re.findall("`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text.strip(chr(10)).rstrip()}\n{fence}"
