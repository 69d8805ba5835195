"""cli: build, add and remove, from files to a pack and back."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from arenalab.cli import terminal
from arenalab.cli.app import app
from arenalab.encode import load_encoder
from arenalab.pack import Pack, read_pack
from test_batch import encoder_file

pytestmark = pytest.mark.native


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder with an encoder, questions, and a pack of them."""
    (tmp_path / "numbers.encoder").write_bytes(encoder_file())
    lines = [{"question": f"question {i}?", "answer": f"answer {i}"} for i in range(5)]
    (tmp_path / "faq.jsonl").write_text("\n".join(map(json.dumps, lines)))
    assert run(tmp_path, "build", "faq.jsonl", "-o", str(tmp_path / "faq.diamonds")).exit_code == 0
    return tmp_path


def run(place: Path, command: str, *given: str) -> Result:
    """Run a command on files of `place`."""
    named = [str(place / name) if (place / name).exists() else name for name in given]
    return CliRunner().invoke(app, [command, *named, "--encoder", str(place / "numbers.encoder")])


def pack_in(place: Path) -> Pack:
    """Return the pack."""
    return read_pack((place / "faq.diamonds").read_bytes())


def test_a_build_leaves_nothing_but_the_pack(place: Path) -> None:
    """The folder of parts is gone when the pack is there."""
    assert {path.name for path in place.iterdir()} == {
        "numbers.encoder",
        "faq.jsonl",
        "faq.diamonds",
    }
    assert [span.this for span in pack_in(place).texts] == [f"question {i}?" for i in range(5)]


def test_added_and_removed_in_its_place(place: Path) -> None:
    """A diamond that is added answers, and is gone when it is removed."""
    before = (place / "faq.diamonds").read_bytes()
    (place / "more.jsonl").write_text('{"question": "question 77?", "answer": "answer 99"}')
    added = run(place, "add", "faq.diamonds", "more.jsonl", "--json")
    assert json.loads(added.stdout)["spans"] == 6
    assert pack_in(place).texts[5].if_ok == "answer 99"
    removed = run(place, "remove", "faq.diamonds", pack_in(place).texts[5].id)
    assert removed.exit_code == 0
    assert (place / "faq.diamonds").read_bytes() == before


@pytest.mark.parametrize(
    ("command", "given"),
    [("add", "missing.jsonl"), ("add", "numbers.encoder"), ("remove", "nobody")],
)
def test_what_fails_leaves_the_pack(place: Path, command: str, given: str) -> None:
    """A file that cannot be read, or an id that is not there, changes nothing."""
    before = (place / "faq.diamonds").read_bytes()
    failed = run(place, command, "faq.diamonds", given)
    assert failed.exit_code != 0
    assert failed.exception is not None
    assert (place / "faq.diamonds").read_bytes() == before


def test_a_large_pack_is_mapped(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above a size only the index is checked when a pack is opened, and it answers the same."""
    whole = terminal.open_pack(place / "faq.diamonds")
    monkeypatch.setattr(terminal, "READ_WHOLE", 10)
    mapped = terminal.open_pack(place / "faq.diamonds")
    assert (whole.checked, mapped.checked) == (True, False)
    assert list(mapped.texts) == list(whole.texts)
    assert load_encoder(encoder_file()).digest == mapped.meta["encoder"]["digest"]
