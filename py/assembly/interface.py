"""Part of step 5: the interface, some forty small modules, as one file a page.

A page fetches what it imports in one request, without docstrings, comments and annotations;
``app/start.py`` unpacks it in the browser. Decision 29 says why it is source and not bytecode.
"""

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from python_minifier import minify

START = "app/start.py"
"""What each page runs: it unpacks the rest."""

PAGES = {"app/page.json": "page.main", "app/widget.json": "widget.main"}
"""A page's file → the module that it imports last."""


def pack_interface(root: Path) -> Mapping[str, bytes]:
    """Return ``app/start.py`` and each page's modules, as a JSON list of [path, source].

    A module comes after those it imports, the page's own last.
    """
    app = root / "app"
    files = {START: lean((root / START).read_text(encoding="utf-8")).encode()}
    for path, entry in PAGES.items():
        modules = [[_file(name), lean(_read(app, name))] for name in in_order(app, entry)]
        files[path] = json.dumps(modules, ensure_ascii=False, separators=(",", ":")).encode()
    return files


def lean(source: str) -> str:
    """``source`` without what only its readers need. Names that others see stay."""
    return minify(
        source, remove_literal_statements=True, remove_annotations=True, hoist_literals=False
    )


def in_order(app: Path, entry: str) -> Iterator[str]:
    """Yield the modules under ``app`` that ``entry`` imports, however deep, and ``entry`` itself.

    Of two that import each other the one met first comes last.
    """
    met: set[str] = set()

    def visit(name: str) -> Iterator[str]:
        met.add(name)
        for other in _imported(_read(app, name)):
            if other not in met and (app / _file(other)).exists():
                yield from visit(other)
        yield name

    return visit(entry)


def _imported(source: str) -> Iterator[str]:
    """Yield what ``from a import b`` may name: the module a, and a.b."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def _file(name: str) -> str:
    return f"{name.replace('.', '/')}.py"


def _read(app: Path, name: str) -> str:
    return (app / _file(name)).read_text(encoding="utf-8")
