#!/usr/bin/env python3
"""ArenaLab from a fresh checkout: build it, serve it, test it.

    python build.py serve     build what changed, serve it, open the page
    python build.py site      build what changed into dist/
    python build.py edge      the same, and a Cloudflare Worker into dist/edge/
    python build.py test      check, then every test (--fast: neither data nor browser)
    python build.py check     format, lint, types, import order
    python build.py clean     remove what was built (--all: downloads and .venv as well)

Needs Python 3.11 and Node 20, or newer, and nothing else: it makes its own environment in .venv
and runs again inside it. The steps are the modules of py/assembly, in the order they run.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent

if sys.version_info < (3, 11):  # noqa: UP036 - it is here for those who have an older one
    sys.stderr.write("ArenaLab needs Python 3.11 or newer; this is " + sys.version + "\n")
    raise SystemExit(2)
sys.path.insert(0, str(ROOT / "py"))

from arenalab.errors import ArenaError  # noqa: E402 - the path and the version come first
from assembly import environment  # noqa: E402
from assembly.failure import BuildError  # noqa: E402
from assembly.places import Places  # noqa: E402

PLACES = Places(ROOT)


def main(arguments: Sequence[str]) -> int:
    """Carry out one command line. Returns the exit code."""
    wanted = parse(arguments)
    try:
        if wanted.command == "clean":
            clean(everything=wanted.all)
            return 0
        if wanted.command != "check":
            environment.require_node()
        environment.prepare(PLACES, say)
        if not environment.is_inside(PLACES):
            return environment.enter(PLACES, arguments)
        run(wanted)
    except (BuildError, ArenaError) as error:
        say(f"build.py: {error}")
        return getattr(error, "exit_code", 1)
    except KeyboardInterrupt:
        return 130
    return 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line as values; ends the program with its usage when it does not fit."""
    parser = argparse.ArgumentParser(prog="build.py", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="build what changed, serve it, open the page")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--no-open", action="store_true", help="do not open a browser")
    commands.add_parser("site", help="build what changed into dist/")
    commands.add_parser("edge", help="the same, and a Cloudflare Worker into dist/edge/")
    test = commands.add_parser("test", help="check, then every test")
    test.add_argument("--fast", action="store_true", help="neither data nor browser tests")
    commands.add_parser("check", help="format, lint, types, import order")
    cleaning = commands.add_parser("clean", help="remove what was built")
    cleaning.add_argument("--all", action="store_true", help="downloads and .venv as well")
    return parser.parse_args(arguments)


def run(wanted: argparse.Namespace) -> None:
    """Carry out a command inside the environment, where the steps' libraries are."""
    from assembly import check, server, suite

    if wanted.command in ("check", "test"):
        check.check(ROOT)
    if wanted.command in ("site", "edge", "serve") or (
        wanted.command == "test" and not wanted.fast
    ):
        build_site(testing=wanted.command == "test")
    if wanted.command == "edge":
        build_edge()
    if wanted.command == "test":
        suite.run_tests(ROOT, ["fast"] if wanted.fast else list(suite.ROUNDS))
    if wanted.command == "serve":
        shown = "CI" not in os.environ and not wanted.no_open and has_display()
        server.serve(PLACES.dist, wanted.host, wanted.port, browse=shown)


def build_site(*, testing: bool) -> None:
    """The build itself: parts, encoder, wheel, packs, constitutions, release."""
    from assembly import constitution, encoder, image, lock, obtain, package, packs, site, squeeze
    from assembly.static_encoder import build_static

    parts = lock.read_lock(PLACES.lock)
    model = next(part for part in parts if part.use == "model")
    got = obtain.obtain(parts, PLACES.downloads, testing=testing)
    package_source = ROOT / "py/arenalab"
    corpus = next(part for part in parts if part.use == "corpus")
    general = got[corpus.name]
    encoded = encoder.build_encoder(
        model, got[model.name], corpus, general, package_source, PLACES.built
    )
    static = build_static(corpus, general, encoded, package_source, PLACES.built)
    wheel = package.build_wheel(ROOT, PLACES.built)
    made = packs.build_packs(ROOT / "static", encoded, static, package_source, PLACES.built)
    for each in (static, encoded):
        made.append(constitution.build_constitution(each, package_source, PLACES.built))
    files = site.gather(ROOT, parts, got, encoder=encoded, static=static, packs=made, wheel=wheel)
    files |= image.build_image(ROOT, parts, got, wheel, files, PLACES.built)
    files = squeeze.squeeze(files, PLACES.built)
    worker = (ROOT / "static/sw.js").read_text(encoding="utf-8")
    release, changed = site.publish(files, worker, PLACES.dist)
    size = sum(map(len, files.values())) / 1e6
    say(f"dist/ holds release {release[:12]}: {size:.1f} MB, {len(changed)} files changed")


def build_edge() -> None:
    """The Worker, out of the site that was built."""
    from assembly import edge, lock, package

    parts = [part for part in lock.read_lock(PLACES.lock) if part.name in edge.NEEDED]
    wheels = [PLACES.downloads / part.file for part in parts]
    wheels.append(package.build_wheel(ROOT, PLACES.built))
    size = edge.assemble(ROOT, PLACES.dist, wheels, PLACES.dist / "edge")
    say(f"dist/edge/ holds the Worker: {size / 1e6:.2f} MB of code, gzipped")


def clean(*, everything: bool) -> None:
    """Remove what the build made; the downloads and the environment only when asked."""
    own = [PLACES.dist, PLACES.built, ROOT / ".mypy_cache", ROOT / ".ruff_cache"]
    for folder in [*own, PLACES.downloads.parent, PLACES.environment] if everything else own:
        shutil.rmtree(folder, ignore_errors=True)


def has_display() -> bool:
    """Whether a browser could show itself here."""
    named = "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    return named or sys.platform in ("darwin", "win32")


def say(message: str) -> None:
    """One line to the person at the terminal."""
    sys.stderr.write(f"{message}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
