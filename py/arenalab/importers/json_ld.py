"""The questions a page states for search engines: schema.org's FAQPage in JSON-LD.

Many FAQ pages draw their visible questions with scripts and state them in full only here.
"""

from collections.abc import Iterator, Mapping

from arenalab.importers.json_text import parse


def questions(script: str) -> Iterator[tuple[str, str]]:
    """Yield each question with the HTML of its accepted answer; nothing for JSON that is none."""
    try:
        waiting: list[object] = [parse(script)]
    except ValueError:
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += reversed(value)
        elif isinstance(value, Mapping):
            answer = value.get("acceptedAnswer") or value.get("suggestedAnswer")
            answer = answer[0] if isinstance(answer, list) and answer else answer
            if value.get("@type") == "Question" and isinstance(answer, Mapping):
                yield str(value.get("name") or ""), str(answer.get("text") or "")
            else:
                waiting += reversed(list(value.values()))
