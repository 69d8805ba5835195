"""Which language the page speaks. Its texts are fetched by static/languages.js."""

import json

import js
from page import say
from page.locale import Locale


async def start_language() -> str:
    """Wait for the texts that the page is to speak with. Returns the language's code."""
    await js.languages.ready
    return _speak()


async def choose(page: object, code: str) -> None:
    """Speak another language from now on, also after a reload."""
    try:
        await js.languages.choose(code)
    except Exception:  # no network, mostly
        text = say.say("language_failed")
        page.dispatch("told", key="language", kind="warning", text=text)
        code = page.state.settings.language
    else:
        js.languages.keep(code)
    _speak()
    page.dispatch("setting_chosen", setting="language", value=code)


def _speak() -> str:
    say.use(json.loads(js.languages.text), Locale(js.languages.code))
    return js.languages.code
