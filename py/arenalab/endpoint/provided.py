"""A reply in a provider's words, where the arena is not sure enough and the owner allows it.

The words stream through as they come. Where the provider fails before its first word, the arena's
own reply is sent; where it breaks off later, what it said stays, and the extension says so.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from arenalab.endpoint.chat import Reply, say
from arenalab.endpoint.model import Model, turns
from arenalab.errors import ProviderError
from arenalab.fallback import Address, Send, ask, prompt
from arenalab.fallback.provider import PROVIDERS, Name
from arenalab.openai_wire import ChatRequest, Choice
from arenalab.respond import Answer


@dataclass(frozen=True, slots=True)
class Fallback:
    """The provider that is asked, at which address, for which model, below what confidence."""

    name: Name
    address: Address
    model: str
    below: float
    send: Send

    @property
    def asked(self) -> str:
        """The model that is asked: the one that was chosen, or the provider's own."""
        return self.model or PROVIDERS[self.name].model

    def wanted(self, request: ChatRequest, said: Reply) -> bool:
        """Whether the provider is asked instead of what was `said`.

        Never after a refusal, nor where a tool or a form was asked for: those are the arena's.
        """
        plain = request.format.form == "text" and request.result is None
        sure = said.answer.confidence >= self.below
        return plain and not sure and said.answer.kind != "refusal" and not said.choice.calls

    def words(self, request: ChatRequest, answer: Answer) -> AsyncGenerator[str, None]:
        """Yield the provider's words. Raises ProviderError."""
        at = request.question_at
        told = prompt(request.messages[at].text, turns(request.messages[:at]), answer.receipts)
        return ask(self.send, PROVIDERS[self.name], self.address, self.model, told)


@dataclass(slots=True)
class Provided:
    """What a provider has said so far, and how it failed, if it did."""

    fallback: Fallback
    request: ChatRequest
    said: Reply
    text: str = ""
    error: ProviderError | None = None

    async def listen(self) -> AsyncGenerator[str, None]:
        """Yield the words as they come; an error ends them."""
        try:
            async with aclosing(self.fallback.words(self.request, self.said.answer)) as words:
                async for word in words:
                    self.text += word
                    yield word
        except ProviderError as error:
            self.error = error

    def reply(self, model: Model) -> Reply:
        """Return the reply to give: the provider's, or the arena's own if there is none."""
        extension = {**self.said.extension, "provider": self._told()}
        if not self.text:
            return replace(self.said, extension=extension)
        extension |= {"kind": "provider", "method": self._method()}
        choice = say(self.request, model, replace(self.said.answer, kind="unknown"), self.text)
        if self.error is not None:
            choice = Choice("length", choice.text)
        written = self.request.choices * model.tokens(choice.text or "")
        usage = replace(self.said.usage, completion=written)
        return replace(self.said, choice=choice, usage=usage, extension=extension)

    @property
    def outcome(self) -> str:
        """How it went, in a word for the metrics."""
        return self.error.reason if self.error else "done"

    def _told(self) -> dict[str, Any]:
        error = self.error
        return {
            "name": self.fallback.name,
            "title": PROVIDERS[self.fallback.name].title,
            "model": self.fallback.asked,
            "error": {"reason": error.reason, "message": str(error)} if error else None,
        }

    def _method(self) -> str:
        title, count = PROVIDERS[self.fallback.name].title, len(self.said.answer.receipts)
        return f"{title} {self.fallback.asked}, with {count} diamonds as evidence"
