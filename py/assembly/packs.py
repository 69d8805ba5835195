"""Step 4: the diamonds in ``static`` → packs: the starter, and one for each page of the demo."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from assembly import digest
from assembly.failure import BuildError
from assembly.progress import say, step


def build_packs(
    static: Path, encoder_file: Path, static_file: Path, package: Path, built: Path
) -> list[Path]:
    """Learn ``static/diamonds`` as one pack, and each ``static/demo/NAME.ndjson`` as one more.

    ``package`` is the folder of ``arenalab``. Raises BuildError: there is no file. Raises
    ArenaError: there is nothing to learn.
    """
    starter = sorted((static / "diamonds").glob("*.ndjson"))
    if not starter:
        raise BuildError(f"There is no *.ndjson in {static / 'diamonds'}: nothing to start with.")
    wanted = {("Starter", "starter"): starter}
    for file in sorted((static / "demo").glob("*.ndjson")):
        wanted[file.stem.capitalize(), f"demo-{file.stem}"] = [file]
    with_what = (encoder_file, static_file, package)
    return [
        build_pack(name, sources, with_what, built / f"{stem}.diamonds")
        for (name, stem), sources in wanted.items()
    ]


def build_pack(
    name: str, sources: Sequence[Path], with_what: tuple[Path, Path, Path], output: Path
) -> Path:
    """Learn every span of ``sources``; skipped when neither they nor the engine changed.

    ``with_what``: encoder file, static encoder file, folder of ``arenalab``. Whatever the importer
    did not take as it stood is shown.
    """
    from arenalab.arena import learn
    from arenalab.encode import load_encoder, load_static
    from arenalab.importers import read_all
    from arenalab.pack import write_pack

    encoder_file, static_file, package = with_what

    def make() -> bytes:
        found = read_all((source.name, source.read_bytes()) for source in sources)
        for kind, count in Counter(note.kind for note in found.notes).items():
            first = next(note for note in found.notes if note.kind == kind)
            say(f"  {count} × {kind}, first {first.where}: {first.message}")
        encoder = load_encoder(encoder_file.read_bytes())
        static = load_static(static_file.read_bytes())
        with step(f"Learn the pack {name}, {len(found.spans)} diamonds") as tell:
            pack = learn(
                found.spans,
                encoder,
                name=name,
                static=static,
                progress=lambda _stage, done, total: tell(done, total),
            )
        return write_pack(pack)

    inputs = [encoder_file, static_file, *sources, *_engine(package)]
    digest.make_if_changed(output, inputs, make)
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
