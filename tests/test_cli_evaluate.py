"""cli.evaluate: every command prints tables or one JSON document, and writes what was asked for."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from arenalab.arena import learn
from arenalab.cli import evaluate
from arenalab.cli.app import app
from arenalab.errors import InputError, SourceError
from arenalab.pack import write_pack
from world import SPANS, WordEncoder

pytestmark = pytest.mark.native

FILES = {
    "train.csv": "text,label\nfind my card,card\nlose my card,card\n"
    "find my pin,pin\nlose my pin,pin\n",
    "test.csv": "text,label\nfound my card,card\nzebras sleep,oos\n",
    "faq.jsonl": '{"id": 1, "question": "How?", "answer": "So."}\n'
    '{"id": 2, "question": "Why?", "answer": "Hence."}\n',
    "queries.jsonl": '{"query": "how", "id": "1"}\n',
    "dialogues.jsonl": '{"turns": [{"speaker": "USER", "utterance": "hi"}, '
    '{"speaker": "SYSTEM", "utterance": "hello"}, {"speaker": "USER", "utterance": "bye"}, '
    '{"speaker": "SYSTEM", "utterance": "good bye"}]}\n',
    "bad.ndjson": '{"text": "how do I slay a dragon now", "matter": "dragons"}\n',
    "good.ndjson": '{"text": "what do dragons eat", "matter": "dragons"}\n',
    "rules.toml": '[[principle]]\nid = "dragons"\naction = "refuse"\n'
    'statement = "No dragon is hurt."\nresponse = "No."\n'
    'bad = ["how do I slay a dragon"]\ngood = ["how do I feed a dragon"]\n',
    "truth.csv": "Question,Best Answer,Correct Answers,Incorrect Answers\nIs it free?,Yes,Yes,No\n",
}
COMMANDS = {
    "intent": ["intent", "train.csv", "test.csv"],
    "faq": ["faq", "faq.jsonl", "queries.jsonl"],
    "dialogue": ["dialogue", "dialogues.jsonl", "dialogues.jsonl"],
    "truthfulqa": ["truthfulqa", "truth.csv", "--pack", "tiny.diamonds"],
    "pack": ["pack", "tiny.diamonds"],
    "constitution": ["constitution", "bad.ndjson", "good.ndjson", "--constitution", "rules.toml"],
    "ensemble": ["ensemble", "train.csv", "test.csv", "faq.jsonl", "queries.jsonl"],
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a file for every command, and the encoder of the tiny world."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    encoder = WordEncoder()
    (tmp_path / "tiny.diamonds").write_bytes(write_pack(learn(SPANS, encoder, name="tiny")))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(evaluate, "open_encoder", lambda _path: encoder)
    return tmp_path


def run(*arguments: str) -> Result:
    """Run `arenalab eval …`."""
    return CliRunner().invoke(app, ["eval", *arguments], catch_exceptions=False)


@pytest.mark.parametrize("task", COMMANDS)
def test_json_is_one_document(task: str) -> None:
    """Standard output holds JSON and nothing else, with the task's name."""
    result = run(*COMMANDS[task], "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["task"] == task


@pytest.mark.parametrize("task", COMMANDS)
def test_tables_and_files(task: str, folder: Path) -> None:
    """Without --json a table comes; a report and records are written where they were asked for."""
    result = run(*COMMANDS[task], "--html", "report.html", "--records", "records.jsonl")
    assert f"eval {task}" in result.stdout
    assert f"arenalab eval {task}" in (folder / "report.html").read_text("utf-8")
    lines = (folder / "records.jsonl").read_text("utf-8").splitlines()
    assert lines
    assert {"id", "truth", "predicted", "probability", "right", "within", "kind"} <= set(
        json.loads(lines[0])
    )


def test_a_wrong_place_for_the_report_is_told_before_the_work() -> None:
    """A folder that does not exist is named before a single text is encoded."""
    with pytest.raises(SourceError, match="nowhere"):
        run("intent", "missing.csv", "missing.csv", "--html", "nowhere/report.html")


@pytest.mark.parametrize("task", ["constitution", "ensemble"])
def test_a_file_without_its_partner_is_told(task: str) -> None:
    """Files that come in pairs are counted before they are read."""
    with pytest.raises(InputError, match="1 files are no pairs"):
        run(task, "missing.csv")


def test_without_principles_there_is_nothing_to_judge_by() -> None:
    """`--constitution none` is no constitution to measure."""
    with pytest.raises(InputError, match="nothing to measure"):
        run("constitution", "bad.ndjson", "good.ndjson", "--constitution", "none")


def test_a_query_without_its_question_is_told(folder: Path) -> None:
    """A domain whose query names an unknown question is refused by name."""
    (folder / "queries.jsonl").write_text('{"query": "how", "id": "9"}', encoding="utf-8")
    with pytest.raises(SourceError, match="names the id '9'"):
        run("ensemble", "faq.jsonl", "queries.jsonl")
