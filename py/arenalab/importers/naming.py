"""Ids and names: stable slugs for spans, GitHub's slugs for headings, file names made readable."""

import re
import unicodedata
from pathlib import PurePosixPath

SLUG_LENGTH = 64
# Accents of European letters, and apostrophes; the marks of other scripts are letters of their own.
_JOINED = re.compile("[\u0300-\u036f'’`]")
_LANGUAGE_FOLDER = re.compile(r"(?:^|/)_?(de|en|es|fr|ja|ko|nl|pl|pt|ru|uk|zh)(?=/)")
_LANGUAGE_SUFFIX = re.compile(r"\.(de|en|es|fr|it|ja|ko|nl|pl|pt|ru|uk|zh)\.\w+$")


def slug(text: str, limit: int = SLUG_LENGTH) -> str:
    """Return `text` as lower-case words joined by "-", accents dropped, cut at a word.

    Letters of every script stay, so that no question is left without a slug.
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    # Apostrophes join ("can't" → "cant"); every other sign parts.
    plain = _JOINED.sub("", plain)
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", plain))
    result = ""
    for word in words:
        if result and len(result) + 1 + len(word) > limit:
            break
        result = f"{result}-{word}" if result else word[:limit]
    return result


def span_name(file: str, question: str) -> str:
    """Return the id of a question in a file, before repeats are numbered; folders do not count.

    Words in which the file's name ends and the question begins stand once:
    "reset.md", "Reset — Windows" → "reset-windows".
    """
    head = slug(PurePosixPath(file).stem).split("-")
    tail = slug(question).split("-")
    shared = next((n for n in range(len(tail), 0, -1) if head[-n:] == tail[:n]), 0)
    return "-".join(filter(None, (*head, *tail[shared:]))) or "span"


def heading_slug(text: str, taken: dict[str, int]) -> str:
    """Return the anchor GitHub gives a heading; `taken` counts the ones given before.

    Lower case, spaces to "-", signs dropped, "-1", "-2" … on repeats (github-slugger).
    """
    base = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
    count = taken.get(base, 0)
    taken[base] = count + 1
    return f"{base}-{count}" if count else base


def file_title(name: str) -> str:
    """Return a file name as a title: "help/forgot-your_password.md" → "Forgot your password"."""
    words = re.sub(r"[-_\s]+", " ", PurePosixPath(name).stem).strip()
    return words[:1].upper() + words[1:]


def path_language(name: str) -> str | None:
    """Return the language a path tells: "_es/help/x.md" or "faq.es.md" → "es"."""
    found = _LANGUAGE_SUFFIX.search(name) or _LANGUAGE_FOLDER.search(name)
    return found[1] if found else None
