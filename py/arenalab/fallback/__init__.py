"""Asking a provider of the person's own, with the nearest diamonds as evidence.

    question, history, receipts ─prompt─▶ Prompt ─build─▶ Request ─send─▶ events ─read─▶ words

Each provider is a module of two functions, `build` and `read`. `send` is passed in, and it alone
has the key: nothing in this package ever sees one, so nothing here can give one away.
"""

from arenalab.fallback.ask import ask
from arenalab.fallback.http import Address, Request, Response, Send
from arenalab.fallback.prompt import Prompt, prompt
from arenalab.fallback.provider import PROVIDERS, Provider, address

__all__ = [
    "PROVIDERS",
    "Address",
    "Prompt",
    "Provider",
    "Request",
    "Response",
    "Send",
    "address",
    "ask",
    "prompt",
]
