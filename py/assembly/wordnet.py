"""WordNet's database → short English texts: what words mean, and sentences that use them.

Boundary: reads the format of the database (its manual page ``wndb``), knows nothing of encoders.
The texts are read by the transformer once and then forgotten: none of them is in a release.
"""

import re
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from assembly.failure import BuildError
from assembly.lock import Part

GLOSSES = 12_000
EXAMPLES = 15_000
"""How many of each are taken, evenly spread: more cost minutes and bring little."""

_EXAMPLE = re.compile(r'"([^"]{12,200})"')
_MARKER = re.compile(r"\(.*\)")


def read(corpus: Part, archive: Path) -> Sequence[str]:
    """The general corpus, out of the part as downloaded. Raises BuildError."""
    found = []
    with tarfile.open(archive) as package:
        for member in corpus.files:
            stream = package.extractfile(member)
            if stream is None:
                raise BuildError(f"{corpus.title} holds no file {member}, which the lock names.")
            found.append(stream.read().decode("latin-1"))
    return texts(found)


def texts(files: Iterable[str]) -> Sequence[str]:
    """The general corpus, out of the contents of ``data.noun``, ``data.verb`` and so on."""
    entries = [entry for file in files for entry in _entries(file)]
    meanings = [word + ": " + gloss.partition('; "')[0] for word, gloss in entries]
    sentences = [found for _, gloss in entries for found in _EXAMPLE.findall(gloss)]
    return [*_spread(meanings, GLOSSES), *_spread(sentences, EXAMPLES)]


def _entries(file: str) -> Iterator[tuple[str, str]]:
    """The first word and the gloss of each entry; lines of the licence begin with a space."""
    for line in file.splitlines():
        if line.startswith(" "):
            continue
        fields, _, gloss = line.partition(" | ")
        yield _MARKER.sub("", fields.split()[4]).replace("_", " "), gloss.strip()


def _spread(items: Iterable[str], count: int) -> Sequence[str]:
    """At most ``count`` different items, evenly chosen."""
    distinct = list(dict.fromkeys(items))
    taken = min(count, len(distinct))
    return [distinct[i * len(distinct) // taken] for i in range(taken)]
