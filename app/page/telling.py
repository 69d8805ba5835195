"""Events of the page itself: loading, notices, dialogs, settings. Pure."""

from page.model import Notice, Progress, State

NOTICES_AT_MOST = 4


def boot_moved(state: State, *, stage: str, done: int = 0, total: int = 0) -> State:
    """Loading took a step. Other parts may still come after one has failed."""
    if state.boot.stage == "failed":
        return state
    return state.replace(boot=Progress(stage=stage, done=done, total=total))


def engine_ready(state: State) -> State:
    """Questions can be answered."""
    return state.replace(ready=True, boot=Progress(stage="ready"))


def engine_failed(state: State, *, error: str) -> State:
    """Python or its parts could not be loaded."""
    state = state.replace(boot=Progress(stage="failed"))
    return told(state, key="engine", kind="error", text=error, action="reload")


def told(
    state: State,
    *,
    key: str,
    text: str,
    kind: str = "info",
    details: tuple = (),
    action: str | None = None,
) -> State:
    """Something to say to the person; the newest stand last."""
    notice = Notice(key=key, kind=kind, text=text, details=tuple(details), action=action)
    others = tuple(old for old in state.notices if old.key != key)
    return state.replace(notices=(others + (notice,))[-NOTICES_AT_MOST:])


def dismissed(state: State, *, key: str) -> State:
    """A notice was read."""
    return state.replace(notices=tuple(old for old in state.notices if old.key != key))


def dialog_opened(state: State, *, dialog: str, about: str | None = None) -> State:
    """Show a dialog, `about` some record; one is open at a time."""
    return state.replace(dialog=dialog, about=about, confirm=None)


def dialog_closed(state: State) -> State:
    """Whatever dialog is open closes."""
    return state.replace(dialog=None, about=None, confirm=None)


def setting_chosen(state: State, *, setting: str, value: object) -> State:
    """One of the settings is changed."""
    return state.replace(settings=state.settings.replace(**{setting: value}))


def offline_ready(state: State) -> State:
    """Everything is stored: the page now works without a network."""
    return state.replace(offline=True)


def storage_lost(state: State, *, error: str) -> State:
    """Nothing can be stored; the page goes on in memory."""
    return told(state.replace(kept=False), key="storage", kind="warning", text=error)


UPDATES = (
    boot_moved,
    engine_ready,
    engine_failed,
    told,
    dismissed,
    dialog_opened,
    dialog_closed,
    setting_chosen,
    offline_ready,
    storage_lost,
)
