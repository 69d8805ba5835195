"""The architecture is a test: import order, public names, file sizes, documents that hold."""

import ast
import importlib
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.native

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "py" / "arenalab"
SHOP_WINDOWS = [
    "encode",
    "pack",
    "constitution",
    "importers",
    "exporters",
    "evaluate",
]


def test_imports_follow_the_data_flow() -> None:
    """Every contract on who may import whom is kept."""
    lint = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([lint], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout


@pytest.mark.parametrize("name", SHOP_WINDOWS)
def test_a_package_shows_what_it_names(name: str) -> None:
    """Every name in `__all__` exists, once."""
    module = importlib.import_module(f"arenalab.{name}")
    assert len(module.__all__) == len(set(module.__all__))
    assert all(hasattr(module, public) for public in module.__all__)
    assert module.__doc__


def test_every_module_says_what_it_is() -> None:
    """Every file of the package begins with a docstring."""
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in PACKAGE.rglob("*.py")
        if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def test_no_file_is_too_long() -> None:
    """No source file has more than 400 lines."""
    sources = [*ROOT.glob("py/**/*.py"), *ROOT.glob("app/**/*.py"), *ROOT.glob("static/*js")]
    long = [p.name for p in sources if len(p.read_text("utf-8").splitlines()) > 400]
    assert long == []


def test_commands_of_the_readme_exist() -> None:
    """Every `arenalab` and `build.py` command in the README is one that the program knows."""
    from typer.main import get_command

    from arenalab.cli.app import app

    known = get_command(app)
    text = (ROOT / "README.md").read_text("utf-8")
    commands = re.findall(r"^(?:\.venv/bin/arenalab|python build\.py) .*$", text, re.MULTILINE)
    assert len(commands) >= 6
    for line in commands:
        program, *words = shlex.split(line, comments=True)
        if program.endswith("arenalab"):
            found = known.get_command(None, words[0])
            assert found is not None, line
            if words[0] == "eval":
                assert found.get_command(None, words[1]) is not None, line
        else:
            assert f'"{words[1]}"' in (ROOT / "build.py").read_text("utf-8"), line


def test_links_of_the_documents_lead_somewhere() -> None:
    """A relative link in a Markdown document names a file that exists."""
    documents = [ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *PACKAGE.rglob("*.md")]
    broken = [
        f"{document.name}: {target}"
        for document in documents
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text("utf-8"))
        if not (document.parent / target).exists()
    ]
    assert broken == []


def test_the_schema_knows_the_fields_of_a_span() -> None:
    """The JSON Schema and the dataclasses name the same fields."""
    from dataclasses import fields

    from arenalab.span import Context, Metadata, Span

    schema = json.loads((PACKAGE / "span.schema.json").read_text("utf-8"))["properties"]
    for described, owner in (
        (schema, Span),
        (schema["context"]["properties"], Context),
        (schema["metadata"]["properties"], Metadata),
    ):
        assert set(described) == {field.name for field in fields(owner)} - {"extra"}
