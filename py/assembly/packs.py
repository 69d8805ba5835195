"""Step 4: the diamonds in ``static/diamonds`` → ``starter.diamonds``."""

import sys
from pathlib import Path

from assembly import digest
from assembly.failure import BuildError
from assembly.progress import step


def build_pack(diamonds: Path, encoder_file: Path, built: Path) -> Path:
    """Learn every span under ``diamonds``; skipped when neither they nor the engine changed.

    Raises BuildError: there is no span, or an importer has something to object to.
    """
    from arenalab.arena import learn
    from arenalab.encode import load_encoder
    from arenalab.importers import read
    from arenalab.pack import write_pack

    sources = sorted(diamonds.glob("*.ndjson"))
    if not sources:
        raise BuildError(f"There is no *.ndjson in {diamonds}: the starter pack would be empty.")
    output = built / "starter.diamonds"

    def make() -> bytes:
        imports = [read(source.name, source.read_bytes()) for source in sources]
        notes = [f"{note.where}: {note.message}" for each in imports for note in each.notes]
        if notes:
            raise BuildError("The starter diamonds need a hand: " + "; ".join(notes))
        spans = [span for each in imports for span in each.spans]
        encoder = load_encoder(encoder_file.read_bytes())
        with step(f"Learn the starter pack, {len(spans)} diamonds") as tell:
            pack = learn(
                spans,
                encoder,
                name="Starter",
                progress=lambda _stage, done, total: tell(done, total),
            )
        return write_pack(pack)

    digest.make_if_changed(output, [encoder_file, *sources, *_engine()], make)
    return output


def _engine() -> list[Path]:
    """The files of ``arenalab`` that learning imports: what a pack is made with."""
    modules = [module for name, module in sys.modules.items() if name.startswith("arenalab")]
    return sorted(Path(module.__file__) for module in modules if module.__file__)
