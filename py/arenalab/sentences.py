"""Markdown → what it says, in pieces that can be compared and left out.

Prose comes as sentences. A list, a table, code, a heading or a quotation is one piece: it means
something as a whole alone, and a step left out would change it.
"""

import re
from collections.abc import Sequence

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_MARKED = re.compile(r"^(\s*([-*+]|\d{1,9}[.)])\s| {4}|\t|\s*[|>#])|^\s*([-=*_]\s*){3,}$|\|")
_SENTENCE = re.compile(
    r"""\S.*?(?:[.!?…]+["'”’)\]*_]*(?=\s|\Z)|[。！？]+[”’」』）]*|\Z)""", re.DOTALL
)


def blocks(text: str) -> list[str]:
    """Return the blocks of `text`: what empty lines part, fenced code always whole."""
    found: list[list[str]] = [[]]
    fence = ""
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if fence:
            found[-1].append(line)
            if mark and mark[1].startswith(fence) and not line.strip(" `~"):
                fence = ""
        elif mark:
            fence = mark[1]
            found[-1].append(line)
        elif line.strip():
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return ["\n".join(lines) for lines in found if lines]


def is_prose(block: str) -> bool:
    """Whether a block is a paragraph and nothing else."""
    return not any(_FENCE.match(line) or _MARKED.match(line) for line in block.splitlines())


def sentences(text: str) -> list[str]:
    """Return what `text` says: the sentences of its prose, every other block whole."""
    found: list[str] = []
    for block in blocks(text):
        said = _SENTENCE.findall(block) if is_prose(block) else [block]
        found += [piece.strip() for piece in said if piece.strip()]
    return found


def says_all_of(text: str, other: str) -> bool:
    """Whether `text` says every piece that `other` says, which must say something."""
    pieces = {_plain(piece) for piece in sentences(other)}
    return bool(pieces) and pieces <= {_plain(piece) for piece in sentences(text)}


def said_once(texts: Sequence[str]) -> list[str]:
    """Return `texts` without the sentences of prose that an earlier one says.

    A sentence that leads up to what follows, ending with a colon, is kept.
    """
    said: set[str] = set()
    kept: list[str] = []
    for text in texts:
        left = []
        for block in blocks(text):
            if is_prose(block):
                pieces = _SENTENCE.findall(block)
                new = [p for p in pieces if _plain(p) not in said or p.rstrip().endswith(":")]
                said |= {_plain(piece) for piece in pieces}
                block = block if len(new) == len(pieces) else " ".join(new)
            if block:
                left.append(block)
        kept.append("\n\n".join(left))
    return kept


def _plain(piece: str) -> str:
    return " ".join(piece.split()).casefold()
