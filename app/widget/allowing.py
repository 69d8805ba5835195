"""A provider of the visitor's own, where the page around allows it (`fallback`)."""

import asyncio

from page import provider
from page.elements import by_id

CHOSEN = ("provider", "provider_base", "provider_model")


def allow(widget: object, *, allowed: bool) -> None:
    """Offer a provider, or none: then one chosen before is asked no more."""
    by_id("open-provider").hidden = not allowed
    if allowed == widget.allowed:
        return
    widget.allowed = allowed
    if allowed:
        asyncio.create_task(recall(widget))
    else:
        _choose(widget, {})


async def recall(widget: object) -> None:
    """Bring back what the visitor chose on this site, if that is allowed."""
    if widget.allowed:
        _choose(widget, await widget.keeper.provider())
        await provider.look(widget)


def _choose(widget: object, chosen: dict) -> None:
    for name in CHOSEN:
        value = chosen.get(name, "")
        if value != getattr(widget.state.settings, name):
            widget.dispatch("setting_chosen", setting=name, value=value)


def changed(widget: object, event: object) -> None:
    """A provider, its address or its model was chosen."""
    name = event.target.id.replace("-", "_")
    if name in CHOSEN:
        widget.dispatch("setting_chosen", setting=name, value=event.target.value.strip())
        asyncio.create_task(_keep(widget))


async def _keep(widget: object) -> None:
    chosen = {name: getattr(widget.state.settings, name) for name in CHOSEN}
    await widget.keeper.put_provider(chosen)
    await provider.look(widget)


def react(widget: object, name: str) -> None:
    """Look when the engine is there; stop the provider with everything else."""
    if name == "engine_ready":
        asyncio.create_task(recall(widget))
    elif name == "stopped":
        asyncio.create_task(provider.stop(widget))
