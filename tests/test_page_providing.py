"""A provider of the person's own, as the page's state has it."""

import json

from page import export
from page.model import Settings, State, busy_turns, find_turn
from page.providing import is_stopping, is_wanted
from page.records import turn_from_record, turn_to_record

from page_steps import after, answered, asked, speak_english

REPLY = {"text": "It rains.", "provider": "OpenAI", "model": "big-one", "failure": None}
UNKNOWN = answered("a", kind="unknown", text="I don't know.")


def state(*events: tuple) -> State:
    """Return a state with a provider chosen, a question the pack does not know, and `events`."""
    start = State(conversation="c", settings=Settings(provider="openai"))
    return after(start, asked("a"), UNKNOWN, *events)


def test_it_is_asked_where_the_pack_does_not_know() -> None:
    """Neither after an answer or a refusal, nor when nobody chose a provider."""
    chosen = State(settings=Settings(provider="openai"))
    wanted = {kind: is_wanted(chosen, {"kind": kind}) for kind in ("answer", "refusal", "unknown")}
    assert wanted == {"answer": False, "refusal": False, "unknown": True}
    assert is_wanted(chosen, {"kind": "clarify"})
    assert not is_wanted(State(), {"kind": "unknown"})


def test_its_words_stand_beside_the_packs_own_answer() -> None:
    """As they come, then with whose they are."""
    now = state(("provider_asked", {"id": "a"}), ("provider_said", {"id": "a", "text": "It"}))
    assert find_turn(now, "a").provided == {"status": "asking", "text": "It"}
    assert busy_turns(now)
    now = after(now, ("provider_ended", {"id": "a", "reply": REPLY}))
    assert find_turn(now, "a").provided == REPLY | {"status": "done"}
    assert find_turn(now, "a").answer["text"] == "I don't know."
    assert not busy_turns(now)


def test_stopping_keeps_what_was_said() -> None:
    """The engine is told to stop until it has; what it still sends is let go."""
    now = state(
        ("provider_asked", {"id": "a"}),
        ("provider_said", {"id": "a", "text": "It"}),
        ("stopped", {}),
        ("provider_said", {"id": "a", "text": "It rains"}),
    )
    assert is_stopping(find_turn(now, "a"))
    assert find_turn(now, "a").provided["text"] == "It"
    assert find_turn(now, "a").status == "done"
    now = after(now, ("provider_ended", {"id": "a", "reply": REPLY | {"failure": "stopped"}}))
    turn = find_turn(now, "a")
    assert (turn.provided["text"], turn.provided["failure"]) == ("It", None)
    assert not is_stopping(turn)


def test_a_failure_leaves_the_answer() -> None:
    """The pack's own answer is still there, with why the provider said nothing."""
    failed = ("provider_failed", {"id": "a", "error": "No."})
    now = state(("provider_asked", {"id": "a"}), failed)
    turn = find_turn(now, "a")
    assert turn.status == "done"
    assert turn.provided == {"status": "failed", "text": "", "failure": "No."}


def test_its_words_can_become_a_draft() -> None:
    """A pending span that proposes them as the outcome, tagged as a provider's."""
    now = state(
        ("provider_asked", {"id": "a"}),
        ("provider_ended", {"id": "a", "reply": REPLY}),
        ("provided_saved", {"id": "a", "when": "2026-11-24T00:00:00Z"}),
    )
    assert find_turn(now, "a").provided["saved"]
    span = json.loads(export.drafts_ndjson(now))
    assert (span["this"], span["if_ok"], span["if_not"]) == ("Is it?", "It rains.", "")
    assert span["status"] == "pending"
    assert span["metadata"]["tags"] == ["provider"]


def test_it_is_stored_and_exported() -> None:
    """What a provider said is part of the conversation, marked as its own."""
    speak_english()
    now = state(("provider_asked", {"id": "a"}), ("provider_ended", {"id": "a", "reply": REPLY}))
    turn = find_turn(now, "a")
    assert turn_from_record(turn_to_record(turn), "waiting") == turn
    written = export.conversation_markdown(now, "c")
    assert "### OpenAI, big-one\n\nIt rains.\n\n> Not from your packs" in written


def test_a_reply_of_a_tab_that_is_gone_is_not_waited_for() -> None:
    """A page that was closed in the middle comes back with the pack's own answer alone."""
    turn = find_turn(state(("provider_asked", {"id": "a"})), "a")
    assert turn_from_record(turn_to_record(turn), "waiting").provided is None


def test_no_key_is_in_the_state() -> None:
    """What is kept is known by its address, and the settings that are stored hold no secret."""
    key = {"origin": "https://api.openai.com", "locked": True}
    now = after(State(), ("providers_seen", {"providers": [], "key": key}))
    assert now.key == key
    assert set(Settings.FIELDS) & {"key", "passphrase", "api_key"} == set()
