"""Files → arenas. Files are mapped, not read: worker processes share one copy of their bytes."""

import mmap
import time
from pathlib import Path

from arenalab.arena import Arena
from arenalab.constitution import open_constitution
from arenalab.encode import load_encoder
from arenalab.ensemble import Ensemble
from arenalab.errors import SourceError
from arenalab.pack import read_pack
from arenalab.server.options import Options

TOGETHER = "arenalab:ensemble"  # no file is called so


def load(options: Options) -> dict[str, Arena | Ensemble]:
    """Return the arenas to serve by their names and, where wanted, all of them TOGETHER.

    Raises SourceError or FileFormatError for a file that cannot be used, InputError for a pack
    made with another encoder, or a method that there is not.
    """
    encoder = load_encoder(mapped(options.encoder))
    file = options.constitution
    constitution = open_constitution(file.name, mapped(file), encoder) if file else None
    arenas = {
        name: Arena(read_pack(mapped(path)), encoder, time.perf_counter, constitution)
        for name, path in options.packs.items()
    }
    if not options.ensemble:
        return {**arenas}
    return {**arenas, TOGETHER: Ensemble(list(arenas.values()), options.ensemble)}


def mapped(path: Path) -> memoryview:
    """Return the bytes of a file without reading them; they come as they are used.

    A file must not be changed while it is mapped: put a new one in its place (rename) instead.
    """
    try:
        with path.open("rb") as file:
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except OSError as error:
        raise SourceError(
            f"{path} cannot be read: {error.strerror}; check the name and its permissions"
        ) from error
    except ValueError as error:  # an empty file has nothing to map
        raise SourceError(f"{path} is empty; build or download it again") from error
