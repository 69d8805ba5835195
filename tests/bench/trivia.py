"""Ten thousand OpenTriviaQA questions as a pack for the page, and others to ask it.

The pack is made once for an encoder and a wheel of the release, and kept in `cache/`.
"""

import hashlib
import json
from pathlib import Path

from arenalab.arena import Progress, learn
from arenalab.encode import load_encoder
from arenalab.pack import write_pack
from arenalab.span import Metadata, Source, Span

CACHE = Path(__file__).resolve().parent / "cache"
SOURCE = Source("https://github.com/uberspot/OpenTriviaQA", "OpenTriviaQA")


def read_trivia(file: Path) -> list[tuple[str, str]]:
    """Return the distinct questions with their answers, in the file's order."""
    rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    found = {row["question"]: row["answer"] for row in rows}
    return [(question, answer) for question, answer in found.items() if answer.strip()]


def split(rows: list[tuple[str, str]], size: int, asked: int) -> tuple[list, list[str]]:
    """Return `size` rows for the pack and `asked` other questions, both spread over all rows."""
    kept = {index * len(rows) // size for index in range(min(size, len(rows)))}
    rest = [row[0] for index, row in enumerate(rows) if index not in kept]
    rest = rest or [row[0] for row in rows]
    return [rows[i] for i in sorted(kept)], [rest[i * len(rest) // asked] for i in range(asked)]


def pack_file(rows: list[tuple[str, str]], dist: Path, progress: Progress) -> Path:
    """Return the pack of `rows` for the release in `dist`, made now if it is not kept."""
    encoder_file = (dist / "models/minilm.encoder").read_bytes()
    release = json.loads((dist / "release.json").read_text(encoding="utf-8"))["files"]
    wheel = next(v["sha256"] for k, v in release.items() if "/arenalab-" in k)
    key = hashlib.sha256(f"{hashlib.sha256(encoder_file).hexdigest()}{wheel}{rows}".encode())
    file = CACHE / f"trivia-{len(rows)}-{key.hexdigest()[:16]}.diamonds"
    if not file.exists():
        spans = [
            Span(
                id=str(i), this=q, if_ok=a, metadata=Metadata(source=SOURCE, license="CC-BY-SA-4.0")
            )
            for i, (q, a) in enumerate(rows)
        ]
        pack = learn(spans, load_encoder(encoder_file), name="Trivia", progress=progress)
        CACHE.mkdir(exist_ok=True)
        for old in CACHE.glob(f"trivia-{len(rows)}-*.diamonds"):
            old.unlink()
        file.write_bytes(write_pack(pack))
    return file
