"""The folder in which a build keeps what it has done, each piece whole or not there at all."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from hashlib import file_digest
from pathlib import Path
from typing import Any

import numpy as np

from arenalab.batch.incoming import Source
from arenalab.errors import InputError, SourceError
from arenalab.pack.texts import BLOCK
from arenalab.quality import Survey, together
from arenalab.span import Span

VERSION = 1  # of what stands in the folder
SIZE = 8192  # spans of a part


@dataclass(frozen=True, slots=True)
class Plan:
    """What decides the bytes of a pack, besides what is in the files.

    encoder   the file of the encoder
    size      spans of a part, a multiple of BLOCK
    base_url, license   as the importers take them
    """

    encoder: Path
    size: int = SIZE
    base_url: str | None = None
    license: str | None = None

    def __post_init__(self) -> None:
        if self.size < 1 or self.size % BLOCK:
            raise InputError(f"a part of {self.size} spans: choose a multiple of {BLOCK}")

    def digest(self, files: Sequence[Source]) -> dict[str, Any]:
        """Return all that decides the bytes, files by their digests. Raises SourceError."""
        told = {**asdict(self), "encoder": _sha256(self.encoder), "version": VERSION}
        return {**told, "files": [[file.name, _sha256(file.path)] for file in files]}


class Folder:
    """A build's folder at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self, digest: dict[str, Any], *, resume: bool) -> None:
        """Make the folder for a build of `digest`, or go on with it.

        Raises InputError where what is there belongs to another build and is to be gone on with,
        or is no build's.
        """
        plan = self.path / "plan.json"
        if resume and plan.exists():
            before = json.loads(plan.read_text(encoding="utf-8"))
            other = [name for name in digest if before.get(name) != digest[name]]
            if other:
                raise InputError(
                    f"what {self.path} holds was made with other {', '.join(other)}; "
                    "build with the same, or leave out --resume to begin again"
                )
            return
        if self.path.exists() and not plan.exists() and any(self.path.iterdir()):
            raise InputError(f"{self.path} holds something else; move it, or write elsewhere")
        self.remove()
        self.path.mkdir(parents=True)
        self.put(plan.name, json.dumps(digest).encode())

    def remove(self) -> None:
        """Remove the folder with all it holds."""
        shutil.rmtree(self.path, ignore_errors=True)

    def put(self, name: str, data: bytes) -> None:
        """Write a file that is either whole or not there."""
        new = self.path / f"{name}.new"
        new.write_bytes(data)
        new.replace(self.path / name)

    def spans(self, number: int) -> list[Span]:
        """Return the spans of part `number`."""
        lines = (self.path / f"spans-{number:05}.ndjson").read_text("utf-8", "surrogatepass")
        return [Span.from_json(json.loads(line)) for line in lines.split("\n")]

    def put_spans(self, number: int, spans: Sequence[Span]) -> None:
        """Keep the spans of part `number`."""
        lines = "\n".join(json.dumps(s.to_json(), ensure_ascii=False) for s in spans)
        self.put(f"spans-{number:05}.ndjson", lines.encode("utf-8", "surrogatepass"))

    def is_cut(self) -> bool:
        """Return whether all that comes in has been cut into parts."""
        return (self.path / "cut.json").exists()

    def counts(self) -> list[int]:
        """Return how many spans each part has."""
        counts: list[int] = json.loads((self.path / "cut.json").read_bytes())
        return counts

    def surveyed(self) -> set[int]:
        """Return the numbers of the parts that have been surveyed."""
        return self._numbers("survey", ".npz")

    def parts(self) -> set[int]:
        """Return the numbers of the parts that are done."""
        return self._numbers("part", ".part")

    def put_survey(self, name: str, survey: Survey) -> None:
        """Keep a survey, under `name`."""
        new = self.path / f"{name}.new.npz"
        np.savez(new, **asdict(survey))
        new.replace(self.path / f"{name}.npz")

    def survey(self, name: str) -> Survey:
        """Return the survey kept under `name`."""
        with np.load(self.path / f"{name}.npz") as held:
            arrays = {field.name: held[field.name] for field in fields(Survey)}
        return Survey(**{**arrays, "count": int(arrays["count"])})

    def put_together(self) -> None:
        """Keep, as "all", the survey of all parts."""
        if not (self.path / "all.npz").exists():
            names = [f"survey-{number:05}" for number in range(len(self.counts()))]
            self.put_survey("all", together(self.survey(name) for name in names))

    def _numbers(self, kind: str, ending: str) -> set[int]:
        found = self.path.glob(f"{kind}-?????{ending}")
        return {int(path.stem.rpartition("-")[2]) for path in found}


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise SourceError(
            f"{path} cannot be read: {error.strerror}; check the name and its permissions"
        ) from error
