"""Template code in pages that have not been rendered yet: Jinja, Liquid, Go and Hugo.

Tags are removed, the text between them stays: ``{% trans %}Text{% endtrans %}`` → ``Text``. What is
inside code is left alone, because there the braces are what the page is about.
"""

import re

_RAW = re.compile(r"\{\{-?\s*raw\s+`([^`]*)`\s*-?\}\}")
_MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)\(\)\s*-?%\}(.*?)\{%-?\s*endmacro.*?%\}", re.DOTALL)
_CALL = re.compile(r"\{\{-?\s*(\w+)\(\)\s*-?\}\}")
# The length is bounded so that a page full of unclosed braces takes no quadratic time.
_TAG = r"\{%.{0,2000}?%\}|\{\{.{0,2000}?\}\}|\{#(?=\s).{0,2000}?#\}"
_IN_HTML = re.compile(rf"(<(pre|code|script|style)\b.*?</\2\s*>)|{_TAG}", re.DOTALL | re.IGNORECASE)
_IN_MARKDOWN = re.compile(
    rf"(^(?P<fence> *(?:```+|~~~+)).*?(?:^(?P=fence)|\Z)|(?<!`)(?P<ticks>`+)(?!`).*?(?P=ticks))"
    rf"|{_TAG}",
    re.DOTALL | re.MULTILINE,
)


def strip_html(text: str) -> tuple[str, int]:
    """Return HTML without template code, and how many pieces were removed."""
    # A macro without arguments is a text with a name (PyPI's help page is written so).
    macros = dict(_MACRO.findall(text))
    text = _CALL.sub(lambda found: macros.get(found[1], found[0]), _MACRO.sub("", text))
    return _strip(_IN_HTML, text)


def strip_markdown(text: str) -> tuple[str, int]:
    """Return Markdown without template code, and how many pieces were removed."""
    return _strip(_IN_MARKDOWN, _RAW.sub(r"\1", text))


def _strip(pattern: re.Pattern[str], text: str) -> tuple[str, int]:
    removed = 0

    def keep_code(found: re.Match[str]) -> str:
        nonlocal removed
        if found[1] is not None:
            return found[1]
        removed += 1
        return ""

    return pattern.sub(keep_code, text), removed
