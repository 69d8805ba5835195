"""The service worker: offline use, and the change to a new release.

It is registered only once the engine runs (or at once where it already serves this page), so its
precache does not compete with the first start.
"""

import js
from page.say import say
from pyscript import ffi


def is_possible() -> bool:
    """Whether this browser, in this window, knows service workers at all."""
    return hasattr(js.navigator, "serviceWorker")


def serves_this_page() -> bool:
    """Whether a service worker answers this page's requests already."""
    return is_possible() and bool(js.navigator.serviceWorker.controller)


async def register(page: object) -> None:
    """Register sw.js and say when the page works offline and when a new release waits."""
    if not is_possible():
        return
    container = js.navigator.serviceWorker
    served = [serves_this_page()]

    def changed(_event: object) -> None:
        # The first worker to take charge brings the release this page already shows.
        if served[0]:
            js.location.reload()
        served[0] = True

    container.addEventListener("controllerchange", changed)
    try:
        registration = await container.register("sw.js")
    except Exception as error:  # refused storage refuses service workers too
        js.console.info("not stored for use offline: " + str(error.args[-1]))
        return

    def look(*_event: object) -> None:
        if registration.waiting and container.controller:
            page.dispatch("told", key="release", text=say("new_version"), action="update")

    def found(_event: object) -> None:
        registration.installing.addEventListener("statechange", look)

    registration.addEventListener("updatefound", found)
    look()
    await container.ready
    page.dispatch("offline_ready")


async def activate() -> None:
    """Let the waiting release take over; the page then reloads."""
    registration = await js.navigator.serviceWorker.getRegistration()
    if registration and registration.waiting:
        registration.waiting.postMessage(ffi.to_js({"type": "activate"}))
    else:
        js.location.reload()
