"""The interface as it is served: all that a page imports, in one file, in an order that works."""

import ast
import importlib
import json
import re
import sys
from pathlib import Path

import pytest

from assembly.interface import PAGES, START, in_order, lean, pack_interface

pytestmark = pytest.mark.native  # reads the checkout's files

ROOT = Path(__file__).resolve().parents[1]
PACKED = pack_interface(ROOT)


@pytest.mark.parametrize("path", PAGES)
def test_a_module_comes_after_those_it_needs(path: str) -> None:
    """Each module once, and no name that is yet to come is imported as the module runs."""
    modules = [name for name, _ in json.loads(PACKED[path])]
    assert len(modules) == len(set(modules))
    assert modules[-1] == PAGES[path].replace(".", "/") + ".py"
    there = set()
    for name, source in json.loads(PACKED[path]):
        needed = set(
            re.findall(r"^from ((?:page|widget)[.\w]*) import (.*)$", source, re.MULTILINE)
        )
        for module, names in needed:
            whole = {f"{module}.{n.strip().split(' ')[0]}" for n in names.split(",")}
            wanted = whole if module in ("page", "widget") else {module}
            assert {w.replace(".", "/") + ".py" for w in wanted} <= there, name
        there.add(name)


@pytest.mark.parametrize(("page", "path"), [("index.html", "page"), ("embed.html", "widget")])
def test_a_page_fetches_its_own(page: str, path: str) -> None:
    """The page names its file, and what app/start.py calls it there."""
    html = (ROOT / page).read_text(encoding="utf-8")
    assert f'src="{START}"' in html
    called = re.search(r'MODULES = "(.+)"', (ROOT / START).read_text(encoding="utf-8"))
    assert called is not None
    assert f'"files": {{"app/{path}.json": "./{called[1]}"}}' in html


def test_what_runs_is_what_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lean modules make the same states of the same events as the sources."""
    for name, source in json.loads(PACKED["app/page.json"]):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(source, encoding="utf-8")
    events = [
        ("asked", {"id": "1", "text": " Why? ", "at": 5}),
        ("engine_ready", {}),
        ("told", {"key": "k", "text": "t"}),
    ]
    seen = []
    for place in (tmp_path, ROOT / "app"):
        for name in [name for name in sys.modules if name.split(".")[0] == "page"]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.syspath_prepend(str(place))
        module = importlib.import_module("page.state")
        state = importlib.import_module("page.model").State(conversation="c")
        for event in events:
            state = module.update(state, event)
        assert Path(str(module.__file__)).is_relative_to(place)
        seen.append(repr(state.to_dict()))
    assert seen[0] == seen[1]


def test_no_docstring_is_served() -> None:
    """What only readers of the source need stays here."""
    for source in (
        lean(PACKED[START].decode()),
        *(s for _, s in json.loads(PACKED["app/page.json"])),
    ):
        assert all(
            ast.get_docstring(node) is None
            for node in ast.walk(ast.parse(source))
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        )


def test_what_a_page_does_not_import_is_not_served(tmp_path: Path) -> None:
    """Two that import each other come once each; a third nobody imports does not come."""
    (tmp_path / "page").mkdir()
    for name, source in {
        "main": "from page import one\n",
        "one": "from page.two import x\n",
        "two": "from page import one\nx = 1\n",
        "three": "",
    }.items():
        (tmp_path / f"page/{name}.py").write_text(source)
    assert list(in_order(tmp_path, "page.main")) == ["page.two", "page.one", "page.main"]
