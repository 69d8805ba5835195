"""Parts in a folder → a pack that lies in the folder."""

import mmap
from collections.abc import Iterable
from math import prod
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
    maps: list[mmap.mmap] = []

    def room(name: str, shape: tuple[int, ...], dtype: type[np.generic]) -> NDArray[Any]:
        _let_go(maps)
        path = folder.path / f"{name}.room"
        with path.open("w+b") as file:
            file.truncate(max(prod(shape) * np.dtype(dtype).itemsize, 1))
            maps.append(mmap.mmap(file.fileno(), 0))
        return np.frombuffer(maps[-1], dtype, prod(shape)).reshape(shape)

    def mapped(path: Path) -> memoryview:
        with path.open("rb") as file:
            maps.append(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        return memoryview(maps[-1])

    pack = join(
        [Part.read(mapped(path)) for path in paths],
        vocabulary_size=len(encoder.tokenizer.vocabulary),
        meta={"name": name, "encoder": named(encoder)},
        room=room,
    )
    _let_go(maps)
    report("join", 1, 1)
    return finish(pack, encoder, static, report)


def _let_go(maps: Iterable[mmap.mmap]) -> None:
    """Let the system take back memory that only mirrors files; it is read again when used."""
    if hasattr(mmap, "MADV_DONTNEED"):
        for one in maps:
            one.madvise(mmap.MADV_DONTNEED)
