"""The names under which tables and JSON lines give a question, its answer and what belongs to them.

    question, answer    the pair: the first row of `PAIRS` whose two names are both there
    id, title, lang, license   when given
    url                 or link, source, source_url, page
    tags, alternates    several, parted by "|" (tags also by ","); in JSON also a list

Names are compared without case, spaces, "_" and "-".
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from arenalab.importers.draft import Collector, Draft, Origin
from arenalab.importers.links import Address, page_address, scheme

# In this order, so that a file with "title, question, answer" is read as people mean it.
PAIRS: tuple[tuple[str, str], ...] = (
    ("question", "answer"),
    ("questions", "answers"),
    ("query", "answer"),
    ("question", "response"),
    ("prompt", "response"),
    ("prompt", "completion"),
    ("instruction", "output"),
    ("instruction", "response"),
    ("input", "output"),
    ("user", "assistant"),
    ("q", "a"),
    ("frage", "antwort"),
    ("pregunta", "respuesta"),
    ("question", "réponse"),
    ("question", "body"),
    ("question", "text"),
    ("text", "label"),
    ("text", "intent"),
    ("text", "category"),
    ("utterance", "intent"),
    ("query", "intent"),
    ("sentence", "label"),
    ("title", "body"),
    ("title", "content"),
    ("title", "answer"),
    ("title", "text"),
    ("subject", "body"),
    ("name", "description"),
)
_EXTRAS: dict[str, tuple[str, ...]] = {
    "id": ("id", "key", "questionid"),
    "url": ("url", "link", "sourceurl", "source", "page", "href"),
    "title": ("pagetitle", "sourcetitle", "title"),
    "tags": ("tags", "tag", "labels", "topic", "section", "category"),
    "alternates": ("alternates", "alternatives", "paraphrases", "variants", "rephr", "synonyms"),
    "lang": ("lang", "language", "locale"),
    "license": ("license", "licence"),
}
# Several answers shorter than this are forms of one ("1972 / December 1972").
SHORT = 80
_HTML = re.compile(
    r"</?(?:p|br|div|span|a|ul|ol|li|b|strong|i|em|h[1-6]|table|pre|code)\b[^>]*>", re.I
)


@dataclass(frozen=True, slots=True)
class Fields:
    """Which name in a file means what."""

    question: str
    answer: str
    extras: Mapping[str, str]

    def draft(self, record: Mapping[str, object], place: str, reader: "Cells") -> Draft:
        """Return the draft that one row or JSON object holds."""

        def text(kind: str) -> str:
            return reader.text(record.get(self.extras.get(kind, "")))

        return Draft(
            question=reader.plain(record.get(self.question)),
            answer=reader.markdown(record.get(self.answer)),
            place=place,
            id=text("id") or None,
            url=reader.source(text("url")),
            title=text("title") or None,
            tags=reader.several(record.get(self.extras.get("tags", "")), "|,"),
            alternates=reader.several(record.get(self.extras.get("alternates", "")), "|"),
            lang=text("lang") or None,
            license=text("license") or None,
        )


def find_fields(names: Iterable[str]) -> Fields | None:
    """Return how the names of a file are to be read; None when no pair of `PAIRS` is among them."""
    known: dict[str, str] = {}
    for name in names:
        known.setdefault(_plain(name), name)
    pair = next((pair for pair in PAIRS if pair[0] in known and pair[1] in known), None)
    if pair is None:
        return None
    free = {key: name for key, name in known.items() if key not in pair}
    extras = {
        kind: free[key] for kind, keys in _EXTRAS.items() for key in reversed(keys) if key in free
    }
    return Fields(known[pair[0]], known[pair[1]], extras)


def accepted() -> str:
    """Return the accepted pairs of names, for messages."""
    return ", ".join(f"{question}/{answer}" for question, answer in PAIRS[::6])


class Cells:
    """Reads single values: plain text, Markdown with its links followed, several in one."""

    def __init__(self, origin: Origin, out: Collector) -> None:
        self.address: Address = page_address(origin.file, origin.base_url, {}, out.notes)

    def text(self, value: object) -> str:
        """Return a value as text; "" for nothing, the first of several."""
        if value is None or isinstance(value, str):  # most of all, so first of all
            return (value or "").strip()
        if isinstance(value, list | tuple):
            value = next((item for item in value if item), None)
        if isinstance(value, Mapping):
            value = value.get("text")
        if isinstance(value, bool):
            return str(value).lower()
        return str(value).strip() if isinstance(value, str | int | float) else ""

    def source(self, url: str) -> str | None:
        """Return the address of a source; a relative one stays so where no page is known."""
        return (self.address.follow(url) or (None if scheme(url) else url)) if url else None

    def plain(self, value: object) -> str:
        """Return a question: one line, without HTML."""
        text = self.text(value)
        return " ".join(re.sub(r"<[^<>]*>", " ", text).split()) if _HTML.search(text) else text

    def markdown(self, value: object) -> str:
        """Return an answer as Markdown; the HTML that help desks export is turned into it."""
        if isinstance(value, list | tuple):
            answers = [text for item in value if (text := self.markdown(item))]
            return (" / " if max(map(len, answers), default=0) < SHORT else "\n\n").join(answers)
        text = self.text(value)
        if not _HTML.search(text):
            return self.address.rewrite(text)
        from arenalab.importers.read_html import to_markdown
        from arenalab.importers.read_markdown import to_html

        return to_markdown(text if text.startswith("<") else to_html(text, {}), self.address)

    def several(self, value: object, signs: str) -> tuple[str, ...]:
        """Return the parts of a value that holds several."""
        parts = (
            value if isinstance(value, list | tuple) else re.split(f"[{signs}]", self.text(value))
        )
        return tuple(text for part in parts if (text := self.text(part)))


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).casefold()
