"""Step 4: the diamonds in ``static/diamonds`` → ``starter.diamonds``."""

from collections import Counter
from pathlib import Path

from assembly import digest
from assembly.failure import BuildError
from assembly.progress import say, step


def build_pack(
    diamonds: Path, encoder_file: Path, static_file: Path, package: Path, built: Path
) -> Path:
    """Learn every span under ``diamonds``; skipped when neither they nor the engine changed.

    ``package`` is the folder of ``arenalab``. Whatever the importer did not take as it stood is
    shown. Raises BuildError: there is no file. Raises ArenaError: there is nothing to learn.
    """
    from arenalab.arena import learn
    from arenalab.encode import load_encoder, load_static
    from arenalab.importers import read_all
    from arenalab.pack import write_pack

    sources = sorted(diamonds.glob("*.ndjson"))
    if not sources:
        raise BuildError(f"There is no *.ndjson in {diamonds}: the starter pack would be empty.")
    output = built / "starter.diamonds"

    def make() -> bytes:
        found = read_all((source.name, source.read_bytes()) for source in sources)
        for kind, count in Counter(note.kind for note in found.notes).items():
            first = next(note for note in found.notes if note.kind == kind)
            say(f"  {count} × {kind}, first {first.where}: {first.message}")
        encoder = load_encoder(encoder_file.read_bytes())
        static = load_static(static_file.read_bytes())
        with step(f"Learn the starter pack, {len(found.spans)} diamonds") as tell:
            pack = learn(
                found.spans,
                encoder,
                name="Starter",
                static=static,
                progress=lambda _stage, done, total: tell(done, total),
            )
        return write_pack(pack)

    digest.make_if_changed(output, [encoder_file, static_file, *sources, *_engine(package)], make)
    return output


DOORS = {
    "browser",
    "cli",
    "endpoint",
    "evaluate",
    "exporters",
    "openai_wire",
    "server",
    "telemetry",
}
"""Modules of ``arenalab`` that no pack is made with: another one only costs a needless rebuild."""


def _engine(package: Path) -> list[Path]:
    """The code a pack is made with."""
    files = sorted(package.rglob("*.py"))
    top = {file: file.relative_to(package).parts[0].removesuffix(".py") for file in files}
    return [file for file in files if top[file] not in DOORS]
