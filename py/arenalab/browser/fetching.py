"""The way to the files of the site."""

import js  # type: ignore[import-not-found]

from arenalab.errors import UnavailableError


async def fetch(base: str, path: str) -> bytes:
    """Return the file at `path` of the site at `base`. Raises UnavailableError."""
    try:
        response = await js.fetch(base + path)
    except Exception as error:
        raise UnavailableError(
            f"{path} cannot be reached; check the network, reload", key="part_unreached", name=path
        ) from error
    if not response.ok:
        raise UnavailableError(
            f"{path} is missing (status {response.status}); reload the page",
            key="part_missing",
            name=path,
            status=response.status,
        )
    return bytes((await response.arrayBuffer()).to_bytes())
