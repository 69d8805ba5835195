"""What is done to one part, in whatever process: it reads and writes the build's folder alone."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from arenalab.batch.folder import Folder
from arenalab.encode import Encoder, load_encoder
from arenalab.learning import Progress, prepare, silent
from arenalab.quality import survey


@dataclass(frozen=True, slots=True)
class Work:
    """The tasks of a build in `folder` with the encoder in the file `encoder_file`.

    `report` is told how far the encoding of a part is; to cross processes it must be `silent`.
    """

    folder: str
    encoder_file: str
    report: Progress = silent

    @property
    def encoder(self) -> Encoder:
        """The encoder, loaded once in a process."""
        return _encoder(self.encoder_file)

    def survey(self, number: int) -> None:
        """Survey part `number`."""
        folder = Folder(Path(self.folder))
        folder.put_survey(f"survey-{number:05}", survey(folder.spans(number)))

    def part(self, number: int) -> None:
        """Make what part `number` brings to the pack."""
        folder = Folder(Path(self.folder))
        made = prepare(folder.spans(number), self.encoder, self.report, among=folder.survey("all"))
        folder.put(f"part-{number:05}.part", made.write())


@lru_cache(1)
def _encoder(path: str) -> Encoder:
    return load_encoder(Path(path).read_bytes())
