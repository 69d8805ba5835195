"""Step 3b: the default principles → one compiled constitution for each encoder."""

from pathlib import Path

from assembly import digest
from assembly.progress import step


def build_constitution(encoder_file: Path, source: Path, built: Path) -> Path:
    """Compile for the encoder ``NAME.encoder``; skipped when neither it nor the code changed.

    ``source`` is the folder of the ``arenalab`` package. Returns ``NAME.constitution``. Takes half
    a minute: a solve over six thousand examples.
    """
    output = built / f"{encoder_file.stem}.constitution"
    own = source / "constitution"
    code = sorted([*own.glob("*.py"), *(source / "encode").glob("*.py"), source / "container.py"])

    def make() -> bytes:
        from arenalab.constitution import (
            compile_principles,
            default_principles,
            write_constitution,
        )
        from arenalab.encode import load_encoder

        encoder = load_encoder(encoder_file.read_bytes())
        with step(f"Compile the constitution for {encoder.id}") as tell:
            made = compile_principles(default_principles(), encoder, progress=tell)
        return write_constitution(made)

    digest.make_if_changed(output, [encoder_file, own / "default.toml", *code], make)
    return output
