"""Parts in a folder → a pack that lies in the folder."""

import mmap
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arenalab.batch.folder import Folder
from arenalab.encode import Encoder
from arenalab.encode.static import StaticEncoder
from arenalab.learning import Progress, finish, named
from arenalab.pack import Pack
from arenalab.pack.build import join
from arenalab.pack.part import Part


def joined(
    folder: Folder,
    encoder: Encoder,
    *,
    name: str,
    static: StaticEncoder | None,
    report: Progress,
) -> Pack:
    """Return the calibrated pack of the parts in `folder`. Raises DamagedFileError."""
    report("join", 0, 1)
    paths = [folder.path / f"part-{number:05}.part" for number in sorted(folder.parts())]

    def room(name: str, shape: tuple[int, ...], dtype: type[np.generic]) -> NDArray[Any]:
        return np.memmap(folder.path / f"{name}.room", dtype, "w+", shape=shape)

    pack = join(
        [Part.read(_mapped(path)) for path in paths],
        vocabulary_size=len(encoder.tokenizer.vocabulary),
        meta={"name": name, "encoder": named(encoder)},
        room=room,
    )
    report("join", 1, 1)
    return finish(pack, encoder, static, report)


def _mapped(path: Path) -> memoryview:
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
