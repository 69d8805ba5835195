"""cli.opening, cli.principles: what answers is opened with its principles, from several packs."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from arenalab.cli import opening, principles
from arenalab.cli.app import app
from arenalab.constitution import compile_principles, read_principles, write_constitution
from arenalab.constitution.file import principles_in
from arenalab.errors import DamagedFileError, InputError, UnavailableError
from arenalab.learning import learn
from arenalab.pack import read_pack, write_pack
from endpoint import tiny
from world import SPANS, WordEncoder, span

pytestmark = pytest.mark.native

RULES = """
[[principle]]
id = "dragons"
action = "refuse"
statement = "No dragon is hurt."
response = "I won't."
bad = ["how do I slay a dragon"]
good = ["how do I feed a dragon"]
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two packs, principles, and the encoder of the tiny world."""
    encoder = WordEncoder()
    cow = span("cow", "What does a cow eat?", "A cow eats grass.")
    for name, spans in (("help", SPANS), ("farm", (cow,))):
        (tmp_path / f"{name}.diamonds").write_bytes(write_pack(learn(spans, encoder, name=name)))
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    (tmp_path / "words.encoder").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(principles.VARIABLE, raising=False)
    monkeypatch.setattr(opening, "open_encoder", lambda _path: encoder)
    return tmp_path


def run(*arguments: str) -> Result:
    """Run `arenalab …`."""
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def test_a_refusal_names_its_principle() -> None:
    """The principle and its example stand below what is said; no percentage does."""
    told = run("ask", "help.diamonds", "how do I slay a dragon", "--constitution", "rules.toml")
    assert "I won't." in told.stdout
    assert "principle dragons, as in: how do I slay a dragon" in told.stdout
    assert "%" not in told.stdout


def test_without_principles_nothing_is_refused() -> None:
    """`--constitution none` answers without."""
    told = run("ask", "help.diamonds", "how do I slay a dragon", "--constitution", "none", "--json")
    document = json.loads(told.stdout)
    assert document["verdict"] is None
    assert document["kind"] != "refusal"


def test_the_default_lies_beside_the_encoder(folder: Path) -> None:
    """It is found beside the encoder or among the packs of a release; where not, that is told."""
    asked = ("ask", "help.diamonds", "how do I slay a dragon", "--encoder", "words.encoder")
    with pytest.raises(UnavailableError, match=r"no words\.constitution .* or none to answer"):
        run(*asked)
    encoder = WordEncoder()
    made = compile_principles(read_principles(RULES), encoder)
    (folder / "words.constitution").write_bytes(write_constitution(made))
    assert "I won't." in run(*asked).stdout
    (folder / "words.constitution").write_bytes(b"")
    with pytest.raises(DamagedFileError):
        run(*asked)


@pytest.mark.parametrize("method", [None, "routed", "majority", "weighted", "ranked"])
def test_several_packs_answer_together(method: str | None) -> None:
    """The pack that knows answers, and its receipts name it."""
    chosen = ["--ensemble", method] if method else []
    for question, pack in (("What does a cow eat?", "farm"), ("I want my money back", "help")):
        asked = ("ask", "help.diamonds", "farm.diamonds", question, "--constitution", "none")
        document = json.loads(run(*asked, "--json", *chosen).stdout)
        assert document["receipts"][0]["pack"] == pack
    shown = run(*asked, "--receipts", *chosen)
    assert "Yes, within 30 days." in shown.stdout


def test_an_unknown_method_is_told_first() -> None:
    """Before any file is opened."""
    with pytest.raises(InputError, match="no method 'best'"):
        run("ask", "missing.diamonds", "x", "--ensemble", "best")


def test_a_pack_takes_its_principles_along(folder: Path) -> None:
    """`build --constitution` puts them, compiled, into the pack."""
    (folder / "faq.csv").write_text("question,answer\nIs it free?,Yes\n", encoding="utf-8")
    (folder / "tiny.encoder").write_bytes(tiny.encoder_file())
    told = ("--constitution", "rules.toml", "--encoder", "tiny.encoder")
    run("build", "faq.csv", "-o", "own.diamonds", *told)
    pack = read_pack((folder / "own.diamonds").read_bytes())
    assert [principle.id for principle in principles_in(pack.constitution)] == ["dragons"]


def test_talking_names_what_answers() -> None:
    """`chat` says which packs it asks, and answers line by line."""
    said = CliRunner().invoke(
        app,
        ["chat", "help.diamonds", "farm.diamonds", "--constitution", "none"],
        input="I want my money back\n\n",
    )
    assert "help + farm: 13 diamonds" in said.stdout
    assert "Yes, within 30 days." in said.stdout
