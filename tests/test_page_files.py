"""index.html and embed.html name the Python files their pages import: each of them, and no more."""

import ast
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.native  # reads the checkout's files

APP = Path(__file__).resolve().parents[1] / "app"


def imported(file: Path) -> set[str]:
    """Return the paths under app/ of the modules that a file imports, however deep."""
    found: set[str] = set()
    waiting = [file]
    while waiting:
        for node in ast.walk(ast.parse(waiting.pop().read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{name.name}" for name in node.names)]
            else:
                continue
            for name in names:
                path = APP / f"{name.replace('.', '/')}.py"
                if path.exists() and path.relative_to(APP).as_posix() not in found:
                    found.add(path.relative_to(APP).as_posix())
                    waiting.append(path)
    return found


@pytest.mark.parametrize(
    ("page", "main"), [("index.html", "page/main.py"), ("embed.html", "widget/main.py")]
)
def test_a_page_names_the_files_it_imports(page: str, main: str) -> None:
    """A file that is missing there would be missing in the browser, one too many be fetched."""
    html = (APP.parent / page).read_text(encoding="utf-8")
    named = re.findall(r'"app/([\w/]+\.py)": "\./([\w/]+\.py)"', html)
    assert all(source == target for source, target in named)
    assert {source for source, _ in named} == imported(APP / main)
