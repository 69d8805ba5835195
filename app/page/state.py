"""How an event changes what the page knows. Pure: no DOM, no clock, no storage.

The boundary: `update(state, event) -> state`, where an event is `(name, fields)` and `name` is one
of the functions that a module of events lists in its `UPDATES`. `view` shows a state; `effects`
acts on what changed.
"""

from page import conversing, curating, packing, providing, telling, turning
from page.model import State

UPDATES = {}
for module in (turning, conversing, packing, curating, providing, telling):
    UPDATES.update({function.__name__: function for function in module.UPDATES})


def update(state: State, event: tuple) -> State:
    """Return the state after `event`, a pair of a name from `UPDATES` and its fields."""
    name, fields = event
    return UPDATES[name](state, **fields)
