"""docs/endpoint.md: its examples run as they stand, and it names every field there is."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform == "emscripten":
    pytest.skip("needs processes", allow_module_level=True)

from arenalab.endpoint.actions import Action
from arenalab.openai_wire.request import REFUSED
from arenalab.span import Span
from endpoint.conftest import KEY
from endpoint.node import ROOT, node_modules
from endpoint.place import HttpPlace

pytestmark = pytest.mark.native

TEXT = (ROOT / "docs" / "endpoint.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
RUNNERS = {"sh": ["bash", "-e"], "python": [sys.executable], "js": ["node"]}
EXAMPLES = [(kind, code) for kind, code in BLOCKS if kind in RUNNERS and "127.0.0.1:8080" in code]


@pytest.mark.parametrize(("kind", "code"), EXAMPLES, ids=lambda value: value[:6])
def test_an_example_runs(server: HttpPlace, tmp_path: Path, kind: str, code: str) -> None:
    """Only the address, the key and the model are those of the test."""
    if shutil.which(RUNNERS[kind][0]) is None:
        pytest.skip(f"{RUNNERS[kind][0]} is not installed")
    code = code.replace("127.0.0.1:8080", f"{server.host}:{server.port}")
    code = code.replace("sk-mine", KEY).replace('"starter"', '"tiny"')
    code = code.replace("What is ArenaLab?", "Can I get a refund?")
    script = tmp_path / {"js": "example.mjs"}.get(kind, "example")
    script.write_text(code)
    if kind == "js":
        node_modules(tmp_path)
    ran = subprocess.run(
        [*RUNNERS[kind], str(script)],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    assert "Yes, within 30 days." in ran.stdout


def test_every_example_is_found() -> None:
    """curl, Python, JavaScript and LangChain: none is left out by its form."""
    assert [kind for kind, _ in EXAMPLES] == ["sh", "python", "js", "python"]


# "`test_errors` unknown_model, schema": a module, and words of names of its tests.
NAMED = re.compile(r"`((?:tests/browser/)?test_\w+)`((?: [a-z_0-9]+,?)*)")


def test_every_test_that_is_named_is_there() -> None:
    """A row of a table names tests that exist; those of fields run in every place."""
    fields = TEXT[TEXT.index("## Fields of a chat request") : TEXT.index("## The reply")]
    rows = "\n".join(line for line in TEXT.splitlines() if line.startswith("|"))
    named = [(found, found[0] in fields) for found in NAMED.finditer(rows)]
    assert len(named) > 40
    for found, everywhere in named:
        place = found[1] if "/" in found[1] else f"tests/endpoint/{found[1]}"
        file = ROOT / f"{place}.py"
        file = file if file.exists() else ROOT / f"tests/{found[1]}.py"
        tests = re.findall(r"^def (test_\w+)\((.*?)\) ->", file.read_text(), re.M | re.S)
        for words in found[2].replace(",", " ").split():
            fitting = [given for name, given in tests if words in name]
            assert fitting, f"{found[1]} has no test of {words}"
            if everywhere and file.parent.name == "endpoint":
                assert any(re.search(r"\b(ask|place):", given) for given in fitting), words


@pytest.mark.parametrize("name", REFUSED)
def test_every_refused_field_is_named(name: str) -> None:
    """The table lists what there is not."""
    assert f"`{name}`" in TEXT


def test_the_action_of_the_documentation_is_well_formed() -> None:
    """Its example is a span whose action can be read."""
    [code] = [code for kind, code in BLOCKS if kind == "json"]
    action = Action.of(Span.from_json(json.loads(code)))
    assert action is not None
    assert set(action.slots) == {"city", "days", "unit"}
