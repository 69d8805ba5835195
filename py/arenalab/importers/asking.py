"""Which headings ask, which stand for nothing, and what a heading means beside its page's title.

Word lists are data, in the languages most help pages are written in; a question mark counts in
every language.
"""

import re

_OPENERS = (
    # English, with auxiliaries: "Can I …" and "Do I …" need no question mark to be clear
    "how|what|what's|why|when|where|who|whom|whose|which|can|can't|cannot|could|do|does|doesn't|don't"
    "|did|is|isn't|are|aren't|am|was|were|will|won't|would|should|may|must|has|have|i can't"
    # French, Spanish, German, Portuguese, Italian, Dutch
    "|comment|pourquoi|quand|où|qui|que|quel|quelle|quels|quelles|combien|est-ce|puis-je"
    "|cómo|por qué|cuándo|dónde|quién|qué|cuál|cuáles|cuánto|puedo"
    "|wie|warum|wann|wo|wer|was|welche|welcher|welches|kann|darf|muss"
    "|como|por que|quando|onde|quem|qual|posso"
    "|come|perché|dove|chi|cosa|quale|hoe|waarom|wanneer|waar|wie|wat|welke"
)
_OPENER = re.compile(rf"(?:{_OPENERS})\b", re.IGNORECASE)

_FAQ = re.compile(
    r"\bf\.?a\.?q\.?s?\b|frequently asked|questions (and|&) answers|\bq ?& ?a\b|common questions"
    r"|preguntas frecuentes|foire aux questions|questions fréquentes|häufig|perguntas frequentes"
    r"|domande frequenti|veelgestelde vragen",
    re.IGNORECASE,
)

# Headings of what leads away from the page, or stands on every page: never an answer.
_FURNITURE = re.compile(
    r"(further|more|additional|recommended|related) (reading|articles?|topics?|pages?|links?|"
    r"questions|content|resources|information on)|see also|related|learn more|read more|references"
    r"|(if you )?(still )?need (more |further |additional )?(help|support)|footnotes"
    r"|(table of )?contents|on this page|in this (article|page|section)|was this .{0,20}helpful"
    r"|feedback|share( this)?.{0,12}|comments?|navigation|menu|tags|search( other topics)?"
    r"|art[ií]culos relacionados|articles (connexes|liés|associés)|en savoir plus|voir aussi"
    r"|véase también|más información|siehe auch|weiterführende.*|mehr dazu|veja também",
    re.IGNORECASE,
)
# Headings of what the title itself promises.
_CORE = re.compile(
    r"(the )?(steps|instructions?|solutions?|procedure|answer|fix|how to fix( it| this)?|what to do"
    r"|summary|overview|introduction|description|follow these steps|step-by-step( guide)?"
    r"|lösung|anleitung|solución|instrucciones|pasos|solution|étapes)",
    re.IGNORECASE,
)
_GENERIC_TITLE = re.compile(
    r"overview|index|home|help|introduction|readme|general|misc(ellaneous)?|support|documentation"
    r"|docs|untitled",
    re.IGNORECASE,
)
_NUMBERING = re.compile(
    r"^(?:Q(?:uestion)?\s*)?(?:\d{1,3}(?:\.\d{1,3})*|[A-Z](?=[.)]))[.):]?\s+(?=\S)"
)
_STEP = re.compile(
    r"^(?:step|part|schritt|teil|étape|partie|paso|parte|passo)\s*\d|^\d{1,2}[.):]\s", re.IGNORECASE
)
# Words on a folded part that say only that it is folded.
_FOLD = re.compile(
    r"(click|tap|show|hide|see|view|expand|open|more|details?|spoiler|solution|example|output|code|hint|"
    r"answer|table of contents|toc)\b",
    re.IGNORECASE,
)


def asks(heading: str) -> bool:
    """Tell whether a heading is a question: by its sign, or by the word it begins with."""
    return "?" in heading or "？" in heading or bool(_OPENER.match(heading.lstrip("¿¡\"'“‘(")))


def stands_alone(heading: str) -> bool:
    """Tell whether a heading needs no title beside it: a full question with a question mark."""
    return heading.rstrip("\"'”’)").endswith(("?", "？")) and (
        len(heading.split()) >= 4 or (not heading.isascii() and len(heading) >= 12)
    )


def is_faq_title(title: str) -> bool:
    """Tell whether a title says that the page is a list of questions."""
    return bool(_FAQ.search(title))


def is_furniture(heading: str) -> bool:
    """Tell whether a heading leads away from the page ("See also") or ends it ("Need help?")."""
    return bool(_FURNITURE.fullmatch(heading.strip(" .:!?¿…")))


def is_fold(summary: str) -> bool:
    """Tell whether the label of a folded part only says that something is folded there."""
    return bool(_FOLD.match(summary)) and "?" not in summary


def is_core(heading: str) -> bool:
    """Tell whether a heading only says that here comes what the title promises ("Steps")."""
    return bool(_CORE.fullmatch(heading.strip(" .:!?")))


def is_step(heading: str) -> bool:
    """Tell whether a heading is one step of a procedure ("Step 2: …", "3. …")."""
    return bool(_STEP.match(heading))


def topic(title: str) -> str:
    """Return what a title tells about its headings: "Python on Windows FAQ" → "Python on Windows".

    Returns "" where that is nothing, as for "Frequently asked questions" or "Overview".
    """
    rest = re.sub(
        r"\(\s*\)|frequently asked questions?", " ", _FAQ.sub(" ", title), flags=re.IGNORECASE
    )
    rest = " ".join(rest.split()).strip(" -–—:|,?")
    words = re.sub(r"\b(the|questions?|answers?|and|&)\b", "", rest, flags=re.IGNORECASE).strip()
    return "" if not words or _GENERIC_TITLE.fullmatch(rest) else rest


def tidy_heading(text: str) -> str:
    """Return a heading as one plain line, without pilcrow, closing colon, a question's number."""
    text = " ".join(text.replace("¶", " ").split()).strip("# ")
    bare = without_number(text)
    text = bare if asks(bare) else text
    return text.rstrip(" :") or text


def without_number(heading: str) -> str:
    """Return a heading without the number it begins with: "2.1 Install" → "Install"."""
    return _NUMBERING.sub("", heading)
