"""Choose the reader for a file, and read one file or a folder of them.

Bytes in, spans and notes out: no file is opened here, and none that a page refers to.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from arenalab.errors import InputError, SourceError, UnavailableError, shorten
from arenalab.importers.decode import decode
from arenalab.importers.draft import Collector, Origin
from arenalab.importers.frontmatter import split
from arenalab.importers.labels import Label, Labels, myst_labels, rst_labels
from arenalab.importers.links import page_address
from arenalab.importers.report import Import, Note, Notebook

MAX_BYTES = 64 * 2**20

Reader = Callable[[str, Origin, Collector], None]


def _table() -> Reader:
    from arenalab.importers.read_table import read

    return read


def _lines() -> Reader:
    from arenalab.importers.read_lines import read

    return read


def _markdown() -> Reader:
    from arenalab.importers.read_markdown import read

    return read


def _rst() -> Reader:
    from arenalab.importers.read_rst import read

    return read


def _html() -> Reader:
    from arenalab.importers.read_html import read

    return read


def _plain() -> Reader:
    from arenalab.importers.read_plain import read

    return read


# Readers are looked up when needed, so that a table can be read where no HTML library is installed.
_FORMATS: dict[str, Callable[[], Reader]] = {
    ".csv": _table,
    ".tsv": _table,
    ".jsonl": _lines,
    ".ndjson": _lines,
    ".json": _lines,
    ".md": _markdown,
    ".markdown": _markdown,
    ".rst": _rst,
    ".rest": _rst,
    ".html": _html,
    ".htm": _html,
    ".txt": _plain,
}
EXTENSIONS = tuple(_FORMATS)


_LABELS = {".rst": rst_labels, ".rest": rst_labels, ".md": myst_labels, ".markdown": myst_labels}
# Files that stand in every repository and answer nobody's question.
_NOT_HELP = re.compile(
    r"(licen[cs]e|copying|copyright|notice|changelog|changes|contributing|code[-_]of[-_]conduct"
    r"|authors|security|pull_request_template|issue_template|robots)\b",
    re.IGNORECASE,
)


def read(
    name: str,
    data: bytes,
    *,
    base_url: str | None = None,
    license: str | None = None,  # noqa: A002 - the span's own word for it
) -> Import:
    """Return the spans in one file, and notes on what was not taken as it stood.

    `name` is the file's name, with a folder or not; its ending, one of `EXTENSIONS`, tells the
    format.
    `base_url` is where the page is read: see `links.page_address`. `license` applies to every span
    that does not state its own.

    Raises SourceError when the file is too large, is of no known kind, cannot be read, or holds
    nothing to import; UnavailableError when a library that its format needs is not installed.
    """
    out = Collector()
    _read_one(data, Origin(name, base_url, license), out)
    found = out.finish()
    if not found.spans:
        raise SourceError(
            f"{name} holds no question with an answer{_reasons(found.notes)}",
            key="file_empty",
            name=name,
        )
    return found


def read_all(
    files: Iterable[tuple[str, bytes]],
    *,
    base_url: str | None = None,
    license: str | None = None,  # noqa: A002 - as in `read`
    progress: Callable[[str], None] | None = None,
) -> Import:
    """Return the spans in several files, ids unique and repeats found across all of them.

    A file that cannot be read is left out with a note. `progress` is called with each name before
    the file is read. Raises SourceError when there is nothing to import in any of them.
    """
    out = Collector()
    files = list(files)
    labels = _labels(files, base_url)
    for name, data in files:
        if progress is not None:
            progress(name)
        before, noted = len(out), len(out.notes)
        if _NOT_HELP.match(PurePosixPath(name).name):
            out.notes.add("skipped", "says by its name that it is no help page", name)
            continue
        try:
            _read_one(data, Origin(name, base_url, license, labels), out)
        except InputError as error:
            out.notes.add("skipped", str(error), name)
        else:
            if len(out) == before and len(out.notes) == noted:
                out.notes.add("skipped", "holds no question with an answer", name)
    found = out.finish()
    if not found.spans:
        raise SourceError(
            f"these files hold no question with an answer{_reasons(found.notes)}", key="files_empty"
        )
    return found


def _read_one(data: bytes, origin: Origin, out: Collector) -> None:
    name = origin.file
    if len(data) > MAX_BYTES:
        raise SourceError(
            f"{name} has {len(data) / 2**20:,.0f} MiB; up to {MAX_BYTES // 2**20} MiB can be "
            "imported at once: split it into several files"
        )
    reader = _FORMATS.get(_ending(name))
    if reader is None:
        raise SourceError(
            f"{shorten(name)} is of no kind that can be imported; give one of "
            f"{', '.join(EXTENSIONS)}"
        )
    text = decode(data, name, out.notes)
    try:
        reader()(text, origin, out)
    except ModuleNotFoundError as error:
        raise UnavailableError(
            f"reading {name} needs the library {error.name}; install it with "
            "pip install 'arenalab[import]'"
        ) from error
    except RecursionError as error:
        raise SourceError(f"{name} is nested too deeply to be read; flatten it") from error


def _ending(name: str) -> str:
    return "." + name.rpartition(".")[2].lower()


def _labels(files: Iterable[tuple[str, bytes]], base_url: str | None) -> Labels:
    """Return the labels of all pages, so that one page's reference finds another's heading."""
    known: dict[str, Label] = {}
    for name, data in files:
        find = _LABELS.get(_ending(name))
        if find is None or len(data) > MAX_BYTES:
            continue
        front, text = split(data.decode("utf-8", errors="ignore"))
        address = page_address(name, base_url, front.texts, Notebook())
        for label, (heading, anchor) in find(text).items():
            known[label] = Label(heading, address.at(anchor[1:]) if base_url else "")
    return known


def _reasons(notes: tuple[Note, ...]) -> str:
    """Return the first notes as the reason why nothing came out."""
    if not notes:
        return "; headings that ask, a table with question and answer, or spans are expected"
    return ": " + "; ".join(f"{note.where}: {note.message}" for note in notes[:3])
