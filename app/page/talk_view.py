"""The conversation on screen, and what stands around the box: a state → nodes.

Nodes of turns are kept by id, so an unchanged answer is neither drawn nor read aloud again, and
its opened receipts stay open.
"""

from page import words
from page.elements import arrange, by_id, element, text_button
from page.model import Notice, State, asked_packs, busy_turns, shown_turns
from page.say import count, say
from page.turns import turn_node, update_turn
from pyscript import document, ffi

_drawn = {}  # turn id → (the turn and whatever else it was drawn from, its node)


def turns(state: State) -> None:
    """The turns of the conversation on screen, and whether there is something to stop."""
    shown = shown_turns(state)
    by_id("empty").hidden = bool(shown)
    nodes = []
    changed = None
    for turn in shown:
        waits = None if turn.answer or turn.error else words.waiting(turn, state)
        drawn_from = (turn, waits, state.settings.language)
        held = _drawn.get(turn.id)
        if not held or held[0][1:] != drawn_from[1:]:
            node = changed = turn_node(turn, state)
            if held:
                held[1].replaceWith(node)
        else:
            node = held[1]
            if held[0] != drawn_from:
                update_turn(node, held[0][0], turn, state)
                changed = node if held[0][0].answer != turn.answer else changed
        _drawn[turn.id] = (drawn_from, node)
        nodes.append(node)
    busy = busy_turns(state)
    appearing = any(turn.status == "saying" for turn in busy)
    by_id("log").setAttribute("aria-busy", "true" if appearing else "false")
    arrange(by_id("turns"), nodes)
    by_id("stop").hidden = not busy
    if changed:
        changed.scrollIntoView(ffi.to_js({"block": "start" if shown[-1].answer else "end"}))


def loading(state: State) -> None:
    """The line under the box and its bar."""
    by_id("status").textContent = words.status(state)
    step = state.job or state.boot
    line = by_id("line")
    line.dataset.state = "busy" if state.job or not state.ready else "done"
    if state.boot.stage == "failed":
        line.dataset.state = "failed"
    percent = round(words.share(step) * 100)
    line.setAttribute("aria-valuenow", str(percent))
    line.setAttribute("aria-valuetext", words.status(state))
    by_id("fill").style.inlineSize = f"{percent}%"


def pack_name(state: State) -> None:
    """Whom a question goes to."""
    by_id("pack-name").textContent = words.asked_of(state)


def welcome(state: State) -> None:
    """What may be asked of the packs chosen; the starter's questions stand in the page itself."""
    asked = asked_packs(state)
    questions = [
        question for pack in state.packs if pack.id in asked for question in pack.suggestions
    ]
    if questions:
        buttons = [element("li", text_button(q, "ask", dir="auto")) for q in questions[:4]]
        by_id("suggestions").replaceChildren(*buttons)


def notices(state: State) -> None:
    """What there is to tell."""
    by_id("notices").replaceChildren(*[_notice(notice) for notice in state.notices])


def announce(text: str) -> None:
    """Say something to a screen reader alone."""
    by_id("announcer").textContent = text


def focus_turn(step: int) -> None:
    """Go to the next (1) or previous (-1) question on screen."""
    questions = document.querySelectorAll("#turns .question")
    places = [k for k in range(questions.length) if _is_focused(questions[k])]
    place = places[0] + step if places else (0 if step > 0 else questions.length - 1)
    if 0 <= place < questions.length:
        questions[place].tabIndex = -1
        questions[place].focus()


def _is_focused(node: object) -> bool:
    return node.isSameNode(document.activeElement)


ACTIONS = {"reload": "reload", "update": "reload", "again": "try_again"}


def _notice(notice: Notice) -> object:
    details = None
    if notice.details:
        lines = [element("li", line, dir="auto") for line in notice.details]
        heading = element("summary", count("notes", len(lines)))
        details = element("details", heading, element("ul", *lines))
    action = None
    if notice.action:
        action = text_button(say(ACTIONS[notice.action]), notice.action)
    close = text_button("×", "dismiss", data_id=notice.key, aria_label=say("dismiss"))
    close.className = "icon"
    body = element("div", element("p", notice.text, dir="auto"), details)
    return element("div", body, action, close, _class="notice " + notice.kind)
