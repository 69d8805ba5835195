"""Step 2b: transformer and WordNet → ``static.encoder``, the table a page answers with at once."""

from pathlib import Path

from assembly import digest, wordnet
from assembly.lock import Part
from assembly.progress import step

META = {
    "id": "static-minilm-l6-v2/c168",
    "license": "Apache-2.0",
    "source": "sentence-transformers/all-MiniLM-L6-v2, read over WordNet 3.1",
}


def build_static(
    corpus: Part, archive: Path, encoder_file: Path, source: Path, built: Path
) -> Path:
    """Fit the table; skipped when neither the transformer nor the corpus nor the code changed.

    ``archive`` is the corpus as downloaded, ``source`` the folder of the ``arenalab`` package.
    Takes about three minutes: the transformer reads 27,000 texts and every word of its vocabulary.
    """
    output = built / "static.encoder"
    code = [*sorted((source / "encode").glob("static*.py")), source / "encode" / "quantise.py"]

    def make() -> bytes:
        from arenalab.encode import load_encoder
        from arenalab.encode.static_build import fit_static

        texts = wordnet.read(corpus, archive)
        with step("Fit the static encoder") as tell:
            teacher = load_encoder(encoder_file.read_bytes())
            return fit_static(teacher, texts, meta=META, progress=tell)

    own = [Path(wordnet.__file__), Path(__file__)]
    digest.make_if_changed(output, [corpus.sha256, encoder_file, *code, *own], make)
    return output
