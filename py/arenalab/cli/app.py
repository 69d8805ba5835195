"""The commands, put together."""

from typing import Annotated

import typer

from arenalab import __version__
from arenalab.cli import ask, build, change, evaluate, inspect, serve
from arenalab.cli.terminal import out

app = typer.Typer(
    name="arenalab",
    help="A chat model made of curated examples: cited, calibrated, offline.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
app.command()(build.build)
app.command()(change.add)
app.command()(change.remove)
app.command()(ask.ask)
app.command()(ask.chat)
app.command()(inspect.inspect)
app.command()(serve.serve)
app.add_typer(evaluate.app, name="eval")


def _print_version(wanted: bool) -> None:
    if wanted:
        out.print(f"arenalab {__version__}")
        raise typer.Exit


@app.callback()
def root(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show it.")
    ] = False,
) -> None:
    """A chat model made of curated examples: cited, calibrated, offline."""
