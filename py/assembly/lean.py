"""A script without what only its readers need: comments that fill lines, and indentation.

No minifier: names and line breaks stay, so that an error's line can be read.
"""

import re

_BLOCK = re.compile(r"/\*\*.*?\*/", re.DOTALL)
_LINE = re.compile(r"^//.*$|(?<=[;,{]) // .*$", re.MULTILINE)


def lean(script: str) -> str:
    """``script`` without ``/** … */``, without ``//`` at the start or the end of a line.

    A ``//`` elsewhere stays, since it may stand in a string; so must a template's text be written
    that it bears losing its indentation.
    """
    bare = "\n".join(line.strip() for line in _BLOCK.sub("", script).splitlines())
    lines = (line.strip() for line in _LINE.sub("", bare).splitlines())
    return "\n".join(line for line in lines if line) + "\n"
