"""`arenalab serve`: packs behind an OpenAI-compatible endpoint."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from arenalab.cli.opening import check_method
from arenalab.cli.principles import ConstitutionPath, find_constitution
from arenalab.cli.terminal import EncoderPath, err, find_encoder
from arenalab.ensemble import METHODS
from arenalab.errors import InputError, UnavailableError

KEY_VARIABLE = "ARENALAB_API_KEY"

Packs = Annotated[
    list[Path], typer.Argument(metavar="PACK...", help=".diamonds files, each a model of its name.")
]
Keys = Annotated[
    list[str] | None,
    typer.Option(
        "--api-key",
        envvar=KEY_VARIABLE,
        help="A key that callers must bring; again for more (a space apart in the variable).",
    ),
]
Rate = Annotated[
    int, typer.Option("--rate-limit", min=0, help="Requests a minute and caller; 0: no limit.")
]
Cors = Annotated[
    list[str] | None,
    typer.Option("--cors", help="An origin whose pages may call, or *; give it again for more."),
]
Provider = Annotated[
    str | None,
    typer.Option(
        help="Where a pack is not sure, ask this provider with its nearest diamonds as evidence: "
        "openai, anthropic, gemini or compatible. Its key comes from ARENALAB_PROVIDER_KEY.",
    ),
]
ProviderUrl = Annotated[str, typer.Option(help="The provider's address, if not its own.")]
ProviderModel = Annotated[str, typer.Option(help="The provider's model, if not its own choice.")]
Below = Annotated[
    float, typer.Option("--below", min=0, max=1, help="Confidence below which it is asked.")
]
Together = Annotated[
    str | None,
    typer.Option(
        "--ensemble",
        metavar="METHOD",
        help="Serve all packs together, too, as the model arenalab:ensemble: "
        f"{', '.join(METHODS)}.",
    ),
]
Workers = Annotated[int, typer.Option(min=1, help="Processes; they share the packs' memory.")]


def serve(
    packs: Packs,
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0: any.")] = 8080,
    api_key: Keys = None,
    rate_limit: Rate = 0,
    cors: Cors = None,
    workers: Workers = 1,
    provider: Provider = None,
    provider_url: ProviderUrl = "",
    provider_model: ProviderModel = "",
    below: Below = 0.5,
    ensemble: Together = None,
    encoder: EncoderPath = None,
    constitution: ConstitutionPath = None,
) -> None:
    """Serve packs as models of an OpenAI-compatible endpoint; Ctrl-C ends it."""
    try:
        from arenalab.server import TOGETHER, FallbackOptions, Options, run
    except ModuleNotFoundError as error:
        raise UnavailableError(
            f"serving needs {error.name}; run: pip install 'arenalab[cli,serve]'"
        ) from error
    if KEY_VARIABLE in os.environ and not api_key:
        raise InputError(f"{KEY_VARIABLE} is set but empty; put a key into it, or unset it")
    check_method(ensemble)
    encode_with = find_encoder(encoder)
    options = Options(
        packs=named(packs),
        encoder=encode_with,
        constitution=find_constitution(constitution, encode_with),
        ensemble=ensemble or "",
        host=host,
        port=port,
        keys=tuple(api_key or ()),
        per_minute=rate_limit,
        cors=tuple(cors or ()),
        workers=workers,
        fallback=FallbackOptions(provider, provider_url, provider_model, below)
        if provider
        else None,
    )

    def ready() -> None:
        names = ", ".join([*options.packs, *([TOGETHER] if options.ensemble else [])])
        err.print(f"Serving {escape(names)} at [bold]http://{host}:{port}/v1[/]", soft_wrap=True)
        if not options.keys and host not in ("127.0.0.1", "localhost", "::1"):
            err.print("[yellow]No --api-key: whoever reaches this address may ask.[/]")

    run(options, ready)


def named(paths: list[Path]) -> dict[str, Path]:
    """Return the packs by model name, which is the file's name without its end."""
    named = {path.stem: path for path in paths}
    if len(named) < len(paths):
        raise InputError("two packs have one name; models are named by their files, so rename one")
    return named
