"""What the page and the embedded chat make of what they hear from the engine."""

from page import say, words


class Hearing:
    """Turns reports into events. Whoever derives from it has a `state` and can `dispatch`."""

    def tell(self, key: str, about: str, kind: str = "info") -> None:
        """Show a text of the interface's as the notice `about` something."""
        self.dispatch("told", key=about, kind=kind, text=say.say(key))

    def on_stage(self, stage: str, done: int, total: int) -> None:
        """The worker's progress in loading."""
        if not self.state.ready and say.has("stage_" + stage):
            self.dispatch("boot_moved", stage=stage, done=done, total=total)

    def on_missing(self, path: str) -> None:
        """A file the engine starts from does not come."""
        if not self.state.ready:
            self.dispatch("engine_failed", error=words.missing(path))

    def on_words(self, id: str, text: str) -> None:
        """A provider has said this much."""
        self.dispatch("provider_said", id=id, text=text)
