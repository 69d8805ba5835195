"""Bytes → text: byte order mark, declared charset, UTF-8, UTF-16, at last Windows-1252.

Anything but UTF-8 is reported. Bytes that are no text at all (a picture, an archive) are refused.
"""

import codecs
import re

from arenalab.errors import SourceError
from arenalab.importers.report import Notebook

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The HTML standard looks for a declaration in the first 1024 bytes.
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_CHARSET_NAMES = re.compile(r"utf-8$|(ascii|iso8859|cp\d|koi8|gb|big5|euc|shift)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_UNPAIRED = re.compile(r"[\ud800-\udfff]")


def decode(data: bytes, file: str, notes: Notebook) -> str:
    """Return the text in `data`, with Unix line ends.

    Raises SourceError when the bytes are not text.
    """
    encoding, mark = _marked(data)
    if encoding is None:
        encoding = _declared(data) or _guess(data)
    try:
        text = data[mark:].decode(encoding)
    except (UnicodeError, LookupError):
        text = data[mark:].decode("cp1252", errors="replace")
        encoding = "cp1252"
    if encoding not in ("utf-8", "ascii"):
        notes.add(
            "encoding",
            f"read as {encoding}; if letters look wrong, save the file as UTF-8",
            file,
        )
    controls = len(_CONTROL.findall(text))
    if controls > 8 and controls > len(text) / 100:
        raise SourceError(
            f"{file} is not a text file ({controls:,} control characters in {len(text):,}); "
            "give a text file, best in UTF-8",
            key="not_text",
            name=file,
        )
    return clean(text)


def clean(text: str) -> str:
    """Return `text` without control characters and half surrogates, with Unix line ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNPAIRED.sub("\ufffd", _CONTROL.sub("", text))


def _marked(data: bytes) -> tuple[str | None, int]:
    """Return the encoding a byte order mark tells, and the length of the mark."""
    return next(((name, len(mark)) for mark, name in _MARKS if data.startswith(mark)), (None, 0))


def _declared(data: bytes) -> str | None:
    """Return the charset an HTML page declares, if Python has it and it fits the bytes."""
    found = _CHARSET.search(data[:1024])
    if not found:
        return None
    try:
        name = codecs.lookup(found[1].decode("ascii")).name
        # Names only of character sets: Python also has codecs such as idna and unicode_escape.
        if not _CHARSET_NAMES.match(name):
            return None
        data.decode(name)
    except (UnicodeError, LookupError):
        return None
    return name


def _guess(data: bytes) -> str:
    """Return utf-8, or utf-16 without mark by where its zero bytes stand, or cp1252."""
    sample = data[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > len(sample) / 5 and even < odd / 10:
        return "utf-16-le"
    if even > len(sample) / 5 and odd < even / 10:
        return "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
