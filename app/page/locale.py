"""Numbers, plurals and dates as a language writes them: the browser's own `Intl`."""

import js
from pyscript import ffi


class Locale:
    """What `say.use` needs, for one language tag."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.rules = js.Intl.PluralRules.new(tag)
        self.share = js.Intl.NumberFormat.new(tag, ffi.to_js({"style": "percent"}))
        when = {"dateStyle": "medium", "timeStyle": "short"}
        self.day = js.Intl.DateTimeFormat.new(tag, ffi.to_js(when))
        self.formats = {}

    def plural(self, count: int) -> str:
        """The CLDR category of a count: zero, one, two, few, many or other."""
        return self.rules.select(count)

    def number(self, value: float, digits: int) -> str:
        """1,249 or 1.249,5."""
        if digits not in self.formats:
            shown = {"minimumFractionDigits": digits, "maximumFractionDigits": digits}
            self.formats[digits] = js.Intl.NumberFormat.new(self.tag, ffi.to_js(shown))
        return self.formats[digits].format(value)

    def percent(self, whole: int) -> str:
        """97% or 97 %."""
        return self.share.format(whole / 100)

    def date(self, milliseconds: int) -> str:
        """24 Nov 2026, 10:15."""
        return self.day.format(js.Date.new(milliseconds))
