"""The pack: diamonds ready to be searched, in memory and as a `.diamonds` file."""

from arenalab.pack.build import build_pack, sign_codes
from arenalab.pack.file import read_pack, write_pack
from arenalab.pack.model import Pack, Postings
from arenalab.pack.texts import Texts

__all__ = ["Pack", "Postings", "Texts", "build_pack", "read_pack", "sign_codes", "write_pack"]
