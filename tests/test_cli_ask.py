"""cli.ask: one question, or a conversation, printed for a person or a program."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from arenalab.arena import learn
from arenalab.cli import opening
from arenalab.cli.app import app
from arenalab.cli.principles import VARIABLE
from arenalab.errors import InputError
from arenalab.pack import write_pack
from world import SPANS, WordEncoder

pytestmark = pytest.mark.native


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoder: WordEncoder) -> str:
    """Return the path of the tiny world's pack, asked with the encoder of hashed words."""
    monkeypatch.setattr(opening, "open_encoder", lambda _path: encoder)
    monkeypatch.setenv(VARIABLE, "none")
    path = tmp_path / "tiny.diamonds"
    path.write_bytes(write_pack(learn(SPANS, encoder, name="tiny")))
    return str(path)


def run(*arguments: str, typed: str = "") -> str:
    """Run a command that succeeds; return what it printed."""
    done = CliRunner().invoke(app, list(arguments), input=typed, catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def test_a_question_is_answered_with_its_source(pack: str) -> None:
    """The outcome, how sure, and where it is known from."""
    printed = run("ask", pack, "Can I get a refund?", "--receipts", "--explain")
    assert "Yes, within 30 days." in printed
    assert "https://example.org/refund" in printed
    assert "Compare 24 rows" in printed


def test_each_question_of_a_message_is_told_of(pack: str) -> None:
    """What is answered, how surely, and what is not."""
    printed = run("ask", pack, "Can I get a refund? Are zebras upright sleepers?")
    assert "Yes, within 30 days." in printed
    assert "I don't know the answer to question 2." in printed
    assert "question 1: certain, 100% · Can I get a refund?" in printed
    assert "question 2: unknown · Are zebras upright sleepers?" in printed


def test_json_is_one_document(pack: str) -> None:
    """A program gets the whole answer, plan included."""
    found = json.loads(run("ask", pack, "Can I get a refund?", "--json", "--domain", "example.org"))
    assert found["text"] == "Yes, within 30 days."
    assert found["plan"]["filters"] == [{"condition": "domain example.org", "left": 12}]


def test_a_filter_that_leaves_nothing_says_so(pack: str) -> None:
    """The person learns which condition left nothing."""
    printed = run("ask", pack, "Can I get a refund?", "--tag", "cats", "--lang", "en")
    assert "I don't know." in printed
    assert "tag cats (0 left)" in printed


def test_a_filter_that_cannot_be_meant_is_refused(pack: str) -> None:
    """A bad value is an error with the cure, before anything is opened."""
    with pytest.raises(InputError, match="write a date"):
        run("ask", pack, "refund", "--since", "soon")


def test_chat_keeps_the_conversation(pack: str) -> None:
    """A follow-up is understood, and said so; the number of a suggestion asks it."""
    printed = run("chat", pack, typed="What does the basic plan cost?\ndata supported\n1\n\n")
    assert "Nothing: it is free." in printed
    assert "Did you mean one of these?" in printed
    first = next(line for line in printed.splitlines() if line.strip().startswith("1. "))
    wanted = next(s for s in SPANS if s.this == first.strip()[3:])
    assert wanted.if_ok in printed.split(first)[1]
