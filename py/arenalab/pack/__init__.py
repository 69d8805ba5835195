"""The pack: diamonds ready to be searched, in memory and as a `.diamonds` file."""

from arenalab.pack.beginning import Opening, index_end, opening
from arenalab.pack.build import build_pack
from arenalab.pack.far import Kept, NotHereError, Reader
from arenalab.pack.file import read_pack, save_pack, write_pack
from arenalab.pack.model import Pack, sign_codes
from arenalab.pack.postings import Postings
from arenalab.pack.texts import Texts

__all__ = [
    "Kept",
    "NotHereError",
    "Opening",
    "Pack",
    "Postings",
    "Reader",
    "Texts",
    "build_pack",
    "index_end",
    "opening",
    "read_pack",
    "save_pack",
    "sign_codes",
    "write_pack",
]
