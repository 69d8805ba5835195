"""Which constitution a pack is answered under: its own, or another; and how one is opened."""

from collections.abc import Callable

from arenalab.constitution.compile import compile_principles
from arenalab.constitution.file import principles_in, read_constitution
from arenalab.constitution.judge import Constitution
from arenalab.constitution.principle import read_principles
from arenalab.encode import Encoder
from arenalab.encode.static import StaticEncoder
from arenalab.errors import InputError

TOML = ".toml"


def choose(own: bytes, encoder: Encoder, default: Constitution | None) -> Constitution | None:
    """Return the constitution in `own`, the file a pack brings, or else `default`.

    What was compiled with the transformer is compiled again for the static encoder, which is soon
    done unless examples go into the thousands. Raises InputError for a constitution of another
    encoder, and what `read_constitution` raises.
    """
    if own:
        if isinstance(encoder, StaticEncoder):
            return compile_principles(principles_in(own), encoder)
        return read_constitution(own, encoder)
    if default is not None and default.encoder != encoder.digest:
        raise InputError(
            f"the constitution was compiled with encoder {default.encoder[:12]}…, not with "
            f"{encoder.id} ({encoder.digest[:12]}…); open the one for this encoder"
        )
    return default


def open_constitution(
    name: str,
    data: bytes | memoryview,
    encoder: Encoder,
    progress: Callable[[int, int], None] | None = None,
) -> Constitution:
    """Return the constitution in a file: principles in TOML are compiled, else it is read.

    Raises InputError for principles that are not valid, and what `read_constitution` raises.
    """
    if not name.lower().endswith(TOML):
        return read_constitution(data, encoder)
    try:
        text = bytes(data).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not UTF-8 ({error.reason}); save it as UTF-8") from error
    return compile_principles(read_principles(text), encoder, progress=progress)
