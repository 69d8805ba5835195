"""The page's engine, asked of packs whose sources may be relative to where they stand."""

import js
from page import engine


class Engine(engine.Engine):
    """An answer's sources are followed from the address of the first pack asked."""

    async def ask(self, question: str, packs: tuple, history: list, threshold: object) -> dict:
        """The answer, as JSON gave it, its sources absolute."""
        answer = await super().ask(question, packs, history, threshold)
        for receipt in answer["receipts"]:
            receipt["source_url"] = _followed(receipt["source_url"], packs[0])
        return answer


def _followed(url: str, base: str) -> str:
    """Where a link in a file at `base` leads; as it is when it leads nowhere."""
    return js.URL.new(url, base).href if url and js.URL.canParse(url, base) else url
